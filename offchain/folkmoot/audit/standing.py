"""Whether the contracts have stored what follows from their record, as far as nodes keep it: at the latest block."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from folkmoot.audit.books import Books
from folkmoot.audit.findings import shown
from folkmoot.audit.managers import ManagerBook
from folkmoot.audit.members import MemberBook
from folkmoot.chain import (
    Account,
    FederationContract,
    Membership,
    Milestone,
    TaskContract,
    TaskState,
    Token,
    TreasuryContract,
    Verdict,
)

Why = Iterator[str]


def _compared(name: str, stored: Any, due: Any) -> Why:
    if stored != due:
        yield f"{name} is {shown(stored)} in the contract; by the record {shown(due)}"


def _fields_compared(name: str, stored: Any, due: Any, skip: tuple[str, ...] = ()) -> Why:
    for field in fields(due):
        if field.name not in skip:
            yield from _compared(f"{name}: {field.name}", getattr(stored, field.name), getattr(due, field.name))


def task_differences(task: TaskContract, state: TaskState, at: int) -> Why:
    """What a task has stored otherwise than its events say, after block `at`. Raises `ChainError`."""
    yield from _fields_compared("the running round", task.round(at=at), state.running.round)
    yield from _compared("the budget", task.budget(at=at), state.budget)
    yield from _compared("the seed", task.seed(at=at), state.seed)
    yield from _compared("the digest of all updates", task.updates_digest(at=at), state.digest)
    for number, pointer in state.ledger.items():
        yield from _compared(f"model {number}", task.ledger(number, at=at), pointer)
    for account, participant in state.participants.items():
        yield from _fields_compared(f"participant {account}", task.participant(account, at=at), participant)
    yield from _round_differences(task, state, at)


def _round_differences(task: TaskContract, state: TaskState, at: int) -> Why:
    now = state.running
    if not Milestone.SEATED <= now.round.milestone <= Milestone.FINISHED:
        return
    for index, (stored, seat) in enumerate(zip(task.seats(at=at), now.seats, strict=False)):
        yield from _fields_compared(f"seat {index}", stored, seat)
    is_settling = all(update.verdict == Verdict.NONE for update in now.updates)  # for good, if it was rolled back
    updates, pointers = task.updates(0, len(now.updates), at=at)
    yield from _compared("the updates, counted", len(updates), len(now.updates))
    for index, (update, due) in enumerate(zip(updates, now.updates, strict=False)):
        under_way = ("score", "weight", "verdict") if is_settling else ()
        yield from _fields_compared(f"update {index}", update, due, under_way)
    yield from _compared("the updates' pointers", pointers, now.pointers)


def treasury_differences(treasury: TreasuryContract, token: Token, books: Books, at: int) -> Why:
    """What the treasury has stored otherwise than its events say. Raises `ChainError`."""
    yield from _compared("the escrow", treasury.escrowed(at=at), books.escrowed)
    yield from _compared("the pool", treasury.pool(at=at), books.pool)
    for task, left in books.budgets.items():
        yield from _compared(f"what is left of the budget of task {task}", treasury.budget_of(task, at=at), left)
    for account, owed in books.owed.items():
        yield from _compared(f"what {account} is owed", treasury.owed_to(account, at=at), owed)
    if (balance := token.balance_of(treasury.address, at=at)) < books.held:
        yield f"the treasury holds {balance} of the token, and has promised {books.held}"


def federation_differences(federation: FederationContract, members: MemberBook, managers: ManagerBook, at: int) -> Why:
    """What the federation has stored otherwise than its events say. Raises `ChainError`."""
    yield from _compared("the quorum", federation.quorum(at=at), managers.quorum)
    yield from _compared("the managers", sorted(federation.managers(at=at)), sorted(managers.managers))
    yield from _compared("the fee", federation.permission_fee(at=at), members.fee)
    yield from _compared("the membership's period", federation.membership_period(at=at), members.period)
    yield from _compared("the least blocks of a window", federation.min_blocks(at=at), members.min_blocks)
    yield from _compared("the members, counted", federation.member_count(at=at), len(members.members))
    yield from _compared("the tasks, counted", federation.task_count(at=at), len(members.tasks))
    yield from _compared("the applications, counted", federation.applications(at=at), members.count)
    for number, task in enumerate(members.tasks):
        yield from _compared(f"task {number}", federation.task_at(number, at=at), task)
    for account, applied in members.applications.items():
        stored = federation.account_of(account, at=at)
        due = Account(Membership.APPLIED, applied.number, applied.period, paid_until=0, fee=applied.fee)
        yield from _fields_compared(f"the application of {account}", stored, due)
    for account in members.members:
        found = federation.account_of(account, at=at)
        if found.membership != Membership.ADMITTED:
            yield f"{account} is no member in the contract; by the record it is"
        until = members.paid_until.get(account, 0)
        yield from _compared(f"the time until which {account} has paid", found.paid_until, until)
