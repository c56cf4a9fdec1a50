"""A whole audit: reads what nodes tell, judges it, and compares it with what contracts and stores have."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from folkmoot import __version__
from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.discovery import rule_names
from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.judge import Case, judge
from folkmoot.audit.models import ModelAudit
from folkmoot.audit.readers import RoundReaders, TaskReaders
from folkmoot.audit.reading import Chronicle, read_chronicle, transactions
from folkmoot.audit.report import Report, TaskReport, task_report
from folkmoot.audit.standing import federation_differences, task_differences, treasury_differences
from folkmoot.audit.witnesses import Witness, contradictions
from folkmoot.chain import Client, Deployment, FederationContract, Milestone, TaskContract, Token, TreasuryContract
from folkmoot.chain.bytecode import compare
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import REPLACED, block_of
from folkmoot.chain.events.rounds import RoundClosed
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import BlobCorrupt, BlobTooLarge, ChainError, DescriptorError, FolkmootError
from folkmoot.plurals import counted
from folkmoot.task_blobs import TaskBlobs

OpenBlobs = Callable[[TaskProposed], TaskBlobs]
"""Opens a task's blobs. Raises `StoreError` and `DescriptorError`."""


@dataclass(frozen=True, slots=True)
class _Models:
    """What was found of a task's models, and for whom they were encrypted, by rounds."""

    wrong: list[Finding] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    readers: dict[int, RoundReaders] = field(default_factory=dict)
    lacking: bool = False  # all of them


class Look(NamedTuple):
    """How one node is looked at, and what was kept of what it told."""

    url: str
    client: Client
    logbook: Logbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is to be examined, and by what.

    `nodes` are looked at one by one; `tasks` are the numbers of tasks, all if there are none, `rounds` those of each.
    Without `blobs` models are not compared. `say` is told what is being done.
    """

    nodes: Sequence[Look]
    record: Deployment
    tasks: Sequence[int] = ()
    rounds: range = range(2**16)
    blobs: OpenBlobs | None = None
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    say: Callable[[str], None] = lambda _: None

    def report(self) -> Report:
        """Do it. Raises `ConnectionFailed`, and `ChainError` where a node lacks what an audit cannot do without."""
        looks, told, silent = self._heard()
        record, client = self.record, looks[0].client
        names = rule_names(client, record, told[0].chronicle.proposals)
        common = min(one.chronicle.head for one in told)
        cases = [judge(one.chronicle, names) for one in told]
        case = min(
            cases, key=lambda one: (_found_until(one, common), -one.chronicle.head)
        )  # who lies contradicts itself
        self.checkpoint.add(*case.compared)
        case.findings = [*self._attributed(case.findings, client)]
        proposals = [p for p in case.chronicle.proposals if not self.tasks or p.number in self.tasks]
        findings = [finding for finding in case.findings if not finding.task]
        doubted = [
            Finding(text=text, kind=Kind.NODE, origin=event.origin) for event, text in contradictions(told[0], told[1:])
        ]
        own, unseen = self._of_federation(case, client)
        code, notes = self._code(client)
        return Report(
            chain_id=case.chain_id,
            federation=record.federation,
            block=case.chronicle.head,
            time=case.chronicle.time,
            nodes=tuple(look.url for look in looks),
            rounds=(self.rounds.start, self.rounds.stop - 1),
            models=self.blobs is not None,
            version=__version__,
            tasks=tuple(self._task(case, proposal, client) for proposal in proposals),
            findings=(*doubted, *code, *findings, *own),
            unseen=(*silent, *unseen, *self._of_transactions(case), *self._of_rounds(case)),
            notes=tuple(notes),
        )

    def _heard(self) -> tuple[list[Look], list[Witness], list[Unseen]]:
        """The nodes that tell something, what they do, and which do not. Raises `ConnectionFailed` if none does."""
        looks, told, silent = list[Look](), list[Witness](), list[Unseen]()
        for look in self.nodes:
            try:
                told.append(Witness(look.url, self._read(look)))
                looks.append(look)
            except ChainError as error:
                if len(self.nodes) == 1 or (look is self.nodes[-1] and not looks):
                    raise
                silent.append(Unseen(text=f"what {look.url} tells: {error.message}"))
        latest = max(one.chronicle.head for one in told)
        for behind in [one for one in told if one.chronicle.head < latest - REPLACED]:
            place = told.index(behind)
            del told[place], looks[place]
            missing = latest - behind.chronicle.head
            silent.append(Unseen(text=f"what {behind.url} tells: it is {counted(missing, 'block')} behind"))
        return looks, told, silent

    def _read(self, look: Look) -> Chronicle:
        self.say(f"reading the chain at {look.url}")
        block = look.client.find_block(self.record.block_number)
        if not look.client.has_code(self.record.federation) or block is None:
            raise ChainError(
                "it is on another chain, or has not all of this one", "name a node of the federation's chain"
            )
        alone = len(self.nodes) == 1  # what one node told is nothing to hold against another
        return read_chronicle(look.client, look.logbook, self.record, self.checkpoint if alone else None)

    def _attributed(self, findings: Sequence[Finding], client: Client) -> Iterator[Finding]:
        """With who sent the transactions."""
        named = [finding.origin.transaction for finding in findings if finding.origin]
        sent = transactions(client, dict.fromkeys(named))
        for finding in findings:
            found = sent.get(finding.origin.transaction) if finding.origin else None
            yield replace(finding, account=found.sender) if found else finding

    # ------------------------------------------------------------ the federation

    def _code(self, client: Client) -> tuple[list[Finding], list[str]]:
        """Contracts that are not those of this build; what differs in its metadata alone is no fault."""
        self.say("comparing the contracts' code")
        found = compare(client, self.record)
        wrong = [
            Finding(
                text=f"the code of {one.contract} at {one.address} is not this build's: {one.difference}",
                kind=Kind.CODE,
            )
            for one in found
            if not one.only_metadata
        ]
        same = [
            f"{one.contract} at {one.address}: {one.difference}; the code is the same"
            for one in found
            if one.only_metadata
        ]
        return wrong, same

    def _of_federation(self, case: Case, client: Client) -> tuple[list[Finding], list[Unseen]]:
        record, at = self.record, case.chronicle.head
        federation, treasury = FederationContract(client, record.federation), TreasuryContract(client, record.treasury)
        compared = chain(
            federation_differences(federation, case.members, case.managers, at),
            treasury_differences(treasury, Token(client, record.token), case.books, at),
        )
        return _stored(compared, "")

    def _of_transactions(self, case: Case) -> Iterator[Unseen]:
        if case.unseen_transactions:
            yield Unseen(text=f"{case.unseen_transactions} transactions, which the node does not have any more")

    def _of_rounds(self, case: Case) -> Iterator[Unseen]:
        chosen = [r.state for r in case.referees.values()]
        played = {one.round.number for s in chosen for one in (*s.past, s.running) if one.seats}
        if played and not any(number in self.rounds for number in played):
            yield Unseen(text=f"no round from {self.rounds.start} on: the last one is {max(played)}")

    # ------------------------------------------------------------------- a task

    def _task(self, case: Case, proposal: TaskProposed, client: Client) -> TaskReport:
        self.say(f"checking task {proposal.number}")
        referee = case.referees[proposal.task]
        state, task = referee.state, TaskContract(client, proposal.task)
        stored, unseen = _stored(task_differences(task, state, case.chronicle.head), proposal.task)
        models = self._models(case, proposal, client)
        strange = (
            Unseen(text=f"what the {kind} rule at {at} decides: it is none of this build's", task=proposal.task)
            for kind, at in referee.stage.twins.lacking(state.parameters)
        )
        return task_report(
            proposal.number,
            proposal.name,
            state,
            [*(one for one in case.findings if one.task == proposal.task), *stored, *models.wrong],
            [*strange, *unseen, *models.unseen],
            self.rounds,
            readers=models.readers,
            lacking_models=models.lacking,
            is_over=state.running.round.milestone >= Milestone.FINISHED,
        )

    def _models(self, case: Case, proposal: TaskProposed, client: Client) -> _Models:
        own = [event for event in case.chronicle.events if event.origin and event.origin.contract == proposal.task]
        rounds = [event.round for event in own if isinstance(event, RoundClosed) and event.round in self.rounds]
        found = _Models()
        if self.blobs is None or not rounds:
            return found
        try:
            blobs = self.blobs(proposal)
        except (BlobCorrupt, BlobTooLarge, DescriptorError) as error:
            kind = Kind.RECORD if isinstance(error, DescriptorError) else Kind.STORE
            text = f"the task's descriptor is none: {error.message}"
            return _Models([Finding(text=text, kind=kind, task=proposal.task)], lacking=True)
        except FolkmootError as error:
            return _Models(unseen=[Unseen(text=f"all models: {error.message}", task=proposal.task)], lacking=True)
        if blobs.descriptor.encrypted:
            readers = TaskReaders(client, case.chronicle, self.record.federation, proposal.task, blobs.descriptor)
            found.readers.update((number, readers.of(number)) for number in rounds)
        timed = ((event, case.chronicle.blocks[block_of(event)].time) for event in own)
        audit = ModelAudit.of(case.referees[proposal.task].state, timed, blobs, self.checkpoint)
        for check in audit.check(rounds, side_by_side=not blobs.descriptor.encrypted):
            self.say(f"task {proposal.number}: model {check.round + 1} is compared")
            if check.wrong:
                kind = Kind.STORE if check.damaged else Kind.RECORD
                found.wrong.append(Finding(text=check.wrong, kind=kind, task=proposal.task, round=check.round))
            if check.unseen:
                found.unseen.append(Unseen(text=check.unseen, task=proposal.task, round=check.round))
        return found


def _found_until(case: Case, block: int) -> int:
    """How much was found up to a block."""
    return sum(one.origin is None or one.origin.block <= block for one in case.findings)


def _stored(differences: Iterator[str], task: str) -> tuple[list[Finding], list[Unseen]]:
    """What contracts have stored otherwise; or that no node tells it, as those do not that keep little."""
    findings: list[Finding] = []
    try:
        findings.extend(Finding(text=text, kind=Kind.STATE, task=task) for text in differences)
    except ChainError as error:
        return findings, [Unseen(text=f"what the contract has stored: {error.message}", task=task)]
    return findings, []
