from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.encryption import Context, Identity, Kind, entries, unwrap, wrap
from folkmoot.encryption.keys import CONTEXT, ENTRY, content_key

KEY = bytes(range(32))
BOUND = b"what the envelope says"


@given(
    st.integers(0, 2**256 - 1), st.integers(0, 2**64 - 1), st.sampled_from(Kind), st.binary(min_size=20, max_size=20)
)
def test_a_context_reads_what_it_writes(chain_id: int, number: int, kind: Kind, task: bytes) -> None:
    context = Context(chain_id=chain_id, task=f"0x{task.hex()}", round=number, kind=kind)
    assert len(context.to_bytes()) == CONTEXT
    assert Context.from_bytes(context.to_bytes()) == context


def test_there_are_two_kinds(context: Context) -> None:
    with pytest.raises(ValueError, match="2"):
        Context.from_bytes(b"\x02" + context.to_bytes()[1:])


def test_who_a_key_is_wrapped_for_unwraps_it(reader: Callable[[str], Identity]) -> None:
    own = reader("clinic")
    entry = wrap(KEY, own.address, own.public_key, BOUND)
    assert len(entry) == ENTRY
    assert unwrap(entry, own, BOUND) == KEY


def test_nobody_else_does(reader: Callable[[str], Identity]) -> None:
    own, other = reader("clinic"), reader("stranger")
    entry = wrap(KEY, own.address, own.public_key, BOUND)
    assert unwrap(entry, other, BOUND) is None
    assert unwrap(entry, replace(own, public_key=other.public_key), BOUND) is None
    assert unwrap(entry, own, BOUND + b"!") is None


@pytest.mark.parametrize("place", [20, 21, 40, 53, 80, ENTRY - 1])
def test_a_changed_entry_is_wrong(reader: Callable[[str], Identity], place: int) -> None:
    own = reader("clinic")
    entry = bytearray(wrap(KEY, own.address, own.public_key, BOUND))
    entry[place] ^= 1
    assert unwrap(bytes(entry), own, BOUND) is None


def test_everybody_wraps_alike_and_differently_for_each(recipients: Mapping[str, bytes]) -> None:
    backwards = dict(reversed(recipients.items()))
    assert entries(KEY, recipients, BOUND) == entries(KEY, backwards, BOUND)
    points = {wrap(KEY, address, key, BOUND)[20:53] for address, key in recipients.items()}
    assert len(points) == len(recipients)  # the ephemeral keys


def test_a_key_that_is_no_point_is_refused(reader: Callable[[str], Identity]) -> None:
    with pytest.raises(ValueError, match="public key"):
        wrap(KEY, reader("clinic").address, bytes(64), BOUND)


def test_a_content_key_depends_on_content_and_context() -> None:
    keys = {content_key(digest, bound) for digest in (bytes(32), KEY) for bound in (b"", BOUND)}
    assert len(keys) == 4
