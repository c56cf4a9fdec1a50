"""What every event has."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event stands on chain: the contract that emitted it, block, index in the block, transaction."""

    contract: str
    block: int
    index: int
    transaction: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on chain. Two events with the same values are equal, wherever they came from."""

    origin: Origin | None = field(default=None, kw_only=True, compare=False, repr=False)
