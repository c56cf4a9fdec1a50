"""The treasury's accounts, kept again from its first event on.

Source: `contracts/Treasury.sol`, and for what has to be paid `contracts/Federation.sol` and `contracts/rounds/`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatchmethod

from folkmoot.chain import Event
from folkmoot.chain.events import treasury as y

Why = Iterator[str]


@dataclass(slots=True)
class Books:
    """All in the fee token's smallest unit: in escrow, in the pool, in the tasks' budgets, and owed to accounts."""

    escrowed: int = 0
    pool: int = 0
    budgets: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    owed: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def held(self) -> int:
        """What the treasury must have of the token at least."""
        return self.escrowed + self.pool + sum(self.budgets.values()) + sum(self.owed.values())

    @singledispatchmethod
    def take(self, event: Event) -> Why:  # noqa: ARG002
        """What is wrong with the treasury's next event; the books have it afterwards."""
        return iter(())

    @take.register
    def _(self, event: y.Escrowed) -> Why:
        self.escrowed += event.amount
        return iter(())

    @take.register
    def _(self, event: y.Deposited) -> Why:
        self.pool += event.amount
        return iter(())

    @take.register
    def _(self, event: y.FeeCollected) -> Why:
        if event.amount > self.escrowed:
            yield f"a fee of {event.amount} is collected, and {self.escrowed} are in escrow"
        self.escrowed -= event.amount
        self.pool += event.amount

    @take.register
    def _(self, event: y.Refunded) -> Why:
        if event.amount > self.escrowed:
            yield f"{event.amount} are refunded to {event.member}, and {self.escrowed} are in escrow"
        self.escrowed -= event.amount
        self.owed[event.member] += event.amount

    @take.register
    def _(self, event: y.Reassigned) -> Why:
        if event.amount != self.owed[event.from_]:
            yield f"{event.amount} are reassigned from {event.from_}, who is owed {self.owed[event.from_]}"
        self.owed[event.to] += event.amount
        self.owed[event.from_] -= event.amount

    @take.register
    def _(self, event: y.BudgetMoved) -> Why:
        if event.amount > self.pool:
            yield f"{event.task} takes {event.amount} from the pool, which has {self.pool}"
        self.pool -= event.amount
        self.budgets[event.task] += event.amount

    @take.register
    def _(self, event: y.BudgetReleased) -> Why:
        if event.amount != self.budgets[event.task]:
            yield f"{event.task} returns {event.amount} to the pool, and its budget has {self.budgets[event.task]} left"
        self.budgets[event.task] -= event.amount
        self.pool += event.amount

    @take.register
    def _(self, event: y.Credited) -> Why:
        if (total := sum(event.amounts)) > self.budgets[event.task]:
            yield f"{event.task} credits {total}, and its budget has {self.budgets[event.task]} left"
        self.budgets[event.task] -= total
        for account, amount in zip(event.accounts, event.amounts, strict=False):
            self.owed[account] += amount

    @take.register
    def _(self, event: y.Withdrawn) -> Why:
        if event.amount != self.owed[event.account]:
            yield f"{event.account} withdraws {event.amount}, and is owed {self.owed[event.account]}"
        self.owed[event.account] -= event.amount
