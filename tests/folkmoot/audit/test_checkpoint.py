from pathlib import Path

from folkmoot.audit.checkpoint import Checkpoint

ONE, OTHER = "a" * 64, "b" * 64


def test_keys_are_on_disk_at_once_and_found_again(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "checked"
    Checkpoint(file).add(ONE)
    again = Checkpoint(file)
    assert ONE in again
    assert OTHER not in again
    again.add(OTHER)
    assert {*Checkpoint(file)} == {ONE, OTHER}


def test_a_damaged_file_is_done_without(tmp_path: Path) -> None:
    file = tmp_path / "checked"
    file.write_bytes(b"\xff\xfe\n" + ONE.encode())
    assert {*Checkpoint(file)} == set()
    file.write_text(f"{ONE}\n{OTHER[:20]}")
    assert {*Checkpoint(file)} == {ONE}


def test_without_a_file_or_where_it_cannot_be_written_keys_stay_in_memory(tmp_path: Path) -> None:
    for nowhere in (None, tmp_path):
        checkpoint = Checkpoint(nowhere)
        checkpoint.add(ONE)
        assert ONE in checkpoint
    assert ONE not in Checkpoint(tmp_path)
