"""Whether what managers decide was confirmed by a quorum of them, in their terms and in time.

Source: `contracts/libraries/Quorum.sol`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.chain import Event
from folkmoot.chain.abi import function
from folkmoot.chain.answers import Transaction
from folkmoot.chain.calldata import encode_call
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t

Why = Iterator[str]
LIFE_S = 7 * 86_400
"""So long a confirmation counts."""


@dataclass(frozen=True, slots=True)
class _Vote:
    expires: int
    term: int


@dataclass(frozen=True, slots=True)
class _Grant:
    target: str
    call: bytes


_FIRST_ARGUMENT = 36  # bytes of a call up to its end

_DECIDED: Mapping[type[Event], Callable[..., tuple[bytes, ...]]] = {
    f.MemberAdmitted: lambda e, _: (encode_call("Federation", "admit", e.application),),
    f.ApplicationRejected: lambda e, _: (
        encode_call("Federation", "reject", e.application),
        encode_call("Federation", "ban", e.member),
    ),
    f.MemberBanned: lambda e, _: (encode_call("Federation", "ban", e.member),),
    f.MemberUnbanned: lambda e, _: (encode_call("Federation", "unban", e.member),),
    f.MemberReplaced: lambda e, _: (encode_call("Federation", "replaceMember", e.member, e.successor, e.public_key),),
    f.FeeChanged: lambda e, _: (encode_call("Federation", "setFee", e.fee),),
    f.MembershipPeriodChanged: lambda e, _: (encode_call("Federation", "setMembershipPeriod", e.period),),
    f.MinBlocksChanged: lambda e, _: (encode_call("Federation", "setMinBlocks", e.blocks),),
    f.QuorumChanged: lambda e, _: (encode_call("Federation", "setQuorum", e.quorum),),
    f.ManagerAdded: lambda e, _: (encode_call("Federation", "addManager", e.manager),),
    f.ManagerRemoved: lambda e, _: (
        encode_call("Federation", "removeManager", e.manager),
        encode_call("Federation", "replaceManager", e.manager, e.manager)[:_FIRST_ARGUMENT],
    ),
    t.TaskApproved: lambda e, _: (encode_call("Task", "approve", e.budget, list(e.committee)),),
    t.TaskCancelled: lambda _e, _: (encode_call("Task", "cancel"),),
    t.TaskFunded: lambda e, _: (encode_call("Task", "fund", e.amount),),
    t.TaskPaused: lambda e, time: (encode_call("Task", "pause", max(0, e.until - time)),),
    t.TaskResumed: lambda _e, _: (function("Task", "resume").selector,),
    r.RoundRolledBack: lambda e, _: (encode_call("Task", "rollback", e.model, list(e.committee)),),
}
"""By the event of what managers decide: how the call begins that a quorum of them sent, one of several."""


@dataclass(slots=True)
class ManagerBook:
    """The managers and their confirmations, after each event."""

    managers: set[str] = field(default_factory=set)
    quorum: int = 0
    ended: dict[str, int] = field(default_factory=dict)  # terms
    executions: dict[bytes, int] = field(default_factory=dict)
    votes: dict[bytes, dict[str, _Vote]] = field(default_factory=dict)
    deployment: str = ""  # the transaction in which the first managers are named
    _call: _Grant | None = None  # that was confirmed last
    _action: bytes = b""
    _reached: bool = False
    _granted: _Grant | None = None  # that was executed last, in the transaction
    _used: dict[type[Event], Event] = field(default_factory=dict)  # what it has decided
    _transaction: str = ""
    _proposed: dict[str, str] = field(default_factory=dict)  # the proposers of tasks that are not approved

    def take(self, event: Event, time: int, sent: Transaction | None = None) -> Why:
        """What is wrong with the next event of the federation or of a task, in a block of this time.

        `sent` is its transaction, if that is known.
        """
        transaction = event.origin.transaction if event.origin else ""
        self.deployment = self.deployment or transaction
        if transaction != self._transaction:
            yield from self.unused()
            self._transaction = transaction
        if self._reached and not isinstance(event, f.ActionExecuted):
            self._reached = False
            yield f"a quorum has confirmed 0x{self._action.hex()}, and it was not executed"
        yield from self._counted(event, time)
        if transaction != self.deployment and not self._is_withdrawn(event, sent):
            yield from self._decided(event, time)

    def unused(self) -> Why:
        """What was executed in a transaction, and changed nothing."""
        if self._granted and not self._used:
            called = self._granted.call.hex()
            yield f"the managers' call 0x{called} was executed, and what it decides is not on the chain"
        self._granted = None
        self._used.clear()

    def _is_withdrawn(self, event: Event, sent: Transaction | None) -> bool:
        """Whether a task was cancelled by its proposer, who can do so alone before it is approved."""
        task = event.origin.contract if event.origin else ""
        if isinstance(event, f.TaskProposed):
            self._proposed[event.task] = event.proposer
        elif isinstance(event, t.TaskApproved):
            self._proposed.pop(task, None)
        if not isinstance(event, t.TaskCancelled) or self._granted or task not in self._proposed:
            return False
        return sent is None or sent.to != task or sent.sender == self._proposed[task]

    # ----------------------------------------------------------------- confirmations

    @singledispatchmethod
    def _counted(self, event: Event, time: int) -> Why:  # noqa: ARG002
        return iter(())

    @_counted.register
    def _(self, event: f.ActionConfirmed, time: int) -> Why:
        key = keccak(encode(["address", "bytes"], [event.target, event.call]))
        action = keccak(encode(["bytes32", "uint256"], [key, self.executions.get(key, 0)]))
        if event.manager not in self.managers:
            yield f"{event.manager} confirmed as a manager, and is none"
        if event.action != action:
            yield f"{event.manager} confirmed 0x{event.action.hex()}; the call has the id 0x{action.hex()}"
        if event.expires != time + LIFE_S:
            yield f"a confirmation of {event.manager} counts until {event.expires}; by the record until {time + LIFE_S}"
        votes = self.votes.setdefault(event.action, {})
        votes[event.manager] = _Vote(event.expires, self.ended.get(event.manager, 0))
        count = self._confirmations(event.action, time)
        if (event.confirmations, event.quorum) != (count, self.quorum):
            said = f"{event.confirmations} of {event.quorum} managers confirmed on the chain"
            yield f"{said}; by the record {count} of {self.quorum}"
        self._call, self._reached = _Grant(event.target, event.call), count >= self.quorum
        self._action = event.action
        if self._reached:
            self.executions[key] = self.executions.get(key, 0) + 1

    def _confirmations(self, action: bytes, time: int) -> int:
        return sum(
            manager in self.managers and vote.expires > time and vote.term == self.ended.get(manager, 0)
            for manager, vote in self.votes.get(action, {}).items()
        )

    @_counted.register
    def _(self, event: f.ActionExecuted, time: int) -> Why:
        if self._call is None or not self._reached:
            count = self._confirmations(event.action, time)
            yield f"an action on {event.target} was executed with {count} confirmations; the quorum is {self.quorum}"
        elif (event.action, event.target) != (self._action, self._call.target):
            yield f"0x{event.action.hex()} on {event.target} was executed; confirmed was 0x{self._action.hex()}"
        self._granted, self._call, self._reached = self._call, None, False
        self._used.clear()

    @_counted.register
    def _(self, event: f.ActionRevoked, time: int) -> Why:
        vote = self.votes.get(event.action, {}).pop(event.manager, None)
        if vote is None or vote.expires <= time or event.manager not in self.managers:
            yield f"{event.manager} revoked a confirmation that it had not made"

    @_counted.register
    def _(self, event: f.ManagerAdded, time: int) -> Why:  # noqa: ARG002
        if event.manager in self.managers:
            yield f"{event.manager} was a manager before"
        self.managers.add(event.manager)

    @_counted.register
    def _(self, event: f.ManagerRemoved, time: int) -> Why:  # noqa: ARG002
        if event.manager not in self.managers:
            yield f"{event.manager} was no manager"
        self.managers.discard(event.manager)
        self.ended[event.manager] = self.ended.get(event.manager, 0) + 1

    @_counted.register
    def _(self, event: f.QuorumChanged, time: int) -> Why:  # noqa: ARG002
        self.quorum = event.quorum
        if not 0 < event.quorum <= len(self.managers):
            yield f"the quorum is {event.quorum}, and there are {len(self.managers)} managers"

    # ------------------------------------------------------------------- what they decide

    def _decided(self, event: Event, time: int) -> Why:
        decided = _DECIDED.get(type(event))
        if decided is None:
            return
        calls, granted, name = decided(event, time), self._granted, type(event).__name__
        if isinstance(removed := self._used.get(f.ManagerRemoved), f.ManagerRemoved) and name == "ManagerAdded":
            calls = (encode_call("Federation", "replaceManager", removed.manager, getattr(event, "manager", "")),)
        if granted is None:
            yield f"{name}: no quorum of the managers has confirmed it"
        elif not granted.call.startswith(calls) or (event.origin and granted.target != event.origin.contract):
            yield f"{name}: the managers confirmed another call, 0x{granted.call.hex()}"
        elif type(event) in self._used:
            yield f"{name}: the managers confirmed it once, and it comes twice"
        self._used[type(event)] = event
