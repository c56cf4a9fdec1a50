"""What is compared of a contract's code; tests/integration/test_bytecode.py has real chains to compare with."""

from dataclasses import replace

import pytest
from eth_utils.address import to_checksum_address

from folkmoot.chain import Deployment
from folkmoot.chain.bytecode import difference, metadata_hash
from folkmoot.chain.compiled import packaged, packaged_names
from tests.support.views import address

PLACES = dict(zip(packaged_names(), map(address, range(100, 200)), strict=False))
LIBRARIES = {name: PLACES[name] for name in PLACES if packaged(name).is_library}
OTHERS = {*LIBRARIES, "Federation", "FederationToken", "Task", "Treasury"}
RECORD = Deployment(
    chain_id=7, block_number=1, block_hash="0x" + "00" * 32, deployed_at=1, version="0.1.0",
    federation=PLACES["Federation"], treasury=PLACES["Treasury"], token=PLACES["FederationToken"],
    task_implementation=PLACES["Task"], libraries=LIBRARIES,
    rules={name: place for name, place in PLACES.items() if name not in OTHERS},
)  # fmt: skip
VALUES = {"Federation": (RECORD.treasury, RECORD.task_implementation), "Treasury": (RECORD.token, RECORD.federation)}


def code_of(name: str, *values: str) -> bytes:
    """The right code of a contract, with immutable values."""
    code = bytearray(packaged(name).deployed(PLACES[name], LIBRARIES))
    for places, value in zip(packaged(name).immutables, values or VALUES.get(name, ()), strict=True):
        for place in places:
            code[place : place + 32] = bytes.fromhex(value[2:]).rjust(32, b"\0")
    return bytes(code)


def found(name: str, code: bytes, record: Deployment = RECORD) -> tuple[str, bool] | None:
    return difference(code, name, PLACES[name], record, packaged(name))


def test_everything_is_compared_but_the_token() -> None:
    assert set(RECORD.compiled) == set(PLACES) - {"FederationToken"}


@pytest.mark.parametrize("name", PLACES)
def test_the_code_of_this_build_is_right(name: str) -> None:
    assert found(name, code_of(name)) is None


@pytest.mark.parametrize("name", PLACES)
def test_each_byte_counts_and_those_of_the_metadata_are_told_apart(name: str) -> None:
    code = code_of(name)
    changed = bytearray(code)
    changed[-10 - 32] ^= 1
    told = found(name, bytes(changed))
    assert told is not None
    assert told == (f"its metadata hash is {metadata_hash(bytes(changed))}, not {metadata_hash(code)}", True)
    changed = bytearray(code)
    changed[len(code) // 2] ^= 1
    told = found(name, bytes(changed))
    assert told is not None
    assert told[1] is False


def test_code_of_another_length_is_another_contract() -> None:
    code = code_of("Task")
    assert found("Task", b"\0" + code) == (
        f"another contract: it has {len(code) - 52} bytes without metadata, not {len(code) - 53}",
        False,
    )
    assert found("Task", b"") == ("no code stands there", False)
    assert found("Task", b"\0") == (f"another contract: it has 1 bytes without metadata, not {len(code) - 53}", False)


def test_code_without_metadata_does_the_same() -> None:
    assert metadata_hash(code_of("Task")[:-53]) == ""
    assert found("MedianScore", code_of("MedianScore")[:-53] + b"\xa0\0\1") == (
        f"its metadata hash is missing, not {metadata_hash(code_of('MedianScore'))}",
        True,
    )


def test_a_library_in_the_place_of_another_is_found() -> None:
    swapped = {**LIBRARIES, "Settling": LIBRARIES["Closing"], "Closing": LIBRARIES["Settling"]}
    told = found("Task", code_of("Task"), replace(RECORD, libraries=swapped))
    assert told is not None
    assert told[0].startswith("another contract: from byte ")
    code = bytearray(code_of("Settling"))
    code[1:21] = bytes.fromhex(LIBRARIES["Closing"][2:])
    assert found("Settling", bytes(code)) == ("another contract: from byte 20 on it is not the same", False)


def test_a_record_without_a_library_cannot_be_right() -> None:
    fewer = {name: place for name, place in LIBRARIES.items() if name != "Closing"}
    told = found("Task", code_of("Task"), replace(RECORD, libraries=fewer))
    assert told == ("the record does not name its library Closing", False)


STRANGER = to_checksum_address("0x" + "ab" * 20)


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("Federation", (RECORD.treasury, STRANGER), f"it names {STRANGER}, which is not in the record"),
        ("Treasury", (RECORD.token, STRANGER), f"it names {STRANGER}, which is not in the record"),
        ("Federation", (RECORD.treasury, RECORD.token), f"it names {RECORD.token}, which is not in the record"),
        ("Treasury", (RECORD.token, RECORD.token), "it does not name each contract of the record in its place"),
    ],
)
def test_immutable_values_are_the_records_own(name: str, values: tuple[str, ...], wrong: str) -> None:
    assert found(name, code_of(name, *values)) == (wrong, False)


def test_each_place_of_an_immutable_value_is_compared() -> None:
    """An honest compiler writes the same value into all of them."""
    code = bytearray(code_of("Treasury"))
    first, last = packaged("Treasury").immutables[1][0], packaged("Treasury").immutables[1][-1]
    assert first != last
    code[last : last + 32] = bytes.fromhex(RECORD.token[2:]).rjust(32, b"\0")
    assert found("Treasury", bytes(code)) == ("it does not name each contract of the record in its place", False)
    code[last : last + 32] = b"\xff" * 32
    assert found("Treasury", bytes(code)) == (f"it names 0x{'ff' * 32}, which is not in the record", False)
