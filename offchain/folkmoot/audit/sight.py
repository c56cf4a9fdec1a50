"""A federation as one node shows it: its record judged, its contracts' code and stored values compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.discovery import rule_names
from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.judge import Case, judge
from folkmoot.audit.reading import Chronicle, read_chronicle, transactions
from folkmoot.audit.standing import federation_differences, task_differences, treasury_differences
from folkmoot.chain import Client, Deployment, FederationContract, TaskContract, Token, TreasuryContract
from folkmoot.chain.bytecode import compare
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import ChainError


class Look(NamedTuple):
    """How one node is looked at, and what was kept of what it told."""

    url: str
    client: Client
    logbook: Logbook


@dataclass(slots=True)
class Sight:
    """What was found by what a node tells; `notes` change nothing."""

    look: Look
    case: Case
    findings: list[Finding] = field(default_factory=list)  # beside those of the case
    unseen: list[Unseen] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def chronicle(self) -> Chronicle:
        """What the node told."""
        return self.case.chronicle

    def found_until(self, block: int) -> int:
        """How much was found up to a block."""
        every = (*self.case.findings, *self.findings)
        return sum(one.origin is None or one.origin.block <= block for one in every)


def seen(look: Look, record: Deployment, checkpoint: Checkpoint | None) -> Sight:
    """Look at all of a federation. Raises `ChainError`; then nothing of it can be seen there."""
    client = look.client
    if not client.has_code(record.federation) or client.find_block(record.block_number) is None:
        raise ChainError("it is on another chain, or has not all of this one", "name a node of the federation's chain")
    chronicle = read_chronicle(client, look.logbook, record, checkpoint)
    case = judge(chronicle, rule_names(client, record, chronicle.proposals))
    case.findings = [*_attributed(case.findings, client)]
    sight = Sight(look, case)
    _compare_code(sight, record)
    _compare_stored(sight, record)
    return sight


def _attributed(findings: Sequence[Finding], client: Client) -> Iterator[Finding]:
    """With who sent the transactions."""
    named = [finding.origin.transaction for finding in findings if finding.origin]
    sent = transactions(client, dict.fromkeys(named))
    for finding in findings:
        found = sent.get(finding.origin.transaction) if finding.origin else None
        yield replace(finding, account=found.sender) if found else finding


def _compare_code(sight: Sight, record: Deployment) -> None:
    """Contracts that are not those of this build; what differs in its metadata alone is no fault."""
    for one in compare(sight.look.client, record):
        if one.only_metadata:
            sight.notes.append(f"{one.contract} at {one.address}: {one.difference}; the code is the same")
        else:
            text = f"the code of {one.contract} at {one.address} is not this build's: {one.difference}"
            sight.findings.append(Finding(text=text, kind=Kind.CODE))


def _compare_stored(sight: Sight, record: Deployment) -> None:
    """What contracts have stored otherwise; or that no node tells it, as those do not that keep little."""
    client, case, at = sight.look.client, sight.case, sight.chronicle.head
    federation, treasury = FederationContract(client, record.federation), TreasuryContract(client, record.treasury)
    own = chain(
        federation_differences(federation, case.members, case.managers, at),
        treasury_differences(treasury, Token(client, record.token), case.books, at),
    )
    of_tasks = {task: task_differences(TaskContract(client, task), r.state, at) for task, r in case.referees.items()}
    for task, found in {"": own, **of_tasks}.items():
        try:
            sight.findings.extend(Finding(text=text, kind=Kind.STATE, task=task) for text in found)
        except ChainError as error:
            sight.unseen.append(Unseen(text=f"what the contract has stored: {error.message}", task=task))
