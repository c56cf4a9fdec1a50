"""What an audit leaves behind for who shows it."""

from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.report import Report, TaskReport
from folkmoot.audit.verdict import NOT_AUDITED, checkpoint_file, keep_verdict, last_verdict, own_folder, verdict

FEDERATION, TASK, OTHER = ("0x" + digit * 40 for digit in "123")
WRONG, UNSEEN = Finding(text="RoundClosed is missing", task=TASK, round=3), Unseen(text="all models", task=TASK)


def report(*findings: Finding, unseen: tuple[Unseen, ...] = (), block: int = 7) -> Report:
    def task(address: str) -> TaskReport:
        own = tuple(one for one in findings if one.task == address)
        lacking = tuple(one for one in unseen if one.task == address)
        return TaskReport(number=0, task=address, name="<b>", is_over=True, rounds=(), findings=own, unseen=lacking)

    return Report(
        chain_id=7,
        federation=FEDERATION,
        block=block,
        time=100,
        nodes=("http://name:secret@node",),
        rounds=(0, 9),
        models=True,
        version="1",
        tasks=(task(TASK), task(OTHER)),
    )


def test_it_says_whether_all_and_each_task_holds() -> None:
    assert verdict(report()) == {
        "found": True,
        "holds": True,
        "at": 100,
        "block": 7,
        "models": True,
        "tasks": {TASK: {"holds": True, "findings": []}, OTHER: {"holds": True, "findings": []}},
        "findings": [],
    }


def test_a_finding_is_a_sentence_with_its_round() -> None:
    told = verdict(report(WRONG, unseen=(UNSEEN,)))
    assert told["holds"] is False
    assert told["tasks"][TASK] == {
        "holds": False,
        "findings": ["round 3: RoundClosed is missing", "not seen: all models"],
    }
    assert told["tasks"][OTHER]["holds"] is True


@pytest.mark.parametrize("kind", [Kind.NODE, Kind.STORE])
def test_what_is_not_the_records_fault_leaves_it_open(kind: Kind) -> None:
    assert verdict(report(replace(WRONG, kind=kind)))["holds"] is None
    assert verdict(report(unseen=(UNSEEN,)))["holds"] is None


def test_nothing_of_the_nodes_is_told() -> None:
    assert "secret" not in str(verdict(report(WRONG)))


def test_the_last_of_several_is_found(tmp_path: Path) -> None:
    files = [tmp_path / name / "audit" for name in ("one", "two", "three")]
    assert last_verdict(files) == last_verdict([None]) == NOT_AUDITED
    keep_verdict(report(block=5), files[0])
    keep_verdict(report(WRONG, block=9), files[1])
    assert last_verdict(files)["block"] == 9
    keep_verdict(report(block=10), files[0])
    assert last_verdict(files)["holds"] is True


@pytest.mark.parametrize("content", ["", "{", "[]", '{"block": null}', "[" * 100_000, '{"found": true}'])
def test_a_damaged_one_is_none(tmp_path: Path, content: str) -> None:
    keep_verdict(report(), tmp_path / "audit")
    (file,) = tmp_path.iterdir()
    file.write_text(content)
    assert last_verdict([tmp_path / "audit"]) == NOT_AUDITED


def test_that_it_cannot_be_kept_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep_verdict(report(), tmp_path / "file" / "audit")
    assert last_verdict([tmp_path / "file" / "audit"]) == NOT_AUDITED


def test_each_node_has_a_folder_of_its_own_that_does_not_name_it(tmp_path: Path) -> None:
    one, two = (own_folder(tmp_path, f"http://name:secret@node-{number}") for number in (1, 2))
    assert one != two
    assert "secret" not in str(one)
    assert own_folder(None, "http://node") is None
    assert checkpoint_file(None, None) is None  # type: ignore[arg-type]
