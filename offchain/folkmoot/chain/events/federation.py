"""The federation's events, value for value in the contract's order.

Source: `contracts/interfaces/IFederation.sol`, which tells what each means. Amounts are in the fee token's smallest
unit.
"""

from dataclasses import dataclass

from folkmoot.chain.events.event import Event
from folkmoot.chain.structs import Parameters


@dataclass(frozen=True, slots=True)
class ActionConfirmed(Event):
    """A manager confirmed `call` on `target`; another manager confirms it by sending the same call."""

    action: bytes
    manager: str
    target: str
    call: bytes
    confirmations: int
    quorum: int
    expires: int


@dataclass(frozen=True, slots=True)
class ActionRevoked(Event):
    """A manager revoked its confirmation."""

    action: bytes
    manager: str


@dataclass(frozen=True, slots=True)
class ActionExecuted(Event):
    """A quorum confirmed, and the call was executed."""

    action: bytes
    target: str


@dataclass(frozen=True, slots=True)
class MembershipApplied(Event):
    """An account that calls itself `name` applied for admission; its fee is in escrow."""

    application: int
    member: str
    public_key: bytes
    name: str
    fee: int
    period: int


@dataclass(frozen=True, slots=True)
class ApplicationWithdrawn(Event):
    """An applicant withdrew its application."""

    application: int
    member: str


@dataclass(frozen=True, slots=True)
class MemberAdmitted(Event):
    """The managers admitted an applicant, paid until `paid_until`; 0: the membership does not expire."""

    application: int
    member: str
    paid_until: int


@dataclass(frozen=True, slots=True)
class ApplicationRejected(Event):
    """The managers rejected an applicant."""

    application: int
    member: str


@dataclass(frozen=True, slots=True)
class MembershipRenewed(Event):
    """A member paid the fee again, until `paid_until`; 0: the membership does not expire."""

    member: str
    fee: int
    paid_until: int


@dataclass(frozen=True, slots=True)
class MembershipExpired(Event):
    """An account ended a membership that was past due; `MemberLeft` follows."""

    member: str
    paid_until: int


@dataclass(frozen=True, slots=True)
class MemberReplaced(Event):
    """The managers put a successor in a member's place; `MemberLeft` follows."""

    member: str
    successor: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class MemberLeft(Event):
    """A member ended its membership."""

    member: str


@dataclass(frozen=True, slots=True)
class MemberBanned(Event):
    """The managers excluded an account."""

    member: str


@dataclass(frozen=True, slots=True)
class MemberUnbanned(Event):
    """A banned account may apply again."""

    member: str


@dataclass(frozen=True, slots=True)
class PeersAnnounced(Event):
    """The nodes of a member's blob store are at these multiaddresses, one a line; they replace earlier ones."""

    member: str
    addresses: str


@dataclass(frozen=True, slots=True)
class FeeChanged(Event):
    """Later applications and renewals cost this."""

    fee: int


@dataclass(frozen=True, slots=True)
class MinBlocksChanged(Event):
    """Windows of tasks that are proposed later last at least so many blocks."""

    blocks: int


@dataclass(frozen=True, slots=True)
class MembershipPeriodChanged(Event):
    """Later fees pay for `period` seconds; 0: a membership does not expire."""

    period: int


@dataclass(frozen=True, slots=True)
class ManagerAdded(Event):
    """A manager was added."""

    manager: str


@dataclass(frozen=True, slots=True)
class ManagerRemoved(Event):
    """A manager was removed."""

    manager: str


@dataclass(frozen=True, slots=True)
class QuorumChanged(Event):
    """From now on, `quorum` managers have to confirm a call."""

    quorum: int


@dataclass(frozen=True, slots=True)
class TaskProposed(Event):
    """A task that its proposer calls `name` was deployed at the address `task`."""

    number: int
    task: str
    proposer: str
    name: str
    parameters: Parameters
