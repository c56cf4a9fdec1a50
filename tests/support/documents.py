"""The examples that the documents show, and how they run."""

import re
from pathlib import Path
from typing import Any

from folkmoot.chain import Deployment, deployments
from tools.workcopy import ROOT


def shown(page: str, word: str) -> str:
    """The one Python example with a word in it that a page shows."""
    examples = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    (found,) = (code for code in examples if word in code)
    return str(found)


def blocks(page: str) -> list[tuple[int, str]]:
    """The blocks of shell commands that a page shows, in their order, each with the line at which it begins."""
    text = (ROOT / page).read_text("utf-8")
    found = re.finditer(r"^```bash\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [(text.count("\n", 0, match.start()) + 1, match[1]) for match in found]


def audit(word: str, folder: Path, url: str, record: Deployment, *, task: str = "", store: Path = ROOT) -> Any:
    """Run the auditor's example with a word in it, on this task and what is here; what it names afterwards."""
    deployments.write(record, folder / "deployments")
    example = shown("docs/auditor.md", word)
    for there, here in (
        ('"http://127.0.0.1:8545"', repr(url)),
        ('"deployments"', repr(str(folder / "deployments"))),
        ("build/forge", str(ROOT / "build" / "forge")),
        ('"blobs"', repr(str(store))),
        (", 0)\n", f", {task!r})\n"),
    ):
        example = example.replace(there, here)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own documentation
    return names
