from dataclasses import replace

import pytest
from eth_account import Account

from folkmoot.chain import public_key
from folkmoot.cli.encryption import left_out, readable_by
from folkmoot.errors import StoreError
from folkmoot.learning import Descriptor

OBSERVERS = tuple(public_key(Account.from_key(bytes([number]) * 32)).hex() for number in (1, 2))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "in the clear, for whoever can read the store"),
        ({"encrypted": True}, "encrypted, for the members that take part"),
        (
            {"encrypted": True, "observers": OBSERVERS[:1]},
            "encrypted, for the members that take part and 1 observer",
        ),
        (
            {"encrypted": True, "observers": OBSERVERS, "updates_for": "seats"},
            "encrypted, for the members that take part and 2 observers; updates for the round's seats alone",
        ),
    ],
)
def test_who_reads_is_told_in_words(descriptor: Descriptor, changes: dict[str, object], text: str) -> None:
    assert readable_by(replace(descriptor, **changes)) == text  # type: ignore[arg-type]


def test_what_is_left_out_is_told_with_the_reason(descriptor: Descriptor) -> None:
    assert left_out(descriptor, "who reads") == []
    assert left_out(StoreError("no store answers", "start it"), "who reads", "what") == [
        "The task's descriptor cannot be read: no store answers (start it).",
        "Left out: who reads, what.",
    ]
