"""`make demo`: twelve worker processes train one model on a local chain, though two of them misbehave.

Anvil, a federation (3 managers, 2 of whom decide), 12 members with keystores and processes of their own, and a task of
6 rounds with a committee of 5 and 5 accepted updates a round. The digits are shared out by Dirichlet(0.5), a test set
is held back. One member adds Gaussian noise to its updates; one of the first committee scores every update highly.

`make demo ARGS="--seed 3"` draws other data, weights and keys. All files are in runs/demo/.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep

from rich.columns import Columns
from rich.console import Console

from folkmoot.chain import Client, Event, TaskContract, TaskState, fetch_events, replay
from folkmoot.chain.events.rounds import ModelBlockWritten
from folkmoot.chain.events.tasks import TaskExpired, TaskFinished
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.exit_codes import FAILED, INTERRUPTED
from folkmoot.learning import accuracy, build, load_weights
from folkmoot.learning.learner import BASIS_POINTS
from folkmoot.simulation import held_out_data, load_simulated
from folkmoot.simulation.worker import SIMULATED
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from folkmoot.task_config import TaskConfig
from folkmoot.testing import FREE_GAS, Consortium, LocalChain, LocalFederation, Member, account_of, found, run_anvil
from folkmoot.testing.processes import interruptible
from folkmoot.testing.transactions import transactions
from scripts.demo_output import ProgressPrinter, draw_accuracies, make_console, member_table, round_table
from scripts.demo_report import Report, Share, by_round, findings, report_of, rounds_of, sentences

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "runs"
ENDING_S = 60.0  # for the workers to notice that the task is over
LOOK_S = 0.1

MANAGERS = ("Mara", "Nils", "Olga")
MEMBERS = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jon", "Kim", "Leo")
COMMITTEE = MEMBERS[:5]  # the first one, named by the managers
BEHAVIOURS: Mapping[str, str] = {"Cleo": "liar", "Finn": "noise"}  # attacks; all others are honest

TASK = TaskConfig(
    name="digits",
    arguments={"inputs": 64, "classes": 10, "hidden": [192]},
    epochs=60,
    batch=16,
    learning_rate="0.2",
    norm_multiple="6",
    score_settings=(3_000, 10_000),
    total_rounds=6,
    committee=len(COMMITTEE),
    updates_per_round=5,
    min_updates=3,
    max_updates=12,
    max_enrolled=len(MEMBERS),
    max_strikes=3,
    suspension_rounds=6,
)

WORKERS: Mapping[str, object] = {
    "partition": "dirichlet",
    "alpha": 0.5,
    "members": len(MEMBERS),
    "score_fraction": 0.2,
    "test_fraction": 0.2,  # of the digits: no member has these
    "poll_seconds": 0.2,
    "turn_seconds": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A finished demonstration: its report, the task from its logs, its transactions by round, its members."""

    report: Report
    state: TaskState
    shares: Mapping[int, Share]
    members: Sequence[Member]


@dataclass(slots=True)
class Demo:
    """The task while it runs: its events, and in `seen` when each block was first seen, in seconds from the start."""

    client: Client
    task: TaskContract
    consortium: Consortium
    printer: ProgressPrinter
    events: list[Event] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)

    def follow(self) -> Iterator[Event]:
        """Every event as it comes, until the task is over. Raises `FolkmootError` if a worker fails."""
        following, over = 0, False
        while not over:
            self.consortium.check()
            head = self.client.head().number
            new = list(fetch_events(self.client, [self.task.address], from_block=following, to_block=head))
            self.seen |= dict.fromkeys(range(following, head + 1), monotonic())
            self.events += new
            yield from new
            self.printer.tick()
            over = any(isinstance(event, TaskFinished | TaskExpired) for event in new)
            following = head + 1
            sleep(LOOK_S)

    def watch(self) -> list[float]:
        """Print what happens until the task is over; returns the accuracy of each model, 0 to 1."""
        accuracies: list[float] = []
        for event in self.follow():
            self.printer.tell(event)
            if isinstance(event, ModelBlockWritten):
                accuracies.append(self.accuracy(event.pointer))
                self.printer.fact(f"model {len(accuracies) - 1}: {accuracies[-1]:.2%} on the test set")
        return accuracies

    def accuracy(self, pointer: bytes) -> float:
        """A model's accuracy on the data that no member has, 0 to 1."""
        parameters = self.task.parameters()
        descriptor = fetch_descriptor(self.consortium.store, parameters.descriptor)
        blobs = TaskBlobs(self.consortium.store, descriptor, task=self.task.address, first_model=parameters.model)
        module = build(descriptor.model, descriptor.arguments, allowed=[descriptor.model])
        load_weights(module, blobs.fetch_model(pointer))
        settings = load_simulated(self.consortium.members[0].worker.folder / "worker.toml")
        return accuracy(module, held_out_data(*settings)) / BASIS_POINTS

    def played(self, accuracies: Sequence[float]) -> Played:
        """Everything read back from the chain."""
        state = replay(self.events, task=self.task.address, parameters=self.task.parameters())
        shares = by_round(transactions(self.client, self.task.address, range(max(self.seen) + 1)))
        report = report_of(
            members=self.consortium.members,
            state=state,
            shares=shares,
            seen=self.seen,
            accuracies=accuracies[1:],
            chain_id=self.client.chain_id,
            wall_seconds=self.printer.seconds,
        )
        return Played(report=report, state=state, shares=shares, members=self.consortium.members)


def play(folder: Path, seed: int, console: Console) -> Played:
    """Play it in a folder under runs/, whose files of an earlier time are removed.

    Leaves `report.json` and `accuracy.png` there, and no process behind. Raises `FolkmootError`.
    """
    clear(folder)
    with console.status("a chain is started") as status, run_anvil("--accounts", "1", *FREE_GAS) as anvil:
        printer = ProgressPrinter(console, status)
        with Client([anvil.url]) as client:
            federation = found_federation(LocalChain(anvil, client), seed, printer)
            workers = {**WORKERS, "seed": seed}
            with Consortium(federation, anvil.url, folder, workers, SIMULATED) as consortium:
                task = propose(consortium, seed, printer)
                consortium.start()
                printer.doing(f"{len(MEMBERS)} workers start")
                demo = Demo(client, task, consortium, printer)
                accuracies = demo.watch()
                printer.doing("the workers end")
                consortium.join_workers(ENDING_S)
                played = demo.played(accuracies)
    (folder / "report.json").write_text(json.dumps(asdict(played.report), indent=2) + "\n")
    draw_accuracies(accuracies, folder / "accuracy.png")
    return played


def found_federation(chain: LocalChain, seed: int, printer: ProgressPrinter) -> LocalFederation:
    """Deploy the contracts. The same seed gives the same keys: they are for this chain only."""
    printer.doing("the federation is deployed")
    federation = found(chain, [account_of(f"demonstration {seed}: {name}") for name in MANAGERS])
    address = federation.deployment.federation
    printer.fact(f"a federation of {len(MANAGERS)} managers, {federation.quorum} decide, stands at {address}")
    return federation


def propose(consortium: Consortium, seed: int, printer: ProgressPrinter) -> TaskContract:
    """Admit the members, and have the task proposed and approved."""
    accounts = {name: account_of(f"demonstration {seed}: {name}") for name in MEMBERS}
    order = [accounts[name].address for name in sorted(MEMBERS, key=BEHAVIOURS.__contains__)]
    for number, (name, account) in enumerate(accounts.items()):
        printer.doing(f"members pay the fee and are admitted: {number} of {len(MEMBERS)}")
        behaviour, before = BEHAVIOURS.get(name, "none"), order[: order.index(account.address)]
        consortium.join(name, account, member=number, behaviour=behaviour, after=before)
    printer.name(consortium.members)
    printer.fact(f"{len(MEMBERS)} members are admitted")
    committee = [member for member in consortium.members if member.name in COMMITTEE]
    task = consortium.propose(replace(TASK, seed=seed), committee)
    printer.fact(f"the task {task.address} is approved")
    return task


def clear(folder: Path) -> None:
    """Make an empty folder under runs/. Raises `ConfigError` for a folder elsewhere."""
    if RUNS not in folder.resolve().parents:
        raise ConfigError(f"{folder} is not a folder under {RUNS}", "give it a plain name")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def show(played: Played, console: Console) -> None:
    """Print a table for each round, one for each member, and what they prove."""
    members = {member.address: member for member in played.members}
    for report, state in zip(played.report.rounds, rounds_of(played.state), strict=True):
        console.print(round_table(report, state, played.state, members), "")
    pairs = zip(played.report.members, played.members, strict=True)
    console.print(Columns(member_table(report, member, played.state, played.shares) for report, member in pairs))
    for sentence in sentences(findings(played.report, played.state, played.members)):
        console.print(sentence, highlight=False)
    console.print(f"Final accuracy {played.report.final_accuracy:.2%}, {played.report.wall_seconds:.0f} s.")


def main() -> int:
    """Play the demonstration that the command line asks for, and show what came of it."""
    parser = argparse.ArgumentParser(prog="make demo", description="Train one model in 12 worker processes.")
    parser.add_argument("--seed", type=int, default=0, help="of data, weights and keys (default: %(default)s)")
    parser.add_argument("--name", default="demo", help="folder under runs/ (default: %(default)s)")
    options = parser.parse_args()
    console = make_console()
    folder = RUNS / options.name
    try:
        with interruptible():
            played = play(folder, options.seed, console)
    except KeyboardInterrupt:
        console.print("Stopped; no process is left.")
        return INTERRUPTED
    except FolkmootError as error:
        print(f"demo: {error}", file=sys.stderr)
        return FAILED
    show(played, console)
    print(f"Written: {', '.join(str((folder / n).relative_to(ROOT)) for n in ('accuracy.png', 'report.json'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
