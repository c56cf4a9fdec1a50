from dataclasses import replace
from pathlib import Path

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.chain import Block, Client

ONE, OTHER = "a" * 64, "b" * 64


def test_keys_are_on_disk_at_once_and_found_again(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "checked"
    Checkpoint(file).add(ONE, ONE)
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


def test_blocks_are_kept_while_the_last_of_them_is_on_the_chain(tmp_path: Path) -> None:
    file = tmp_path / "checked"
    blocks = [Block(number, f"0x{number:064x}", 100 + number, 0, None) for number in (4, 9)]
    checkpoint = Checkpoint(file)
    checkpoint.add(ONE)
    checkpoint.keep(blocks)
    again = Checkpoint(file)
    assert again.blocks == {4: blocks[0], 9: blocks[1]}
    again.compare(_chain({9: blocks[1]}))
    assert again.blocks
    again.compare(_chain({9: replace(blocks[1], hash="0xother")}))
    assert (again.blocks, Checkpoint(file).blocks, ONE in Checkpoint(file)) == ({}, {}, True)


def _chain(blocks: dict[int, Block]) -> Client:
    """A client that knows these blocks."""
    client = Client(["http://127.0.0.1:1"])
    client.find_block = blocks.get  # type: ignore[method-assign]
    return client
