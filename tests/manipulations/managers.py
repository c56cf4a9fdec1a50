"""What a node tells otherwise of managers, members and the treasury."""

from dataclasses import replace
from random import Random

from folkmoot.chain import Event
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events import treasury as y
from folkmoot.testing.rpc_faults import Rule
from tests.manipulations.ground import Ground
from tests.manipulations.liars import Liar
from tests.manipulations.lies import log, place, telling, told
from tests.manipulations.manipulation import HEX


def a_confirmation_left_out(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(f.ActionConfirmed, random, lambda one: one.confirmations == 1 and one.manager != "")
    return telling({place(event): []}), (
        r"2 of 2 managers confirmed on the chain; by the record 1 of 2|revoked a confirmation that it had not made"
    )


def a_confirmation_of_a_stranger(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(f.ActionConfirmed, random)
    stranger = random.choice(ground.all(f.MemberAdmitted)).member
    return told(event, replace(event, manager=stranger)), rf"{stranger} confirmed as a manager, and is none"


def a_larger_credit(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(y.Credited, random)
    more = (event.amounts[0] + random.randint(1, 10**9), *event.amounts[1:])
    return told(event, replace(event, amounts=more)), r"the treasury credits .* on the chain; by the round's record"


def another_withdrawal(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(y.Withdrawn, random)
    changed = replace(event, amount=event.amount + random.randint(1, 99))
    return told(event, changed), rf"{event.account} withdraws \d+, and is owed \d+"


def a_second_release(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(y.BudgetReleased, random, lambda one: one.amount > 0)
    assert event.origin
    again = log(event, index=event.origin.index + 70)
    return telling({place(event): [log(event), again]}), (rf"{HEX} returns \d+ to the pool, and its budget has 0 left")


def an_admission_without_application(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(f.MembershipApplied, random, lambda one: one.fee > 0)
    return telling({place(event): []}), (
        rf"{event.member} has no open application|Escrowed \(member {event.member}\) is on the chain, but"
    )


def a_forged_manager(ground: Ground, random: Random) -> tuple[Rule, str]:
    """Beside what managers decide, so that a confirmation of something else is there."""
    kinds: list[type[Event]] = [f.MemberAdmitted, f.MembershipApplied]
    event = ground.one(random.choice(kinds), random)
    assert event.origin
    forged = log(f.ManagerAdded(f"0x{'77' * 20}", origin=event.origin), index=event.origin.index + 90)
    return telling({place(event): [log(event), forged]}), (
        r"ManagerAdded: (no quorum of the managers has confirmed it|the managers confirmed another call, 0x)"
    )


def a_forged_cancellation(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(r.UpdateSubmitted, random)
    assert event.origin
    forged = log(t.TaskCancelled(origin=event.origin), index=event.origin.index + 90)
    return telling({place(event): [log(event), forged]}), r"TaskCancelled: no quorum of the managers has confirmed it"


def a_forged_expiry(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(t.MemberEnrolled, random, lambda one: one.since == 0)
    assert event.origin
    forged = log(t.TaskExpired(origin=event.origin), index=event.origin.index + 90)
    return telling({place(event): [log(event), forged]}), r"TaskExpired: its enrolment ends at \d+, and not before"


def a_decision_used_twice(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = random.choice(ground.all(f.FeeChanged)[1:])  # the first one is the founding's
    assert event.origin
    return telling({place(event): [log(event), log(event, index=event.origin.index + 1)]}), (
        r"FeeChanged: the managers confirmed it once, and it comes twice"
    )


def a_decision_left_out(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = random.choice([ground.all(f.FeeChanged)[-1], ground.all(f.ManagerAdded)[-1], ground.all(t.TaskPaused)[-1]])
    return telling(
        {place(event): []}
    ), r"the managers' call 0x\w+ was executed, and what it decides is not on the chain"


LIARS = (
    Liar("a confirmation left out", a_confirmation_left_out, family="managers"),
    Liar("a stranger's confirmation", a_confirmation_of_a_stranger, family="managers"),
    Liar("a credit too large", a_larger_credit, family="managers"),
    Liar("another withdrawal", another_withdrawal, family="managers"),
    Liar("a second release", a_second_release, family="managers"),
    Liar("an application left out", an_admission_without_application, family="managers"),
    Liar("a forged manager", a_forged_manager, family="managers"),
    Liar("a forged cancellation", a_forged_cancellation, family="managers"),
    Liar("a forged expiry", a_forged_expiry, family="managers"),
    Liar("a decision used twice", a_decision_used_twice, family="managers"),
    Liar("a decision left out", a_decision_left_out, family="managers"),
)
