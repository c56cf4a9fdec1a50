"""What the README and the command line's own hints tell people to type is understood."""

import ast
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from folkmoot import testing
from folkmoot.simulation import Knowledge
from tests.support.cli import FOLKMOOT, USAGE_ERROR, parse
from tests.support.documents import shown

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "offchain" / "folkmoot"
HINTED = re.compile(r"\bfolkmoot ([a-z][a-z-]+(?: [a-z][a-z-]+)*)")
COMMAND = re.compile(r"folkmoot ([^`\n>&|;]*)")
DOCUMENTS = (
    "README.md",
    "SPECIFICATION.md",
    *(f"docs/{name}.md" for name in ("member", "operator", "operations", "monitoring", "auditor", "page", "papers")),
)
ADDRESS = f"0x{'1' * 40}"
KEY = f"0x{'1' * 128}"


def documented() -> list[str]:
    texts = "".join((ROOT / name).read_text() for name in DOCUMENTS)
    found = (match[1].replace("0x…", ADDRESS) for match in COMMAND.finditer(texts))
    keyed = (line.replace("KEY", KEY).replace("$key", KEY) for line in found)
    return [line for line in keyed if line.strip()]


def hinted() -> list[str]:
    """What follows "folkmoot" in the package's own texts, up to a sign or an argument."""
    nodes = (node for file in PACKAGE.rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return sorted({match[1] for text in texts for match in HINTED.finditer(text)})


@pytest.mark.parametrize("line", hinted())
def test_a_hint_names_a_command(line: str) -> None:
    command = FOLKMOOT
    for word in line.split():
        if hasattr(command, "commands"):  # what follows a command's name is its arguments, or the sentence's rest
            command = command.commands[word]


def test_hints_name_whole_commands() -> None:
    assert len(hinted()) >= 20
    groups = "|".join(name for name, inner in FOLKMOOT.commands.items() if hasattr(inner, "commands"))
    texts = {file.name: file.read_text("utf-8") for file in PACKAGE.rglob("*.py")}
    assert {name: found[0] for name, text in texts.items() if (found := re.search(f"`({groups}) [a-z]", text))} == {}


def test_the_members_page_shows_the_example_of_the_package() -> None:
    assert " ".join(shown("docs/member.md", "local_consortium").split()) in " ".join(str(testing.__doc__).split())


def test_the_attack_that_the_researchers_page_shows_is_one() -> None:
    names: dict[str, Any] = {}
    exec(shown("docs/papers.md", "Attack("), names)  # noqa: S102 - our own documentation
    parent, own = {"w": np.zeros(2, np.float32)}, {"w": np.array([2, 4], np.float32)}
    known = Knowledge(parent=parent, own=own, n=3, f=1, rng=np.random.default_rng(0))
    assert names["HALF"].poisons == ("update",)
    assert names["HALF"].update(known)["w"].tolist() == [1, 2]


def anchors(page: Path) -> set[str]:
    """What links can name of a page: its headings, as GitHub makes anchors of them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_what_is_there(name: str) -> None:
    page = ROOT / name
    for path, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text()):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_there_are_some() -> None:
    assert len(documented()) >= 10


@pytest.mark.parametrize("line", documented())
def test_a_documented_command_is_understood(line: str) -> None:
    parse(FOLKMOOT, shlex.split(line, comments=True))


@pytest.mark.parametrize("line", ["model get 6 model.safetensors", "task approve 0", "model fetch"])
def test_a_wrong_one_is_not(line: str) -> None:
    with pytest.raises(USAGE_ERROR):
        parse(FOLKMOOT, shlex.split(line))
