"""What a worker needs, a check each: on this machine, on the chain and in the task."""

import os
import time
from collections.abc import Mapping
from functools import partial
from shlex import quote

from folkmoot import __version__
from folkmoot.chain import Call, Membership, Milestone, Phase, Sender, phase_at
from folkmoot.chain.connection import shown
from folkmoot.cli.balances import FAUCET, gas_price, require_balances, require_covered
from folkmoot.cli.encryption import readable_by, task_blobs
from folkmoot.cli.examination import Check, Finding, State, doubt, fine
from folkmoot.cli.lost_model import lost_model
from folkmoot.cli.membership_status import RENEW, warning
from folkmoot.cli.metrics_check import metrics
from folkmoot.cli.model import model_pointer
from folkmoot.cli.node_checks import clock, ends, logs, nodes
from folkmoot.cli.output import COINS
from folkmoot.cli.session import Session
from folkmoot.cli.settings_file import CONFIG
from folkmoot.cli.standstill import standing
from folkmoot.cli.store_check import store
from folkmoot.cli.tables import Whole
from folkmoot.cli.task_rules import require_rules
from folkmoot.errors import (
    ConfigError,
    DeadlinePassed,
    InsufficientFunds,
    KeyMissing,
)
from folkmoot.plurals import counted
from folkmoot.score_meaning import percent
from folkmoot.task_blobs import stored_limit
from folkmoot.task_record import TaskRecord
from folkmoot.worker import make_learner

STANDS = "see that enough validators are up; what was sent stays valid"
SEND_S = 60  # for a transaction to come into a block
ROUND_GAS = 2_000_000  # gas that one member's transactions of some rounds need
MAY_RISE = (
    "gas is free now, and the account holds no coin; by London's rules one block more than half full makes gas cost"
    " 1 wei for good, and who has no coin can send no more"
)
ZERO = (
    "ask the network's operators whether its genesis keeps gas free: `zeroBaseFee: true` (Besu) or Berlin's rules; else"
    " get some coin beforehand"
)
STUCK = range(1, 8)  # wei: base fees that do not fall any more, an eighth of them being none
PRICED = "gas was free here until a block was more than half full, and is not any more: ask its operators for some coin"
_OVER = {Phase.EXPIRED, Phase.CANCELLED}  # before a round was played
_OTHERS = 0o077  # mode bits of everybody but the owner


# -------------------------------------------------------------------- this machine


def settings(session: Session) -> Finding:
    """The settings can be read."""
    config = session.config
    if session.file is None and not session.given:
        return doubt(f"no {CONFIG} here or above", "go to your home, or name the file by --config")
    return fine(f"account {config.keystore}, task {config.task}, nodes {', '.join(map(shown, config.rpc))}")


def keystore(session: Session) -> Finding:
    """The key is there, its password opens it, and nobody else can read them."""
    config, account = session.config, session.address
    secrets = (file for file in (config.keystore, config.password_file) if file and file.exists())
    open_files = [str(file) for file in secrets if file.stat().st_mode & _OTHERS]
    if config.password_file is None:
        return doubt(f"{account}; its password was not tried", "a prompt will ask for it")
    account = session.account.address
    if open_files:
        files = " ".join(map(quote, open_files))
        return doubt(f"other users of this machine can read {files}", f"chmod 600 {files}")
    return fine(account)


def state(session: Session) -> Finding:
    """The journal can be written."""
    folder = session.config.state
    found = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not (found.is_dir() and os.access(found, os.W_OK | os.X_OK)):
        raise ConfigError(f"the journal cannot be written to {folder}", "set `state` to a folder of your own")
    return fine(str(folder))


# ------------------------------------------------------------------------ the chain


def record(session: Session) -> Finding:
    """The record is there, and so is what it names."""
    found = session.record
    if found.version != __version__:
        message = f"the federation was deployed by Folkmoot {found.version}, this is {__version__}"
        return doubt(message, "use the version that the other members use")
    return fine(f"federation {found.federation} since block {found.block_number}")


def membership(session: Session) -> Finding:
    """The account may take part."""
    address = session.address
    found = session.federation.account_of(address).membership
    match found:
        case Membership.ADMITTED:
            return doubt(due, RENEW) if (due := warning(session)) else fine("a member of the federation")
        case Membership.APPLIED:
            return doubt("the application is open", "wait for the managers to admit you")
        case _ if session.federation.is_manager(address):
            return fine("a manager of the federation, not a member")
    if found == Membership.BANNED:
        raise ConfigError(f"{address} is banned from the federation", "ask the managers")
    hint = "folkmoot member apply; in place of a lost key, ask the managers for: folkmoot manager replace-member"
    raise ConfigError(f"{address} is not a member of the federation", hint)


def balances(session: Session) -> Finding:
    """The account can pay: gas, and the fee if it still has to apply."""
    applies = session.federation.account_of(session.address).membership in {Membership.NONE, Membership.LEFT}
    if applies and not session.federation.is_manager(session.address):
        require_balances(session, session.federation.permission_fee())
    coins, needed = session.client.balance(session.address), ROUND_GAS * gas_price(session)
    base_fee = session.client.head().base_fee
    if coins < needed:
        message = f"{COINS.text(coins)} do not pay for the gas of some rounds, {COINS.text(needed)} would"
        raise InsufficientFunds(message, FAUCET if coins or base_fee not in STUCK else PRICED)
    if not coins and base_fee == 0:
        return doubt(MAY_RISE, ZERO)
    gas = "gas is free" if not needed else f"{COINS.text(coins)} for gas"
    return fine(f"{gas}, {session.money.text(session.token.balance_of(session.address))}")


def sending(session: Session) -> Finding:
    """A transaction of the account comes into a block: who may send is on a list of some chains, and shows only so."""
    client, ends = session.client, time.monotonic() + SEND_S

    def wait(seconds: float) -> None:
        """The chain's time may stand: then no deadline of its own passes."""
        if time.monotonic() > ends:
            raise DeadlinePassed(f"a call without effect came into no block for {SEND_S} s", STANDS)
        time.sleep(seconds)

    if standing(client, client.head()):
        raise DeadlinePassed("nothing comes into a block: the chain stands", STANDS)
    nothing, deadline = Call(session.address, b"", "a call without effect", ()), client.now() + SEND_S
    receipt = Sender(client, session.account, sleep=wait).send(nothing, deadline=deadline)
    return fine(f"a call without effect is in block {receipt.block if receipt else '?'}")


def treasury(session: Session) -> Finding:
    """What it owes is there, as it always is unless the fee token changes balances by itself."""
    require_covered(session)
    return fine("the treasury holds what it owes")


# ------------------------------------------------------------------------- the task


def task(session: Session) -> Finding:
    """The task is there and not over, and its rules are rules: whoever approved it may have asked nobody."""
    if not session.federation.task_count():
        return Finding(State.SKIPPED, "no task has been proposed yet")
    running, parameters = session.task.round(), session.task.parameters()
    phase = phase_at(running, parameters, time=session.client.now(), block=session.client.head().number)
    message = f"{session.task.address}: {phase.name.lower()}, round {running.number}"
    if phase in _OVER:
        return Finding(State.WRONG, message, "it is over: set `task` to another; all are in: folkmoot task list")
    require_rules(session, parameters)
    return fine(f"{message}; nothing is left to do in it" if phase == Phase.FINISHED else message)


def blobs(session: Session) -> Finding:
    """The store has what the task needs next: its descriptor and the latest model."""
    task, parameters = session.task, session.task.parameters()
    descriptor = session.descriptor(parameters)
    number, pointer = model_pointer(task, parameters, None)
    is_there = partial(session.store.has, limit=stored_limit(descriptor))
    if not is_there(pointer):
        record = TaskRecord.of(parameters, session.events(task.address))
        proposer = next(event.proposer for event in session.proposals if event.task == task.address)
        is_running = Milestone.SEATED <= task.round().milestone < Milestone.FINISHED
        raise lost_model(record, number, proposer, is_there, is_running=is_running)
    return fine(Whole(f"descriptor {descriptor.task!r} and model {number}, {readable_by(descriptor)}"))


def learner(session: Session) -> Finding:
    """The learner takes the latest model and scores it, and the task's aggregation rule is known."""
    parameters = session.task.parameters()
    stored = task_blobs(session, parameters)
    made = make_learner(session.config, stored.descriptor)
    number, pointer = model_pointer(session.task, parameters, None)
    try:
        made.load(stored.fetch_model(pointer))
    except KeyMissing as error:
        return doubt(error.message, error.hint)
    made.weights()  # raises if they cannot be an update
    score = percent(made.evaluate(), stored.descriptor.metric)
    return fine(f"{counted(made.samples, 'sample')} to train on; model {number} scores {score}")


SENDING: Mapping[str, tuple[Check, tuple[str, ...]]] = {"sending": (sending, ("nodes", "keystore"))}
"""Done only where it is asked for: it may cost gas."""

CHECKS: Mapping[str, tuple[Check, tuple[str, ...]]] = {
    "settings": (settings, ()),
    "keystore": (keystore, ("settings",)),
    "journal": (state, ("settings",)),
    "store": (store, ("settings",)),
    "metrics": (metrics, ("settings",)),
    "nodes": (nodes, ("settings",)),
    "finality": (ends, ("nodes",)),
    "clock": (clock, ("nodes",)),
    "record": (record, ("nodes",)),
    "logs": (logs, ("record",)),
    "membership": (membership, ("record", "keystore")),
    "balances": (balances, ("record", "keystore")),
    "treasury": (treasury, ("record",)),
    "task": (task, ("record",)),
    "blobs": (blobs, ("task", "store")),
    "learner": (learner, ("blobs",)),
}
"""Each check, and those without which it makes no sense."""
