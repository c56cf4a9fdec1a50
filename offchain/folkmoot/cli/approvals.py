"""What managers do together: sending a call, saying it in words, and finding what waits for a quorum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from eth_abi.exceptions import DecodingError
from web3 import Web3
from web3.exceptions import Web3Exception

from folkmoot.chain import Call, Event
from folkmoot.chain.abi import abi
from folkmoot.chain.events.federation import (
    ActionConfirmed,
    ActionExecuted,
    ApplicationRejected,
    ApplicationWithdrawn,
    MemberAdmitted,
    MembershipApplied,
)
from folkmoot.chain.events.logs import fetch_events
from folkmoot.cli.amounts import Money
from folkmoot.cli.membership_status import lasting
from folkmoot.cli.output import timestamp
from folkmoot.cli.session import Session
from folkmoot.errors import ConfigError

_SHORT = 10  # characters of an action's name: enough to tell it apart

# `!a` writes an amount, `!d` how long it pays for, `!t` a time, `!l` a list.
_WORDS = {
    "admit": "admit {applicant} by application {application}",
    "reject": "reject {applicant} with application {application}",
    "ban": "ban {account}",
    "unban": "unban {account}",
    "setFee": "set the fee of later applications and renewals to {fee!a}",
    "setMembershipPeriod": "let the fee of later applications and renewals pay {period!d}",
    "addManager": "make {manager} a manager",
    "removeManager": "let {manager} be a manager no more",
    "replaceManager": "put {successor} in the place of manager {manager}",
    "setQuorum": "let {quorum} managers act together",
    "approve": "approve task {target} with a budget of {budget!a} and the committee {committee!l}",
    "fund": "add {amount!a} to the budget of task {target}",
    "pause": "pause round {round} of task {target} until {until!t}",
    "resume": "resume round {round} of task {target}",
    "rollback": "roll round {round} of task {target} back to model {model}, with the committee {committee!l}",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A managers' call: the function and its arguments by name. Both are empty if it is none that Folkmoot knows."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An action that some managers, but no quorum, stand behind; `expires` is when the last confirmation does."""

    action: bytes
    target: str
    data: bytes
    meaning: Meaning
    confirmers: tuple[str, ...]
    quorum: int
    expires: int

    @property
    def call(self) -> Call:
        """The call that confirms it."""
        return Call(self.target, self.data, self.meaning.name, tuple(self.meaning.arguments.values()))


def propose_or_confirm(session: Session, call: Call) -> None:
    """Send a managers' call, and tell whether it was executed or for whom it waits."""
    receipt = session.send(call)
    confirmed = next(event for event in receipt.events if isinstance(event, ActionConfirmed))
    executed = any(isinstance(event, ActionExecuted) for event in receipt.events)
    words = explain(session, meaning(call.data), call.to)
    document = {
        "action": confirmed.action,
        "words": words,
        "confirmations": confirmed.confirmations,
        "quorum": confirmed.quorum,
        "executed": executed,
        "expires": confirmed.expires,
        "transaction": receipt.hash,
    }
    session.output.show(document, *_rendered(confirmed, words, executed=executed))


def open_applications(events: Iterable[Event]) -> list[MembershipApplied]:
    """Applications that nobody has decided or withdrawn, oldest first."""
    found: dict[int, MembershipApplied] = {}
    for event in events:
        if isinstance(event, MembershipApplied):
            found[event.application] = event
        elif isinstance(event, ApplicationWithdrawn | MemberAdmitted | ApplicationRejected):
            found.pop(event.application, None)
    return list(found.values())


def pending(session: Session, events: Iterable[Event]) -> list[Pending]:
    """Actions that managers stand behind now and that were not executed, oldest first."""
    found: dict[bytes, ActionConfirmed] = {}
    for event in events:
        if isinstance(event, ActionConfirmed):
            found[event.action] = event
        elif isinstance(event, ActionExecuted):
            found.pop(event.action, None)
    quorum = session.federation.quorum()
    actions = [_pending(event, session.federation.confirmers(event.action), quorum) for event in found.values()]
    return [action for action in actions if action.confirmers]


def find(session: Session, name: str) -> Pending:
    """The pending action whose name starts so. Raises `ConfigError` unless there is exactly one."""
    actions = pending(session, history(session))
    found = [action for action in actions if name.startswith("0x") and hex_name(action.action).startswith(name)]
    if len(found) != 1:
        number = f"{len(found)} pending actions have names" if found else "no pending action has a name"
        raise ConfigError(f"{number} starting with {name}", "`manager pending` lists what waits, and its names")
    return found[0]


def history(session: Session) -> list[Event]:
    """Every event of the federation."""
    return list(fetch_events(session.client, [session.federation.address], from_block=session.record.block_number))


def hex_name(action: bytes) -> str:
    """An action's name as text."""
    return f"0x{action.hex()}"


def short_name(action: bytes) -> str:
    """The start of an action's name, by which `find` finds it."""
    return hex_name(action)[:_SHORT]


def meaning(data: bytes) -> Meaning:
    """What a managers' call on the federation or a task says."""
    for contract in ("Federation", "Task"):
        try:
            function, values = Web3().eth.contract(abi=abi(contract)).decode_function_input(data)
        except (Web3Exception, DecodingError, ValueError):
            continue
        if function.fn_name in _WORDS:
            return Meaning(function.fn_name, {name.rstrip("_"): value for name, value in values.items()})
    return Meaning("", {})


def explain(session: Session, call: Meaning, target: str) -> str:
    """A managers' call in words, with the name of whom it is about."""
    number = call.arguments.get("application")
    applicant = "" if number is None else session.federation.applicant(number)
    return in_words(call, target, session.money, applicant=applicant)


def in_words(call: Meaning, target: str, money: Money, *, applicant: str = "") -> str:
    """A managers' call as a person would say it."""
    if call.name not in _WORDS:
        return f"an unknown call on {target}"
    values = {"target": target, "applicant": applicant, **call.arguments}
    return _Words(money).vformat(_WORDS[call.name], (), values)


class _Words(Formatter):
    def __init__(self, money: Money) -> None:
        self._money = money

    def convert_field(self, value: Any, conversion: Any) -> Any:
        match conversion:
            case "a":
                return self._money.text(value)
            case "d":
                return lasting(value)
            case "t":
                return timestamp(value)
            case "l":
                return ", ".join(value)
        return value


def _pending(event: ActionConfirmed, confirmers: tuple[str, ...], quorum: int) -> Pending:
    return Pending(
        action=event.action,
        target=event.target,
        data=event.call,
        meaning=meaning(event.call),
        confirmers=confirmers,
        quorum=quorum,
        expires=event.expires,
    )


def _rendered(confirmed: ActionConfirmed, words: str, *, executed: bool) -> tuple[str, ...]:
    count = f"{confirmed.confirmations} of the {confirmed.quorum} managers that it takes"
    if executed:
        return (f"done, by {count}: {words}",)
    command = f"folkmoot manager confirm {short_name(confirmed.action)}"
    return f"confirmed, by {count}: {words}", f"Until {timestamp(confirmed.expires)} another manager adds: {command}"
