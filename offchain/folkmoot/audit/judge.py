"""Judges all that a federation's contracts have told: one pass over its events, in their order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from folkmoot.audit.books import Books
from folkmoot.audit.deadlines import Moment
from folkmoot.audit.findings import Finding, described
from folkmoot.audit.managers import ManagerBook
from folkmoot.audit.members import MemberBook
from folkmoot.audit.reading import Chronicle
from folkmoot.audit.referee import Referee
from folkmoot.audit.senders import contradictions, is_sent, key_of
from folkmoot.audit.twins import Twins
from folkmoot.chain import Event, Milestone, Origin
from folkmoot.chain.events import federation, treasury
from folkmoot.chain.events.federation import MemberLeft, MemberReplaced, MembershipExpired, TaskProposed
from folkmoot.chain.events.rounds import RoundOpened
from folkmoot.chain.events.tasks import TaskFinished, TaskFunded, TaskStarted
from folkmoot.chain.events.treasury import BudgetMoved, Credited, Reassigned

MOST_FINDINGS = 100
"""Of one task."""

_OF_FEDERATION, _OF_TREASURY = federation.__name__, treasury.__name__


@dataclass(slots=True)
class Case:
    """What was judged: the referee of each task, the federation's books, and everything that was found."""

    chronicle: Chronicle
    rules: Mapping[str, str]  # names by addresses
    referees: dict[str, Referee] = field(default_factory=dict)
    members: MemberBook = field(default_factory=MemberBook)
    managers: ManagerBook = field(default_factory=ManagerBook)
    books: Books = field(default_factory=Books)
    findings: list[Finding] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)  # keys of events that are what their senders sent
    unseen_transactions: int = 0
    last: Origin | None = None
    leaving: str = ""  # who has to leave next, by what was told
    counts: Counter[str] = field(default_factory=Counter)  # of findings, by tasks
    lost: set[str] = field(default_factory=set)  # tasks that are not judged on
    changes: dict[str, tuple[int, int]] = field(default_factory=dict)  # of memberships: block and log index

    # ------------------------------------------------------- the world of a task

    @property
    def chain_id(self) -> int:
        """The chain's."""
        return self.chronicle.chain_id

    def is_member(self, account: str) -> bool:
        """Whether an account is a member after the events so far."""
        return account in self.members.members

    def changed_at(self, account: str) -> tuple[int, int]:
        """Where an account became a member, or no longer one."""
        return self.changes.get(account, (0, 0))

    def hash_of(self, block: int) -> bytes | None:
        """The hash of a block that was read."""
        found = self.chronicle.blocks.get(block)
        return bytes.fromhex(found.hash.removeprefix("0x")) if found else None


@dataclass(frozen=True, slots=True)
class _Ahead(Sequence[Event]):
    """The events of a list from one place to another, without a copy."""

    events: Sequence[Event]
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        return [*self][place]

    def __iter__(self) -> Iterator[Event]:
        return islice(self.events, self.start, self.end)


def judge(chronicle: Chronicle, rules: Mapping[str, str]) -> Case:
    """Judge a federation's events. `rules` are the names of rules by the addresses at which their code was found."""
    case = Case(chronicle, rules)
    ahead = _aheads(chronicle.events)
    case.findings.extend(Finding(text=text) for text in _times(chronicle))
    for place, event in enumerate(chronicle.events):
        case.findings.extend(_found(case, event, ahead[place]))
    case.findings.extend(Finding(text=text) for text in (*case.books.overdue(), *case.managers.unused()))
    for task, referee in case.referees.items():
        if task in case.lost:
            continue
        last = referee.state.running.round.number
        case.findings.extend(Finding(text=text, task=task, round=last) for text in referee.end())
    return case


def _times(chronicle: Chronicle) -> Iterator[str]:
    """Blocks that are told to be older than those before them."""
    for before, block in pairwise(sorted(chronicle.blocks.values(), key=lambda block: block.number)):
        if block.time < before.time:
            told = f"block {block.number} is told to be of second {block.time}"
            yield f"{told}, and block {before.number} before it of second {before.time}"


def _aheads(events: Sequence[Event]) -> list[_Ahead]:
    """By event: those of the same contract behind it, up to the end of its round."""
    of_contract: dict[str, list[Event]] = {}
    places = []
    for event in events:
        own = of_contract.setdefault(event.origin.contract if event.origin else "", [])
        places.append((own, len(own)))
        own.append(event)
    ends: dict[int, list[int]] = {}
    for own in of_contract.values():
        end, found = len(own), [0] * len(own)
        for place in range(len(own) - 1, -1, -1):
            found[place] = end
            if isinstance(own[place], RoundOpened):
                end = place + 1
        ends[id(own)] = found
    return [_Ahead(own, place + 1, max(ends[id(own)][place], place + 1)) for own, place in places]


def _found(case: Case, event: Event, ahead: Sequence[Event]) -> Iterator[Finding]:
    contract = event.origin.contract if event.origin else ""
    referee = case.referees.get(event.task if isinstance(event, Credited) else contract)
    if referee and referee.state.address in case.lost:
        return
    yield from _limited(case, _all_found(case, event, referee, ahead), referee)


def _limited(case: Case, findings: Iterator[Finding], referee: Referee | None) -> Iterator[Finding]:
    """One event left out can put all that follows out of place: after so many findings a task is not judged on."""
    for finding in findings:
        yield finding
        case.counts[finding.task] += 1
        if referee and case.counts[referee.state.address] >= MOST_FINDINGS:
            case.lost.add(referee.state.address)
            yield replace(finding, text="too much contradicts itself here: what follows is not judged any more")
            return


def _all_found(case: Case, event: Event, referee: Referee | None, ahead: Sequence[Event]) -> Iterator[Finding]:
    for text in _wrong(case, event, referee, ahead):
        number = getattr(event, "round", referee.state.running.round.number if referee else None)
        task = referee.state.address if referee else ""
        yield Finding(text=text, task=task, round=number, origin=event.origin)


def _wrong(case: Case, event: Event, referee: Referee | None, ahead: Sequence[Event]) -> Iterator[str]:
    yield from _out_of_order(case, event)
    block = case.chronicle.blocks[event.origin.block if event.origin else 0]
    yield from _sent_otherwise(case, event)
    sent = case.chronicle.transactions.get(event.origin.transaction) if event.origin else None
    yield from case.managers.take(event, block.time, sent)
    if type(event).__module__ == _OF_FEDERATION:
        before = {*case.members.members}
        yield from case.members.take(event, block.time)
        place = (event.origin.block, event.origin.index) if event.origin else (0, 0)
        case.changes.update(dict.fromkeys(before ^ case.members.members, place))
        if isinstance(event, MemberReplaced) and (owed := case.books.owed[event.member]):
            case.books.due.append(Reassigned(event.member, event.successor, owed))
        case.books.due += case.members.due
        case.members.due.clear()
        if isinstance(event, TaskProposed):
            twins = Twins.of(event.parameters, case.rules)
            case.referees[event.task] = Referee(event.task, event.parameters, twins, case)
    elif type(event).__module__ == _OF_TREASURY:
        yield from case.books.asked(event)
        yield from case.books.take(event)
        if referee and isinstance(event, Credited):
            yield from referee.credit(event)
    elif referee:
        yield from referee.take(event, Moment(block.time, block.number), ahead)
        case.books.due += _budget_due(event, referee)
        if isinstance(event, TaskFinished) and referee.state.address in case.books.released:
            case.books.released.remove(referee.state.address)
    else:
        yield f"{described(event)}: its task was not proposed before"


def _budget_due(event: Event, referee: Referee) -> Iterator[Event]:
    """What a task takes from the pool: its budget when it starts, and what is added later."""
    s = referee.state
    if isinstance(event, TaskStarted):
        yield BudgetMoved(s.address, s.budget)
    if isinstance(event, TaskFunded) and Milestone.SEATED <= s.running.round.milestone <= Milestone.AGREED:
        yield BudgetMoved(s.address, event.amount)


def _out_of_order(case: Case, event: Event) -> Iterator[str]:
    """A log that is told twice, and what was due in the transaction before."""
    origin, last = event.origin, case.last
    if origin is None:
        return
    if last and (origin.block, origin.index) == (last.block, last.index):
        yield f"{described(event)}: the node tells log {origin.index} of block {origin.block} twice"
    if case.leaving and not isinstance(event, MemberLeft):
        yield f"{case.leaving} is told to be replaced, or to have expired, and not to have left"
        case.leaving = ""
    if last and origin.transaction != last.transaction:
        yield from case.books.overdue()
    case.last = origin


def _sent_otherwise(case: Case, event: Event) -> Iterator[str]:
    if isinstance(event, MembershipExpired | MemberReplaced):
        case.leaving = event.member
    if isinstance(event, MemberLeft) and case.leaving == event.member:
        case.leaving = ""
        return  # somebody else's act, which was told
    if not is_sent(event) or (key := key_of(event)) in case.chronicle.compared:
        return
    sent = case.chronicle.transactions.get(event.origin.transaction if event.origin else "")
    wrong = [*contradictions(event, sent)] if sent else []
    if sent is None:
        case.unseen_transactions += 1
    elif not wrong:
        case.compared.append(key)
    yield from wrong
