"""The federation: its members, managers and tasks."""

from contextlib import suppress
from dataclasses import astuple

from web3.types import BlockIdentifier

from folkmoot.chain.addresses import read_address
from folkmoot.chain.calls import Call
from folkmoot.chain.contracts import Contract
from folkmoot.chain.structs import Account, Parameters
from folkmoot.chain.task import TaskContract
from folkmoot.errors import ConfigError

APPLICATIONS_PER_PAGE = 1_000  # some 5,000,000 gas, which every node grants to a call


class FederationContract(Contract):
    """Managers act together: a call is executed once a quorum of them has sent it; until then it only counts."""

    ABI = "Federation"

    # -------------------------------------------------------------- members

    def apply_for_membership(self, public_key: bytes, name: str = "") -> Call:
        """Ask for admission; the treasury needs an allowance of the fee.

        `public_key` is the sender's, 64 bytes; `name` is what it calls itself, at most 64 bytes in UTF-8.
        """
        return self._call("applyForMembership", public_key, name)

    def withdraw_application(self) -> Call:
        """Withdraw the sender's application; its fee can then be withdrawn from the treasury."""
        return self._call("withdrawApplication")

    def renew(self, max_fee: int, min_period: int) -> Call:
        """Pay the fee for one more period; the treasury needs an allowance of it.

        Refused if the fee is above `max_fee` by then, in the token's smallest unit, or the period below `min_period`
        seconds; 0 accepts only a period that does not expire.
        """
        return self._call("renew", max_fee, min_period)

    def announce_peers(self, addresses: str) -> Call:
        """Tell the members where the nodes of the sender's blob store are: multiaddresses, one a line, 1,024 bytes."""
        return self._call("announcePeers", addresses)

    def leave(self) -> Call:
        """End the sender's membership."""
        return self._call("leave")

    def expire_membership(self, account: str) -> Call:
        """End the membership of an account that is past due. Anyone may."""
        return self._call("expireMembership", account)

    def propose_task(self, name: str, parameters: Parameters) -> Call:
        """Propose a task: members and managers may. `TaskProposed` in the receipt has its address.

        `name` is the one in its descriptor, at most 64 bytes in UTF-8.
        """
        return self._call("proposeTask", name, astuple(parameters))

    # ------------------------------------------------------------- managers

    def admit(self, application: int) -> Call:
        """Admit whoever sent application `application`."""
        return self._call("admit", application)

    def reject(self, application: int) -> Call:
        """Reject an application; its fee is returned."""
        return self._call("reject", application)

    def ban(self, account: str) -> Call:
        """Exclude an account."""
        return self._call("ban", account)

    def unban(self, account: str) -> Call:
        """Let a banned account apply again."""
        return self._call("unban", account)

    def replace_member(self, member: str, successor: str, public_key: bytes) -> Call:
        """Put a successor, with its public key of 64 bytes, in the place of a member whose key is lost or stolen."""
        return self._call("replaceMember", member, successor, public_key)

    def set_fee(self, fee: int) -> Call:
        """Set the fee of later applications and renewals, in the token's smallest unit."""
        return self._call("setFee", fee)

    def set_membership_period(self, period: int) -> Call:
        """Set how many seconds later fees pay for; 0: a membership does not expire."""
        return self._call("setMembershipPeriod", period)

    def set_min_blocks(self, blocks: int) -> Call:
        """Set the least `min_blocks` of tasks that are proposed later."""
        return self._call("setMinBlocks", blocks)

    def add_manager(self, manager: str) -> Call:
        """Add a manager."""
        return self._call("addManager", manager)

    def remove_manager(self, manager: str) -> Call:
        """Remove a manager."""
        return self._call("removeManager", manager)

    def replace_manager(self, manager: str, successor: str) -> Call:
        """Replace a manager by another account."""
        return self._call("replaceManager", manager, successor)

    def set_quorum(self, quorum: int) -> Call:
        """Set the approval quorum."""
        return self._call("setQuorum", quorum)

    def revoke(self, action: bytes) -> Call:
        """Revoke the sender's confirmation of an action (32 bytes)."""
        return self._call("revoke", action)

    # ---------------------------------------------------------------- views

    def treasury(self, *, at: BlockIdentifier = "latest") -> str:
        """The treasury's address."""
        return self._read(str, "treasury", at=at)

    def task_implementation(self, *, at: BlockIdentifier = "latest") -> str:
        """The address of the code behind all tasks."""
        return self._read(str, "taskImplementation", at=at)

    def permission_fee(self, *, at: BlockIdentifier = "latest") -> int:
        """What an application or a renewal costs, in the token's smallest unit."""
        return self._read(int, "permissionFee", at=at)

    def membership_period(self, *, at: BlockIdentifier = "latest") -> int:
        """How many seconds the fee pays for; 0: a membership does not expire."""
        return self._read(int, "membershipPeriod", at=at)

    def min_blocks(self, *, at: BlockIdentifier = "latest") -> int:
        """The least `min_blocks` of a proposed task."""
        return self._read(int, "minBlocks", at=at)

    def quorum(self, *, at: BlockIdentifier = "latest") -> int:
        """How many managers have to confirm the same call."""
        return self._read(int, "quorum", at=at)

    def managers(self, *, at: BlockIdentifier = "latest") -> tuple[str, ...]:
        """Every manager."""
        return self._read(tuple[str, ...], "managers", at=at)

    def is_manager(self, account: str, *, at: BlockIdentifier = "latest") -> bool:
        """Whether an account is a manager."""
        return self._read(bool, "isManager", account, at=at)

    def is_member(self, account: str, *, at: BlockIdentifier = "latest") -> bool:
        """Whether an account is an admitted member."""
        return self._read(bool, "isMember", account, at=at)

    def members(self, start: int, count: int, *, at: BlockIdentifier = "latest") -> tuple[str, ...]:
        """The members among `count` applications from index `start`, which begins at 0."""
        return self._read(tuple[str, ...], "members", start, count, at=at)

    def is_task(self, account: str, *, at: BlockIdentifier = "latest") -> bool:
        """Whether a task of this federation stands at an address."""
        return self._read(bool, "isTask", account, at=at)

    def member_count(self, *, at: BlockIdentifier = "latest") -> int:
        """How many members there are, past due ones included."""
        return self._read(int, "memberCount", at=at)

    def departure_count(self, *, at: BlockIdentifier = "latest") -> int:
        """How often a member has left or was banned."""
        return self._read(int, "departureCount", at=at)

    def account_of(self, account: str, *, at: BlockIdentifier = "latest") -> Account:
        """What the federation records of an address."""
        return self._read(Account, "accountOf", account, at=at)

    def public_key_of(self, account: str, *, at: BlockIdentifier = "latest") -> bytes:
        """The public key of an applicant or member, 64 bytes; empty for others."""
        return self._read(bytes, "publicKeyOf", account, at=at)

    def applicant(self, number: int, *, at: BlockIdentifier = "latest") -> str:
        """Who sent application `number`, from 1, or succeeded who did; the zero address if there is none."""
        return self._read(str, "applicant", number, at=at)

    def applications(self, *, at: BlockIdentifier = "latest") -> int:
        """How many applications were ever sent."""
        return self._read(int, "applications", at=at)

    def task_at(self, number: int, *, at: BlockIdentifier = "latest") -> str:
        """The address of task `number`, from 0; the zero address if there is none."""
        return self._read(str, "taskAt", number, at=at)

    def task_count(self, *, at: BlockIdentifier = "latest") -> int:
        """How many tasks were proposed."""
        return self._read(int, "taskCount", at=at)

    def confirmers(self, action: bytes, *, at: BlockIdentifier = "latest") -> tuple[str, ...]:
        """Managers whose confirmations of an action count now."""
        return self._read(tuple[str, ...], "confirmers", action, at=at)

    def action_of(self, call: Call, *, at: BlockIdentifier = "latest") -> bytes:
        """The id (32 bytes) of a managers' call, on the federation or a task, while it waits for a quorum."""
        return self._read(bytes, "actionOf", call.to, call.data, at=at)


def list_members(federation: FederationContract) -> list[str]:
    """Every member, also who is past due, in the order of their applications."""
    pages = range(0, federation.applications(), APPLICATIONS_PER_PAGE)
    return [member for start in pages for member in federation.members(start, APPLICATIONS_PER_PAGE)]


def find_task(federation: FederationContract, named: int | str) -> TaskContract:
    """A task of the federation by its number or its address. Raises `ConfigError` if there is none."""
    count = federation.task_count()
    with suppress(ConfigError):
        address = federation.task_at(named) if isinstance(named, int) and named in range(count) else str(named)
        if federation.is_task(address := read_address(address)):
            return TaskContract(federation.client, address)
    has = f"it has {count}, numbered from 0: folkmoot task list" if count else "it has none yet: folkmoot task propose"
    raise ConfigError(f"the federation has no task {named!r}", has)
