"""Whether events say what their senders sent: a member's own transaction is what it signed."""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from folkmoot.audit.findings import described, shown
from folkmoot.chain import Event
from folkmoot.chain.answers import Transaction
from folkmoot.chain.calldata import decode_call
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events import treasury as y

_MOST_SAMPLES = 2**32 - 1

_SENT: Mapping[type[Event], tuple[str, str, Callable[..., str], Callable[..., dict[str, object]]]] = {
    f.MembershipApplied: (
        "Federation",
        "applyForMembership",
        lambda e: e.member,
        lambda e: {"publicKey": e.public_key, "name": e.name},
    ),
    f.TaskProposed: ("Federation", "proposeTask", lambda e: e.proposer, lambda e: {"name": e.name}),
    f.MemberLeft: ("Federation", "leave", lambda e: e.member, lambda _: {}),
    t.MemberEnrolled: ("Task", "enrol", lambda e: e.member, lambda _: {}),
    t.KeysShared: ("Task", "shareKeys", lambda e: e.account, lambda e: {"pointer": e.pointer}),
    r.UpdateSubmitted: (
        "Task",
        "submitUpdate",
        lambda e: e.author,
        lambda e: {"round": e.round, "pointer": e.pointer, "samples": e.samples},
    ),
    r.ScoresCommitted: (
        "Task",
        "commitScores",
        lambda e: e.member,
        lambda e: {"round": e.round, "commitment": e.commitment},
    ),
    r.ScoresRevealed: (
        "Task",
        "revealScores",
        lambda e: e.member,
        lambda e: {"round": e.round, "baseline": e.baseline, "words": e.words, "salt": e.salt},
    ),
    r.AggregateAttested: (
        "Task",
        "attest",
        lambda e: e.member,
        lambda e: {"round": e.round, "pointer": e.pointer},
    ),
    r.ModelScored: ("Task", "scoreModel", lambda e: e.member, lambda e: {"score": e.score}),
    y.Deposited: ("Treasury", "deposit", lambda e: e.from_, lambda e: {"amount": e.amount}),
    y.Withdrawn: ("Treasury", "withdraw", lambda e: e.account, lambda _: {}),
}
"""By event: the contract and its function, who sends it, and the values that the call has to have."""


def is_sent(event: Event) -> bool:
    """Whether an event tells what somebody sent."""
    return type(event) in _SENT


def key_of(event: Event) -> str:
    """By all that says whether an event contradicts its transaction."""
    origin = event.origin
    where = (origin.contract, origin.transaction) if origin else ()
    return sha256(repr((where, event)).encode()).hexdigest()


def contradictions(event: Event, sent: Transaction) -> Iterator[str]:
    """What an event says otherwise than its transaction, if its sender called the contract itself."""
    contract, name, of, values = _SENT[type(event)]
    call = decode_call(contract, sent.input)
    if event.origin is None or sent.to != event.origin.contract or not call.name:
        return  # through another contract, a wallet's perhaps
    if call.name != name:
        yield f"{described(event)}: its transaction calls {call.name}"
        return
    if sent.sender != of(event):
        yield f"{described(event)}: {sent.sender} sent it, and not {of(event)}"
    for key, told in values(event).items():
        meant = min(call.arguments[key], _MOST_SAMPLES) if key == "samples" else call.arguments[key]
        if told != meant:
            yield f"{described(event)}: {key} is {shown(told)} in the event; {sent.sender} sent {shown(meant)}"
