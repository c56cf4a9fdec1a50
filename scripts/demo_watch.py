"""The demonstration while it runs: what happens is printed and kept, what was to be killed is killed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Event, TaskContract, TaskState, fetch_events, replay
from folkmoot.chain.events.rounds import ModelBlockWritten, ScoresCommitted
from folkmoot.chain.events.tasks import TaskExpired, TaskFinished
from folkmoot.learning import accuracy, build, load_weights
from folkmoot.learning.learner import BASIS_POINTS
from folkmoot.simulation import held_out_data, load_simulated
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from folkmoot.testing import Consortium, Member
from folkmoot.testing.transactions import transactions
from scripts.demo_chain import Ground
from scripts.demo_kills import Kill
from scripts.demo_output import ProgressPrinter
from scripts.demo_report import Model, Report, Share, by_round, report_of
from scripts.demo_settings import Plan

LOOK_S = 0.1
KILL_ROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A finished demonstration: its report, the task from its logs, its transactions by round, its members."""

    report: Report
    state: TaskState
    shares: Mapping[int, Share]
    members: Sequence[Member]
    audit: str = ""


@dataclass(slots=True)
class Demo:
    """The task while it runs: its models and events, and in `seen` when each block was first seen, in seconds.

    Only final blocks are read. Each of `kills` is done in the middle of a round.
    """

    plan: Plan
    ground: Ground
    task: TaskContract
    consortium: Consortium
    kills: Sequence[Kill]
    printer: ProgressPrinter
    models: list[Model] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)

    def follow(self) -> Iterator[Event]:
        """Every event as it comes, until the task is over. Raises `FolkmootError` if a worker fails."""
        following, over = 0, False
        client = self.ground.chain.client
        while not over:
            self.consortium.check()
            head = client.head().number - self.ground.final_after
            new = list(fetch_events(client, [self.task.address], from_block=following, to_block=head))
            self.seen |= dict.fromkeys(range(following, head + 1), monotonic())
            self.events += new
            yield from new
            self.printer.tick()
            over = any(isinstance(event, TaskFinished | TaskExpired) for event in new)
            following = head + 1
            sleep(LOOK_S)

    def watch(self) -> None:
        """Print what happens, and keep all models, until the task is over."""
        blobs, settings = self.blobs(), load_simulated(self.consortium.members[0].worker.folder / "worker.toml")
        module = build(blobs.descriptor.model, blobs.descriptor.arguments, allowed=[blobs.descriptor.model])
        for event in self.follow():
            self.printer.tell(event)
            if isinstance(event, ModelBlockWritten):
                weights = blobs.fetch_model(event.pointer)
                load_weights(module, weights)
                share = accuracy(module, held_out_data(*settings)) / BASIS_POINTS
                self.models.append(Model.of(event.pointer, weights, share))
                self.printer.fact(f"model {len(self.models) - 1}: {share:.2%} on the test set")
            elif self.kills and isinstance(event, ScoresCommitted) and event.round == KILL_ROUND:
                for kill in self.kills:
                    kill(self.printer.fact)
                self.kills = ()

    def blobs(self) -> TaskBlobs:
        """The task's blobs, read as the first member does."""
        store, parameters, account = self.consortium.store, self.task.parameters(), self.consortium.members[0].account
        descriptor, record = fetch_descriptor(store, parameters.descriptor), self.consortium.federation.deployment
        keys = BlobKeys.of(store, descriptor, task=self.task, record=record, account=lambda: account)
        return TaskBlobs(store, descriptor, task=self.task.address, first_model=parameters.model, keys=keys)

    def played(self) -> Played:
        """Everything read back from the chain."""
        client = self.ground.chain.client
        late = fetch_events(client, [self.task.address], from_block=max(self.seen) + 1)  # scores of the final model
        state = replay([*self.events, *late], task=self.task.address, parameters=self.task.parameters())
        shares = by_round(transactions(client, self.task.address, range(max(self.seen) + 1)))
        report = report_of(
            self.plan,
            members=self.consortium.members,
            state=state,
            shares=shares,
            seen=self.seen,
            models=self.models,
            chain_id=client.chain_id,
            wall_seconds=self.printer.seconds,
        )
        return Played(report=report, state=state, shares=shares, members=self.consortium.members)
