"""Who is a member of the federation, and on which terms, after each of its events.

Source: `contracts/Federation.sol`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatchmethod

from folkmoot.chain import Event
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import treasury as y

Why = Iterator[str]


@dataclass(frozen=True, slots=True)
class Application:
    """An account's, by its number: the fee in escrow (the token's smallest unit), and seconds that it pays for."""

    number: int
    member: str
    fee: int
    period: int


@dataclass(slots=True)
class MemberBook:
    """Members, open applications by account, and the terms of later ones.

    `due` are events of the treasury that have to follow in the same transaction.
    """

    members: set[str] = field(default_factory=set)
    banned: set[str] = field(default_factory=set)
    paid_until: dict[str, int] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    count: int = 0
    fee: int = 0
    period: int = 0
    min_blocks: int = 0
    tasks: list[str] = field(default_factory=list)
    due: list[Event] = field(default_factory=list)

    @singledispatchmethod
    def take(self, event: Event, time: int) -> Why:  # noqa: ARG002 - an event that changes nothing here
        """What is wrong with the federation's next event, in a block of this time; the book has it afterwards."""
        return iter(())

    @take.register
    def _(self, event: f.MembershipApplied, time: int) -> Why:  # noqa: ARG002
        self.count += 1
        if (event.application, event.fee, event.period) != (self.count, self.fee, self.period):
            told = f"it is application {event.application}, for {event.fee}, on the chain"
            yield f"{told}; by the record {self.count}, for {self.fee}"
        if event.member in self.members | self.banned | self.applications.keys():
            yield f"{event.member} may not apply"
        self.applications[event.member] = Application(event.application, event.member, event.fee, event.period)
        self.due += [y.Escrowed(event.member, event.fee)] if event.fee else []

    @take.register
    def _(self, event: f.ApplicationWithdrawn | f.ApplicationRejected, time: int) -> Why:  # noqa: ARG002
        yield from self._open(event.application, event.member)
        applied = self.applications.pop(event.member, None)
        self.due += [y.Refunded(event.member, applied.fee)] if applied else []

    @take.register
    def _(self, event: f.MemberAdmitted, time: int) -> Why:
        yield from self._open(event.application, event.member)
        applied = self.applications.pop(event.member, None)
        if applied and event.paid_until != (until := time + applied.period if applied.period else 0):
            yield f"{event.member} has paid until {event.paid_until} on the chain; by the record until {until}"
        self.due += [y.FeeCollected(applied.fee)] if applied else []
        self.members.add(event.member)
        self.paid_until[event.member] = event.paid_until

    @take.register
    def _(self, event: f.MembershipRenewed, time: int) -> Why:
        yield from self._member(event.member)
        until = max(self.paid_until.get(event.member, 0), time) + self.period if self.period else 0
        if (event.fee, event.paid_until) != (self.fee, until):
            yield f"{event.member} pays {event.fee} until {event.paid_until}; by the record {self.fee} until {until}"
        self.paid_until[event.member] = event.paid_until
        self.due += [*([y.Escrowed(event.member, self.fee)] if self.fee else []), y.FeeCollected(self.fee)]

    @take.register
    def _(self, event: f.MembershipExpired, time: int) -> Why:
        until = self.paid_until.get(event.member, 0)
        if event.paid_until != until or not 0 < until <= time:
            yield f"the membership of {event.member} is paid until {until}, and cannot expire at {time}"

    @take.register
    def _(self, event: f.MemberReplaced, time: int) -> Why:  # noqa: ARG002
        yield from self._member(event.member)
        if event.successor in self.members | self.banned | self.applications.keys():
            yield f"{event.successor} may not take a member's place"
        self.members.add(event.successor)
        self.paid_until[event.successor] = self.paid_until.get(event.member, 0)

    @take.register
    def _(self, event: f.MemberLeft, time: int) -> Why:  # noqa: ARG002
        yield from self._member(event.member)
        self.members.discard(event.member)

    @take.register
    def _(self, event: f.MemberBanned, time: int) -> Why:  # noqa: ARG002
        if event.member in self.banned:
            yield f"{event.member} was banned before"
        self.members.discard(event.member)
        self.banned.add(event.member)

    @take.register
    def _(self, event: f.MemberUnbanned, time: int) -> Why:  # noqa: ARG002
        if event.member not in self.banned:
            yield f"{event.member} was not banned"
        self.banned.discard(event.member)

    @take.register
    def _(self, event: f.FeeChanged, time: int) -> Why:  # noqa: ARG002
        self.fee = event.fee
        return iter(())

    @take.register
    def _(self, event: f.MembershipPeriodChanged, time: int) -> Why:  # noqa: ARG002
        self.period = event.period
        return iter(())

    @take.register
    def _(self, event: f.MinBlocksChanged, time: int) -> Why:  # noqa: ARG002
        self.min_blocks = event.blocks
        return iter(())

    @take.register
    def _(self, event: f.TaskProposed, time: int) -> Why:  # noqa: ARG002
        if event.number != len(self.tasks):
            yield f"task {event.number} is proposed on the chain; by the record it is task {len(self.tasks)}"
        self.tasks.append(event.task)

    def _open(self, number: int, account: str) -> Why:
        found = self.applications.get(account)
        if found is None or found.number != number:
            yield f"{account} has no open application {number}"

    def _member(self, account: str) -> Why:
        if account not in self.members:
            yield f"{account} is no member"
