"""The demonstration in a browser: while it runs, and its record afterwards."""

import json
import re
import shutil
import subprocess
import sys
from uuid import uuid4

from tests.support.browsing import IN_BROWSER, PATIENCE_S, ROOT, browse, page_of

pytestmark = IN_BROWSER

LOOK = re.compile(r"look at it while it runs: (http\S+)")
NAMES = ("Ada", "Ben", "Finn", "Members (12)")


def test_a_demonstration_and_its_record() -> None:
    name = f"page-{uuid4().hex[:8]}"
    folder = ROOT / "runs" / name
    command = [sys.executable, "-u", "-m", "scripts.demo", "--name", name]
    try:
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout
            found = next(filter(None, map(LOOK.search, demo.stdout)))
            browse("live", PAGE=found[1])
            said = demo.communicate(timeout=PATIENCE_S)[0]
        assert (demo.returncode, f"folkmoot page --record runs/{name}" in said) == (0, True), said
        with page_of("--record", str(folder)) as page:
            browse("sound", PAGE=page, VIEWS="7", NAMES=json.dumps(NAMES))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
