"""A whole audit: reads what nodes tell, judges it, and compares it with what contracts and stores have."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from folkmoot import __version__
from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.judge import Case
from folkmoot.audit.models import ModelAudit
from folkmoot.audit.readers import RoundReaders, TaskReaders
from folkmoot.audit.report import Report, TaskReport, task_report
from folkmoot.audit.sight import Look, Sight, seen
from folkmoot.audit.witnesses import Witness, contradictions
from folkmoot.chain import Client, Deployment, Milestone
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import REPLACED, block_of
from folkmoot.chain.events.rounds import RoundClosed
from folkmoot.errors import BlobCorrupt, BlobTooLarge, ChainError, DescriptorError, FolkmootError
from folkmoot.plurals import counted
from folkmoot.task_blobs import TaskBlobs

__all__ = ["Examination", "Look"]

OpenBlobs = Callable[[TaskProposed], TaskBlobs]
"""Opens a task's blobs. Raises `StoreError` and `DescriptorError`."""


@dataclass(frozen=True, slots=True)
class _Models:
    """What was found of a task's models, and for whom they were encrypted, by rounds."""

    wrong: list[Finding] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    readers: dict[int, RoundReaders] = field(default_factory=dict)
    lacking: bool = False  # all of them


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
        sights, silent = self._seen()
        common = min(sight.chronicle.head for sight in sights)
        best = min(
            sights, key=lambda one: (one.found_until(common), -one.chronicle.head)
        )  # who lies contradicts himself
        self.checkpoint.add(*best.case.compared)
        case = best.case
        proposals = [p for p in case.chronicle.proposals if not self.tasks or p.number in self.tasks]
        own = [finding for finding in (*best.findings, *case.findings) if not finding.task]
        return Report(
            chain_id=case.chain_id,
            federation=self.record.federation,
            block=case.chronicle.head,
            time=case.chronicle.time,
            nodes=tuple(sight.look.url for sight in sights),
            rounds=(self.rounds.start, self.rounds.stop - 1),
            models=self.blobs is not None,
            version=__version__,
            tasks=tuple(self._task(best, proposal) for proposal in proposals),
            findings=(*self._doubted(best, sights), *own),
            unseen=(*silent, *(one for one in best.unseen if not one.task), *self._not_seen(case)),
            notes=tuple(best.notes),
        )

    def _seen(self) -> tuple[list[Sight], list[Unseen]]:
        """What the nodes show, and which show nothing. Raises `ChainError` if none does."""
        sights, silent = list[Sight](), list[Unseen]()
        alone = len(self.nodes) == 1  # what one node told is nothing to hold against another
        for look in self.nodes:
            self.say(f"reading the chain at {look.url}, and judging it")
            try:
                sights.append(seen(look, self.record, self.checkpoint if alone else None))
            except ChainError as error:
                if alone or (look is self.nodes[-1] and not sights):
                    raise
                silent.append(Unseen(text=f"what {look.url} tells: {error.message}"))
        latest = max(sight.chronicle.head for sight in sights)
        for sight in [one for one in sights if one.chronicle.head < latest - REPLACED]:
            sights.remove(sight)
            behind = counted(latest - sight.chronicle.head, "block")
            silent.append(Unseen(text=f"what {sight.look.url} tells: it is {behind} behind"))
        return sights, silent

    def _doubted(self, best: Sight, sights: Sequence[Sight]) -> Iterator[Finding]:
        """What other nodes tell than the one that is believed, and which of them contradict themselves."""
        others = [sight for sight in sights if sight is not best]
        told = contradictions(*(Witness(one.look.url, one.chronicle) for one in (best, *others)))
        yield from (Finding(text=text, kind=Kind.NODE, origin=event.origin) for event, text in told)
        for other in others:
            if found := (*other.case.findings, *other.findings):
                text = f"by what {other.look.url} tells, the record does not hold: {found[0].text}"
                yield replace(found[0], text=text, kind=Kind.NODE, task="", round=None)

    def _not_seen(self, case: Case) -> Iterator[Unseen]:
        if case.unseen_transactions:
            yield Unseen(text=f"{case.unseen_transactions} transactions, which the node does not have any more")
        states = [referee.state for referee in case.referees.values()]
        played = {one.round.number for s in states for one in (*s.past, s.running) if one.seats}
        if played and not any(number in self.rounds for number in played):
            yield Unseen(text=f"no round from {self.rounds.start} on: the last one is {max(played)}")

    # ------------------------------------------------------------------- a task

    def _task(self, sight: Sight, proposal: TaskProposed) -> TaskReport:
        self.say(f"checking task {proposal.number}")
        referee = sight.case.referees[proposal.task]
        state = referee.state
        models = self._models(sight.case, proposal, sight.look.client)
        strange = (
            Unseen(text=f"what the {kind} rule at {at} decides: it is none of this build's", task=proposal.task)
            for kind, at in referee.stage.twins.lacking(state.parameters)
        )
        found = (one for one in (*sight.case.findings, *sight.findings) if one.task == proposal.task)
        unseen = (one for one in sight.unseen if one.task == proposal.task)
        return task_report(
            proposal.number,
            proposal.name,
            state,
            [*found, *models.wrong],
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
