"""What contracts have stored, and their code, altered on the chain itself: no transaction did it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from folkmoot.chain import Phase
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events import treasury as y
from tests.manipulations import scripts
from tests.manipulations.ground import Ground
from tests.manipulations.manipulation import HEX, Manipulation, Tried

Alteration = Callable[[Ground, Random], str]
"""Alters something, and gives the sentence."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A kind of alteration, which is undone after the audit."""

    kind: str
    alter: Alteration

    def attempt(self, ground: Ground, random: Random) -> Tried:
        with undone(ground):
            sentence = self.alter(ground, random)
            return Tried(ground.town.audit(), sentence)


@contextmanager
def undone(ground: Ground) -> Iterator[None]:
    mark = ground.anvil.ask("evm_snapshot")
    try:
        yield
    finally:
        ground.anvil.ask("evm_revert", mark)


def alter_stored(ground: Ground, asked: tuple[str, bytes], random: Random, part: slice = slice(None)) -> None:
    """Flip a bit of what a getter reads, so that it answers something else, in a part of the answer's digits."""
    to, data = asked[0], f"0x{asked[1].hex()}"
    call, anvil = {"to": to, "data": data}, ground.anvil
    before = anvil.ask("eth_call", call, "latest")
    access = anvil.ask("eth_createAccessList", call, "latest")["accessList"]
    slots = [key for entry in access if entry["address"].lower() == to.lower() for key in entry["storageKeys"]]
    places = [(slot, bit) for slot in slots for bit in range(256)]
    random.shuffle(places)
    for slot, bit in places:
        stored = int(anvil.ask("eth_getStorageAt", to, slot, "latest"), 16)
        anvil.ask("anvil_setStorageAt", to, slot, f"0x{stored ^ 1 << bit:064x}")
        after = _answer(anvil, call)
        if after and after[part] != before[part]:
            return
        anvil.ask("anvil_setStorageAt", to, slot, f"0x{stored:064x}")
    raise ValueError(f"nothing that {to} stores alters {data}")


def _answer(anvil: Any, call: Any) -> Any:
    try:
        return anvil.ask("eth_call", call, "latest")
    except Exception:  # noqa: BLE001 - a value of no meaning, which the contract cannot read
        return None


def _a_task(ground: Ground, random: Random) -> Any:
    origin = ground.one(r.RoundOpened, random).origin
    assert origin
    return ground.town.task(origin.contract)


def _running(ground: Ground) -> Any:
    proposal = ground.all(f.TaskProposed)[-1]
    return ground.town.task(proposal.task)


def a_balance(ground: Ground, random: Random) -> str:
    """What an account is owed."""
    account = ground.one(t.MemberEnrolled, random).member
    alter_stored(ground, ground.town.network.treasury.asks("owedTo", account), random)
    return rf"what {account} is owed is \d+ in the contract; by the record \d+"


def the_pool(ground: Ground, random: Random) -> str:
    name, said = random.choice([("pool", "the pool"), ("escrowed", "the escrow")])
    alter_stored(ground, ground.town.network.treasury.asks(name), random)
    return rf"{said} is \d+ in the contract; by the record \d+"


def a_budget(ground: Ground, random: Random) -> str:
    task = ground.one(y.BudgetMoved, random).task
    alter_stored(ground, ground.town.network.treasury.asks("budgetOf", task), random)
    return rf"what is left of the budget of task {task} is \d+ in the contract"


def a_model(ground: Ground, random: Random) -> str:
    event = ground.one(r.ModelBlockWritten, random)
    assert event.origin
    alter_stored(ground, ground.town.task(event.origin.contract).asks("ledger", event.model), random)
    return rf"model {event.model} is {HEX} in the contract; by the record {HEX}"


def a_seed(ground: Ground, random: Random) -> str:
    name, said = random.choice([("seed", "the seed"), ("updatesDigest", "the digest of all updates")])
    alter_stored(ground, _a_task(ground, random).asks(name), random)
    return rf"{said} is {HEX} in the contract; by the record {HEX}"


def a_participant(ground: Ground, random: Random) -> str:
    event = ground.one(t.MemberEnrolled, random)
    assert event.origin
    alter_stored(ground, ground.town.task(event.origin.contract).asks("participant", event.member), random)
    return rf"participant {event.member}: \w+ is .* in the contract; by the record"


def a_round(ground: Ground, random: Random) -> str:
    alter_stored(ground, _a_task(ground, random).asks("round"), random)
    return r"the running round: \w+ is .* in the contract; by the record|what the contract has stored"


def an_update(ground: Ground, random: Random) -> str:
    """Of the running round: its author's, samples', or the pointer."""
    alter_stored(ground, _running(ground).asks("updates", 0, 9), random)
    return r"update \d+: \w+ is .* in the contract|the updates' pointers is|the running round: submitted is"


def a_membership(ground: Ground, random: Random) -> str:
    event = ground.one(f.MemberAdmitted, random, lambda e: ground.town.network.federation.is_member(e.member))
    alter_stored(ground, ground.town.network.federation.asks("isMember", event.member), random)
    return rf"{event.member} is no member in the contract; by the record it is"


def a_membership_paid_for(ground: Ground, random: Random) -> str:
    federation = ground.town.network.federation
    event = ground.one(f.MemberAdmitted, random, lambda e: federation.is_member(e.member))
    paid_until = slice(2 + 3 * 64, 2 + 4 * 64)  # the fourth of five words
    alter_stored(ground, federation.asks("accountOf", event.member), random, paid_until)
    return rf"the time until which {event.member} has paid is \d+ in the contract|{event.member} is no member in the"


def an_application(ground: Ground, random: Random) -> str:
    """The one that is open."""
    applicant = ground.all(f.MembershipApplied)[-1].member
    alter_stored(ground, ground.town.network.federation.asks("accountOf", applicant), random)
    return rf"the application of {applicant}: \w+ is \w+ in the contract; by the record \w+"


def a_task_of_the_list(ground: Ground, random: Random) -> str:
    proposal = ground.one(f.TaskProposed, random)
    alter_stored(ground, ground.town.network.federation.asks("taskAt", proposal.number), random)
    return rf"task {proposal.number} is {HEX} in the contract; by the record {HEX}|the tasks, counted is"


def the_terms(ground: Ground, random: Random) -> str:
    name, said = random.choice(
        [
            ("permissionFee", "the fee"),
            ("quorum", "the quorum"),
            ("memberCount", "the members, counted"),
            ("applications", "the applications, counted"),
        ]
    )
    alter_stored(ground, ground.town.network.federation.asks(name), random)
    return rf"{said} is \d+ in the contract; by the record \d+"


def the_token(ground: Ground, random: Random) -> str:
    """What the treasury holds of it is taken away."""
    network = ground.town.network
    asked = network.token.asks("balanceOf", network.treasury.address)
    access = ground.anvil.ask("eth_createAccessList", {"to": asked[0], "data": f"0x{asked[1].hex()}"}, "latest")
    (slot,) = access["accessList"][0]["storageKeys"]
    ground.anvil.ask("anvil_setStorageAt", asked[0], slot, f"0x{random.randrange(99):064x}")
    return r"the treasury holds \d+ of the token, and has promised \d+"


def a_code(ground: Ground, random: Random) -> str:
    """One contract's code in the place of another's."""
    record = ground.town.network.deployment
    at, other = random.sample(sorted([*record.rules.items(), *record.libraries.items()]), 2)
    _set_code(ground, at[1], ground.town.network.client.code(other[1]))
    return rf"the code of {at[0]} at {HEX} is not this build's"


def a_task_of_other_terms(ground: Ground, random: Random) -> str:
    """One of the numbers at the end of a task's parameters, which are part of its code."""
    proposal = ground.one(f.TaskProposed, random)
    code = bytearray(ground.town.network.client.code(proposal.task))
    code[-1 - 32 * random.randrange(12)] ^= 1
    _set_code(ground, proposal.task, bytes(code))
    return rf"the code of task {proposal.number} at {HEX} is not this build's: another \w+"


def a_rule_for_a_moment(ground: Ground, random: Random) -> str:
    """Another rule's code while a round is settled, and the right one again: no code is wrong in the end."""
    network, rules = ground.town.network, ground.town.network.deployment.rules
    game = scripts.begin(ground.town.propose("bflc", random.randrange(2**32), total_rounds=1), random)
    game.to(Phase.REVEALING)
    right = network.client.code(rules["MedianScore"])
    _set_code(ground, rules["MedianScore"], network.client.code(rules["MajorityVote"]))
    game.to(Phase.AGGREGATING)
    _set_code(ground, rules["MedianScore"], right)
    game.finish()
    return r"RoundSettled: scores\[\d+\] is \d+ on the chain; by the record \d+"


def _set_code(ground: Ground, at: str, code: bytes) -> None:
    ground.anvil.ask("anvil_setCode", at, f"0x{code.hex()}")


ALTERED = (
    Altered("a balance", a_balance),
    Altered("the pool or the escrow", the_pool),
    Altered("a budget", a_budget),
    Altered("a model", a_model),
    Altered("a seed or a digest", a_seed),
    Altered("a participant", a_participant),
    Altered("the running round", a_round),
    Altered("an update", an_update),
    Altered("a membership", a_membership),
    Altered("a membership that is paid for", a_membership_paid_for),
    Altered("an application", an_application),
    Altered("a task in the list", a_task_of_the_list),
    Altered("the federation's terms", the_terms),
    Altered("the treasury's tokens", the_token),
    Altered("a contract's code", a_code),
    Altered("a task's parameters", a_task_of_other_terms),
    Altered("a rule for a moment", a_rule_for_a_moment),
)


def manipulations(ground: Ground) -> Iterator[Manipulation]:
    for altered in ALTERED:
        yield Manipulation("chain", altered.kind, partial(altered.attempt, ground))
