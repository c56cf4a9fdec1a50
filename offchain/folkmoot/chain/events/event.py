"""The base of every event."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event was emitted: contract, block, log index in the block, transaction hash."""

    contract: str
    block: int
    index: int
    transaction: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on chain. Two events with the same values are equal, wherever they came from."""

    origin: Origin | None = field(default=None, kw_only=True, compare=False, repr=False)
