"""What managers decide together: sending or confirming their calls, and finding what waits for a quorum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from folkmoot.chain import CONTRACT_ERRORS, Call, Milestone, TaskContract
from folkmoot.chain.contract_errors import contract_error
from folkmoot.chain.events.federation import ActionConfirmed, ActionExecuted
from folkmoot.chain.parameter_bounds import MAX_BLOCKS
from folkmoot.cli.explain import Meaning, in_words, meaning
from folkmoot.cli.membership_status import period
from folkmoot.cli.output import timestamp
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid, table
from folkmoot.cli.task_rules import require_rules
from folkmoot.errors import ChainError, ConfigError, ContractError
from folkmoot.plurals import counted

NotMember = CONTRACT_ERRORS["NotMember"]
MAX_FEE = 2**128 - 1  # smallest units of the token
MAX_PERIOD = 2**32 - 1  # seconds
_SHORT = 10  # characters of an action's name: enough to tell it apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An action that has confirmations, but no quorum of them; `expires` is when the last confirmation does."""

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


def require_manager(session: Session, account: str) -> None:
    """Raise `ConfigError` unless an account is a manager's."""
    if not session.federation.is_manager(account):
        raise ConfigError(f"{account} is not a manager now", "see who is: folkmoot manager list; correct names.toml")


def propose_or_confirm(session: Session, call: Call) -> None:
    """Send a managers' call, and show whether it was executed or how many confirmations it lacks."""
    document, lines = _sent(session, call)
    session.output.show(document, *lines)


def propose_or_confirm_all(session: Session, calls: Iterable[Call]) -> None:
    """Send managers' calls, one after the other, and show what came of them.

    A call that a contract refuses does not keep back the others: `ChainError` names it at the end. Any other failure
    ends the sending, after what was done has been shown.
    """
    documents: list[dict[str, Any]] = []
    shown: list[str] = []
    refused: dict[str, ContractError] = {}
    try:
        for call in calls:
            try:
                document, lines = _sent(session, call)
            except ContractError as error:
                refused[explain(session, meaning(call.data), call.to)] = error
                continue
            documents.append(document)
            shown += lines
    finally:
        if documents:
            session.output.show(documents, *shown)
    if refused and not documents and len(refused) == 1:
        raise next(iter(refused.values()))
    if refused:
        reasons = "; ".join(f"cannot {words}: {error.message}" for words, error in refused.items())
        hint = "; ".join(dict.fromkeys(error.hint for error in refused.values()))
        if documents:
            hint = (
                "all others were sent; who confirmed what cannot be done takes it back: folkmoot manager revoke ACTION"
            )
        raise ChainError(reasons, hint)


def pending(session: Session) -> list[Pending]:
    """Actions that managers have confirmed and that were not executed, oldest first."""
    found: dict[bytes, ActionConfirmed] = {}
    for event in session.history:
        if isinstance(event, ActionConfirmed):
            found[event.action] = event
        elif isinstance(event, ActionExecuted):
            found.pop(event.action, None)
    quorum = session.federation.quorum()
    actions = [_pending(event, session.federation.confirmers(event.action), quorum) for event in found.values()]
    return [action for action in actions if action.confirmers]


def find(actions: Sequence[Pending], name: str) -> Pending:
    """The action whose name starts so. Raises `ConfigError` unless there is exactly one."""
    found = [action for action in actions if name.startswith("0x") and hex_name(action.action).startswith(name)]
    if len(found) != 1:
        number = f"{len(found)} pending actions have names" if found else "no pending action has a name"
        raise ConfigError(f"{number} starting with {name}", "list them and their names: folkmoot manager pending")
    return found[0]


def hex_name(action: bytes) -> str:
    """An action's name as text."""
    return f"0x{action.hex()}"


def short_name(action: bytes) -> str:
    """The start of an action's name, by which `find` finds it."""
    return hex_name(action)[:_SHORT]


def explain(session: Session, call: Meaning, target: str) -> str:
    """A managers' call in words, with the address of whom it is about."""
    number = call.arguments.get("application")
    applicant = "" if number is None else session.federation.applicant(number)
    if applicant and not int(applicant, 16):
        applicant = "nobody"  # no such application was made
    return in_words(call, target, session.money, applicant=applicant)


def pending_document(session: Session, action: Pending) -> dict[str, Any]:
    """A pending action for machines."""
    return {
        "action": action.action,
        "target": action.target,
        "call": action.meaning.name,
        "arguments": action.meaning.arguments,
        "words": explain(session, action.meaning, action.target),
        "confirmers": action.confirmers,
        "quorum": action.quorum,
        "expires": action.expires,
    }


def pending_table(found: Sequence[dict[str, Any]]) -> Grid | str:
    """Pending actions for people, from what `pending_document` makes of each."""
    rows = [(short_name(a["action"]), a["words"], _confirmers(a), timestamp(a["expires"])) for a in found]
    title = "Actions that lack confirmations"
    return table(title, ("name", "action", "confirmed by", "until"), rows) if rows else "No pending actions."


def _confirmers(action: dict[str, Any]) -> str:
    by = action["confirmers"]
    return "\n".join((*by, f"({len(by)} of {action['quorum']})"))


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


def require_possible(session: Session, call: Call) -> None:
    """Raise for a managers' call that could not be executed, or leads to nothing, before it is confirmed.

    `NotMember` for a committee with others than members and for replacing one that is none, `InsufficientPool` for
    more than the pool holds, and `ConfigError` for a number that is too large, and for a task whose rules are none.
    """
    said = meaning(call.data)
    values = said.arguments
    task = TaskContract(session.client, call.to) if said.name in {"approve", "fund"} else None
    if task and said.name == "approve":
        require_rules(session, task.parameters())
    outsiders = [account for account in values.get("committee", ()) if not session.federation.is_member(account)]
    if outsiders:
        what = "is not a member" if len(outsiders) == 1 else "are not members"
        hint = "name members for the committee: folkmoot member list"
        raise NotMember(f"{', '.join(outsiders)} {what} of the federation", hint, values={"account": outsiders[0]})
    if said.name == "replaceMember" and not session.federation.is_member(values["member"]):
        hint = "name the member, then its successor, then the successor's key; the members are: folkmoot member list"
        values = {"account": values["member"]}
        raise NotMember(f"{values['account']} is not a member of the federation", hint, values=values)
    needed = values.get("budget", values.get("amount", 0))
    if task and said.name == "fund" and task.round().milestone in {Milestone.APPROVED, Milestone.ENROLLED}:
        needed += task.budget()  # all of it is taken at the start
    if needed and needed > (pool := session.treasury.pool()):
        raise contract_error("InsufficientPool", {"available": pool, "needed": needed}, session.money.text)
    bounds = (("fee", MAX_FEE, session.money.text), ("period", MAX_PERIOD, period), ("blocks", MAX_BLOCKS, str))
    for name, most, text in bounds:
        if values.get(name, 0) > most:
            raise ConfigError(f"{name} cannot be {text(values[name])}", f"at most {text(most)}")


def _sent(session: Session, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Send a managers' call; what came of it, for machines and for people."""
    require_possible(session, call)
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
    return document, _lines(confirmed, words, executed=executed)


def _lines(confirmed: ActionConfirmed, words: str, *, executed: bool) -> tuple[str, ...]:
    count = f"{confirmed.confirmations} of {counted(confirmed.quorum, 'confirmation')}"
    if executed:
        return (f"done, with {count}: {words}",)
    command = f"folkmoot manager confirm {short_name(confirmed.action)}"
    return (
        f"confirmed, {count}: {words}",
        f"Until {timestamp(confirmed.expires)} another manager confirms by: {command}",
    )
