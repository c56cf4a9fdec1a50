"""A node that tells otherwise what happened."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from folkmoot.chain import Event
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.testing.rpc_faults import Rule
from tests.manipulations.ground import Ground
from tests.manipulations.liars import Liar, altered
from tests.manipulations.lies import instead, log, place, swapped, telling, told
from tests.manipulations.manipulation import HEX
from tests.manipulations.town import WINDOW

FOLLOWING: tuple[tuple[type[Event], str], ...] = (
    (r.RoundSettled, "scores"),
    (r.RoundSettled, "ranking"),
    (r.RoundOpened, "seats"),
    (r.RoundClosed, "paid"),
    (r.RoundClosed, "seed"),
    (r.DeadlineSet, "deadline"),
    (r.ModelBlockWritten, "pointer"),
    (r.UpdateBlockWritten, "amount"),
    (r.AggregateAgreed, "votes"),
    (r.RoundRecovered, "attempt"),
    (t.MemberStruck, "strikes"),
)
"""Values that follow from others."""

SENT: tuple[tuple[type[Event], str], ...] = (
    (r.UpdateSubmitted, "pointer"),
    (r.UpdateSubmitted, "samples"),
    (r.ScoresCommitted, "commitment"),
    (r.ScoresRevealed, "baseline"),
    (r.AggregateAttested, "pointer"),
    (r.ModelScored, "score"),
)
"""Values that somebody sent."""

GONE: tuple[tuple[type[Event], str], ...] = (
    (t.MemberStruck, r"MemberStruck \(.*\) follows from the record, but is not on the chain"),
    (r.ModelBlockWritten, r"ModelBlockWritten \(.*\) follows from the record, but is not on the chain"),
    (r.DeadlineSet, r"DeadlineSet \(.*\) follows from the record, but is not on the chain"),
    (r.RoundSettled, r"does not follow from the record|does not fit|follows from the record"),
    (r.UpdateSubmitted, r"it is update \d+ on the chain; by the record \d+|RoundSettled: authors has \d+ entries"),
    (f.MemberAdmitted, rf"{HEX} is no member of the federation|the members, counted is"),
)
"""What follows from logs that are left out."""


def a_value(ground: Ground, random: Random) -> tuple[Rule, str]:
    kind, field = random.choice([pair for pair in FOLLOWING if ground.all(pair[0])])
    event = ground.one(kind, random, lambda one: getattr(one, field) not in ((), None))
    sentence = rf"{kind.__name__}: {field}(\[\d+\])? is .* on the chain; by the record"
    return told(event, altered(event, field, random)), sentence


def a_sent_value(ground: Ground, random: Random) -> tuple[Rule, str]:
    kind, field = random.choice(SENT)
    event = ground.one(kind, random)
    sentence = rf"{kind.__name__} \(.*\): {field} is {{}} in the event; {HEX} sent {{}}".replace("{}", "(0x)?[0-9a-f]+")
    return told(event, altered(event, field, random)), sentence


def left_out(ground: Ground, random: Random) -> tuple[Rule, str]:
    kind, sentence = random.choice([pair for pair in GONE if ground.all(pair[0])])
    return telling({place(ground.one(kind, random)): []}), sentence


def doubled(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = random.choice(ground.chronicle.events)
    return told(event, event, event), r"the node tells log \d+ of block \d+ twice"


def reordered(ground: Ground, random: Random) -> tuple[Rule, str]:
    """Two updates of a round, each in the other's place."""
    one = ground.one(r.UpdateSubmitted, random, lambda event: event.index > 0)
    before = next(
        e
        for e in ground.all(r.UpdateSubmitted)
        if (e.round, e.index) == (one.round, one.index - 1) and e.origin.contract == one.origin.contract  # type: ignore[union-attr]
    )
    return swapped(before, one), r"UpdateSubmitted \(.*\): it is update \d+ on the chain; by the record \d+"


def another_round(ground: Ground, random: Random) -> tuple[Rule, str]:
    """A commitment that is told after the end of its round."""
    event = ground.one(r.ScoresCommitted, random, lambda one: one.round == 0)
    assert event.origin
    later = ground.one(
        r.ScoresCommitted,
        random,
        lambda e: e.round > 0 and e.origin.contract == event.origin.contract,  # type: ignore[union-attr]
    )
    rule = telling({place(event): [], place(later): [log(later), log(event, at=later, index=place(later)[1] + 1)]})
    return rule, r"ScoresCommitted \(.*\): round \d+ is running"


_FORGED = r"MemberStruck(: | \(.*\)( is on the chain, but does not follow|: the task is in \w+, and not in Stalled))"


def a_forged_strike(ground: Ground, random: Random) -> tuple[Rule, str]:
    at = ground.one(r.UpdateSubmitted, random)
    assert at.origin
    strike = replace(ground.one(t.MemberStruck, random), round=at.round, member=at.author, origin=at.origin)
    forged = log(strike, at=at, index=at.origin.index + 50)
    return telling({place(at): [log(at), forged]}), _FORGED


def another_sender(ground: Ground, random: Random) -> tuple[Rule, str]:
    kinds: list[type[Event]] = [r.UpdateSubmitted, r.ScoresRevealed, r.AggregateAttested]
    event = ground.one(random.choice(kinds), random)
    assert event.origin
    liar, name = f"0x{'77' * 20}", event.origin.transaction
    rule = instead(
        "eth_getTransactionByHash", lambda params, result: result | {"from": liar} if params[0] == name else result
    )
    return rule, rf"{type(event).__name__} \(.*\): 0x7777\w+ sent it, and not {HEX}"


def another_call(ground: Ground, random: Random) -> tuple[Rule, str]:
    """A transaction that is told with other data: that of the one of another event of its kind."""
    event = ground.one(r.UpdateSubmitted, random)
    other = ground.one(r.UpdateSubmitted, random, lambda e: e.pointer != event.pointer)
    assert event.origin
    assert other.origin
    sent, name = ground.chronicle.transactions[other.origin.transaction], event.origin.transaction
    rule = instead(
        "eth_getTransactionByHash",
        lambda params, result: result | {"input": f"0x{sent.input.hex()}"} if params[0] == name else result,
    )
    return rule, rf"UpdateSubmitted \(.*\): pointer is {HEX} in the event; {HEX} sent {HEX}"


def another_time(ground: Ground, random: Random) -> tuple[Rule, str]:
    """A block by whose time a deadline was set, told to be of a little later."""
    times = {number: block.time for number, block in ground.chronicle.blocks.items()}
    windows = {WINDOW, 2 * WINDOW, 3 * WINDOW}
    event = ground.one(r.DeadlineSet, random, lambda one: one.deadline - times[place(one)[0]] in windows)
    later = random.randint(1, 60)
    return _of_block(event, lambda block: {"timestamp": hex(int(block["timestamp"], 16) + later)}), (
        r"DeadlineSet: deadline is \d+ on the chain; by the record \d+"
    )


def a_block_before_another(ground: Ground, random: Random) -> tuple[Rule, str]:
    """A block that is told to be of a time long after those of later blocks."""
    event = random.choice(ground.chronicle.events[:-50])
    later = random.randint(10**6, 10**8)
    return _of_block(event, lambda block: {"timestamp": hex(int(block["timestamp"], 16) + later)}), (
        r"block \d+ is told to be of second \d+, and block \d+ before it of second \d+"
    )


def another_hash(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = ground.one(t.EnrolmentClosed, random)
    made = random.randbytes(32).hex()
    return _of_block(event, lambda _: {"hash": f"0x{made}"}), rf"its seed is {HEX} on the chain; by the hash of block"


def _of_block(event: Event, change: Callable[[Any], Any]) -> Rule:
    number = hex(place(event)[0])
    return instead(
        "eth_getBlockByNumber", lambda params, result: result | change(result) if params[0] == number else result
    )


def another_code(ground: Ground, random: Random) -> tuple[Rule, str]:
    """One contract's code in the place of another's."""
    record = ground.town.network.deployment
    at, other = random.sample(sorted([*record.rules.items(), *record.libraries.items()]), 2)
    code = f"0x{ground.town.network.client.code(other[1]).hex()}"
    rule = instead("eth_getCode", lambda params, result: code if params[0].lower() == at[1].lower() else result)
    return rule, rf"the code of {at[0]} at {HEX} is not this build's"


def another_answer(ground: Ground, random: Random) -> tuple[Rule, str]:
    """What a contract has stored, told otherwise."""
    network = ground.town.network
    task = ground.one(r.RoundOpened, random).origin
    assert task
    one = random.choice(ground.all(t.MemberEnrolled)).member
    asked, sentence = random.choice(
        [
            (network.treasury.asks("pool"), "the pool is"),
            (network.treasury.asks("owedTo", one), f"what {one} is owed is"),
            (network.federation.asks("permissionFee"), "the fee is"),
            (network.federation.asks("memberCount"), "the members, counted is"),
            ((task.contract, network.federation._encoded("quorum", ())), ""),
        ][:4]
    )
    to, data = asked[0].lower(), f"0x{asked[1].hex()}"

    def change(params: Any, result: Any) -> Any:
        is_asked = params[0]["to"].lower() == to and params[0]["data"] == data
        return f"0x{int(result, 16) + random.randint(1, 9):064x}" if is_asked else result

    return instead("eth_call", change), rf"{sentence} \d+ in the contract; by the record \d+"


LIARS = (
    Liar("a value that follows", a_value),
    Liar("a value that was sent", a_sent_value),
    Liar("a value that was sent, told otherwise later", a_sent_value, later=True),
    Liar("a value that follows, told otherwise later", a_value, later=True),
    Liar("a log left out", left_out),
    Liar("a log doubled", doubled),
    Liar("logs in another order", reordered),
    Liar("a log in another round", another_round),
    Liar("a forged strike", a_forged_strike),
    Liar("another sender", another_sender),
    Liar("other data of a transaction", another_call),
    Liar("another time of a block", another_time),
    Liar("a block before another", a_block_before_another),
    Liar("another hash of a block", another_hash),
    Liar("another contract's code", another_code),
    Liar("another stored value", another_answer),
)
