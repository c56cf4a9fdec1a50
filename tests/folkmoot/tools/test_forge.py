from pathlib import Path

import pytest

from tools import forge
from tools.forge import build, report


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "contracts" / "rules").mkdir(parents=True)
    (tmp_path / "contracts" / "rules" / "Rule.sol").write_text("contract Rule {}")
    (tmp_path / "foundry.toml").write_text('evm_version = "london"')
    return tmp_path


@pytest.mark.parametrize("file", ["contracts/rules/Rule.sol", "contracts/Other.sol", "foundry.toml"])
def test_a_report_is_of_these_very_sources(checkout: Path, file: str) -> None:
    before = report(checkout)
    assert report(checkout) == before
    with (checkout / file).open("a") as source:
        source.write(" ")
    assert report(checkout) != before


def test_what_was_measured_without_them_still_holds(checkout: Path) -> None:
    before = report(checkout)
    (checkout / "README.md").write_text("something else")
    assert report(checkout) == before


def test_what_is_compiled_is_not_compiled_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    (checkout / "build" / "forge").mkdir(parents=True)
    monkeypatch.setattr(forge, "run", lambda *words, **_: runs.append(words))
    build(checkout)
    build(checkout)
    assert len(runs) == 1
    rule = checkout / "contracts" / "rules" / "Rule.sol"
    for number, text in enumerate(("contract Other {}", "contract Rule {}"), start=2):  # the second is the first again
        rule.write_text(text)
        build(checkout)
        assert len(runs) == number
