"""Managers' calls in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from eth_abi.exceptions import DecodingError
from web3 import Web3
from web3.exceptions import Web3Exception

from folkmoot.chain.abi import abi
from folkmoot.cli.membership_status import period
from folkmoot.cli.output import Money, duration, timestamp

# `!a` writes an amount, `!p` how long it pays for, `!d` a duration, `!t` a time, `!l` a list, `!c` a
# first committee.
_WORDS = {
    "admit": "admit {applicant} by application {application}",
    "reject": "reject application {application} of {applicant}",
    "ban": "ban {account}",
    "unban": "unban {account}",
    "replaceMember": "replace member {member} by {successor}",
    "setFee": "set the fee of later applications and renewals to {fee!a}",
    "setMinBlocks": "set the least number of blocks in each window of later tasks to {blocks}",
    "setMembershipPeriod": "set the period that the fee of later applications and renewals pays for to {period!p}",
    "addManager": "add manager {manager}",
    "removeManager": "remove manager {manager}",
    "replaceManager": "replace manager {manager} by {successor}",
    "setQuorum": "set the approval quorum to {quorum}",
    "approve": "approve task {target} with a budget of {budget!a} and {committee!c}",
    "cancel": "cancel task {target}, which has not started",
    "fund": "add {amount!a} to the budget of task {target}",
    "pause": "pause task {target} for {duration!d}",
    "resume": "resume task {target}, which is paused until {until!t}",
    "rollback": "roll task {target} back to model {model}, with the committee {committee!l}",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A managers' call: the function and its arguments by name. Both are empty if it is none that Folkmoot knows."""

    name: str
    arguments: Mapping[str, Any]


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
        write: Mapping[str, Callable[[Any], str]] = {
            "a": self._money.text,
            "p": period,
            "d": duration,
            "t": timestamp,
            "l": ", ".join,
            "c": _committee,
        }
        return write[conversion](value) if conversion else value


def _committee(accounts: Sequence[str]) -> str:
    return f"the committee {', '.join(accounts)}" if accounts else "a committee that is drawn at the start"
