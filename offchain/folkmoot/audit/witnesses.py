"""Whether several nodes tell the same: one that leaves out or alters logs is found by another that does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from folkmoot.audit.findings import described
from folkmoot.audit.reading import Chronicle
from folkmoot.chain import Event


@dataclass(frozen=True, slots=True)
class Witness:
    """What the node at a URL tells of a federation."""

    url: str
    chronicle: Chronicle


def contradictions(first: Witness, *others: Witness) -> Iterator[tuple[Event, str]]:
    """Every event that one of two nodes tells alone, up to the block that both have, with a sentence."""
    for other in others:
        last = min(first.chronicle.head, other.chronicle.head)
        ours, theirs = _told(first.chronicle, last), _told(other.chronicle, last)
        for place in sorted(ours.keys() | theirs.keys()):
            told = ours.get(place), theirs.get(place)
            if told[0] != told[1]:
                yield from _contradiction(*told, first.url, other.url)


def _told(chronicle: Chronicle, last: int) -> dict[tuple[int, int], Event]:
    told = ((event.origin, event) for event in chronicle.events)
    return {(origin.block, origin.index): event for origin, event in told if origin and origin.block <= last}


def _contradiction(ours: Event | None, theirs: Event | None, url: str, other: str) -> Iterator[tuple[Event, str]]:
    if ours and theirs:
        yield ours, f"{url} and {other} tell {described(ours)} differently"
    elif ours:
        yield ours, f"{other} leaves out {described(ours)}, which {url} tells"
    elif theirs:
        yield theirs, f"{url} leaves out {described(theirs)}, which {other} tells"
