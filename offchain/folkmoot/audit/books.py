"""The treasury's accounts, kept again from its first event on.

Source: `contracts/Treasury.sol`, and for what has to be paid `contracts/Federation.sol` and `contracts/rounds/`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatchmethod

from folkmoot.audit.findings import differences, missing, surplus
from folkmoot.chain import Event
from folkmoot.chain.events import treasury as y

Why = Iterator[str]

_ASKED = (y.BudgetMoved, y.Escrowed, y.FeeCollected, y.Reassigned, y.Refunded)
"""Events that the federation or a task brings about."""


@dataclass(slots=True)
class Books:
    """All in the fee token's smallest unit: in escrow, in the pool, in the tasks' budgets, and owed to accounts."""

    escrowed: int = 0
    pool: int = 0
    budgets: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    owed: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    due: list[Event] = field(default_factory=list)
    """What the federation and its tasks have asked of the treasury, in this transaction."""
    released: list[str] = field(default_factory=list)
    """Tasks that returned their budgets in this transaction, and were not found to be over yet."""

    @property
    def held(self) -> int:
        """What the treasury must have of the token at least."""
        return self.escrowed + self.pool + sum(self.budgets.values()) + sum(self.owed.values())

    def asked(self, event: Event) -> Why:
        """What is wrong with an event beside what was asked of the treasury."""
        if not isinstance(event, _ASKED):
            return
        if event in self.due:
            self.due.remove(event)
            return
        meant = next((one for one in self.due if type(one) is type(event)), None)
        if meant is None:
            yield surplus(event)
        else:
            self.due.remove(meant)
            yield from differences(event, meant)

    def overdue(self) -> Why:
        """What was asked of the treasury in a transaction and did not come, and budgets of tasks that are not over."""
        yield from map(missing, self.due)
        yield from (f"BudgetReleased: task {task} is not over" for task in self.released)
        self.due.clear()
        self.released.clear()

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
        self.released.append(event.task)

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
