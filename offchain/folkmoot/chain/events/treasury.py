"""The treasury's events, value for value in the contract's order.

Source: `contracts/interfaces/ITreasury.sol`, which tells what each means. Amounts are in the fee token's smallest unit.
"""

from dataclasses import dataclass

from folkmoot.chain.events.event import Event


@dataclass(frozen=True, slots=True)
class Escrowed(Event):
    """The fee of an application or a renewal was taken."""

    member: str
    amount: int


@dataclass(frozen=True, slots=True)
class Deposited(Event):
    """An account added to the pool."""

    from_: str
    amount: int


@dataclass(frozen=True, slots=True)
class FeeCollected(Event):
    """A fee moved from escrow to the pool."""

    amount: int


@dataclass(frozen=True, slots=True)
class Refunded(Event):
    """A fee moved from escrow to what the applicant is owed."""

    member: str
    amount: int


@dataclass(frozen=True, slots=True)
class Reassigned(Event):
    """What an account was owed is owed to another: its successor as a member."""

    from_: str
    to: str
    amount: int


@dataclass(frozen=True, slots=True)
class BudgetMoved(Event):
    """A task took from the pool."""

    task: str
    amount: int


@dataclass(frozen=True, slots=True)
class BudgetReleased(Event):
    """What remained of a task's budget returned to the pool."""

    task: str
    amount: int


@dataclass(frozen=True, slots=True)
class Credited(Event):
    """For a round's work a task's budget was credited to accounts, which can withdraw it."""

    task: str
    round: int
    accounts: tuple[str, ...]
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn(Event):
    """An account withdrew what it was owed."""

    account: str
    amount: int
