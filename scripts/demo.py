"""`make demo`: twelve worker processes train one model on a local chain, though two of them misbehave.

Anvil, a federation (3 managers, 2 of whom decide), 12 members with keystores and processes of their own, and a task of
6 rounds with a committee of 5 and 5 accepted updates a round. The digits are shared out by Dirichlet(0.5), a test set
is held back. One member adds Gaussian noise to its updates; one of the first committee scores every update highly.

`make demo STORE=ipfs` gives each member a Kubo node of its own in a private swarm, `STORE=s3` and `STORE=sftp` a local
server to all, and `ENCRYPTED=yes` encrypts the task's blobs. The same seed gives the same final model, bit for bit,
whatever the store, as long as each round's accepted updates fill the next committee: who fills a vacancy depends on the
order of enrolment and on block hashes. `make demo STORE=ipfs KILL=yes` kills a node in the middle of a round.

`make demo ARGS="--seed 3"` draws other data, weights and keys. All files are in runs/demo/.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep

from rich.columns import Columns
from rich.console import Console

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Client, Event, TaskContract, TaskState, fetch_events, replay
from folkmoot.chain.events.rounds import ModelBlockWritten, ScoresCommitted
from folkmoot.chain.events.tasks import TaskExpired, TaskFinished
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.exit_codes import FAILED, INTERRUPTED
from folkmoot.learning import accuracy, build, load_weights
from folkmoot.learning.learner import BASIS_POINTS
from folkmoot.simulation import held_out_data, load_simulated
from folkmoot.simulation.worker import SIMULATED
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from folkmoot.testing import FREE_GAS, Consortium, LocalChain, LocalFederation, Member, account_of, found, run_anvil
from folkmoot.testing.kubo import Kubo
from folkmoot.testing.processes import interruptible, leave
from folkmoot.testing.transactions import transactions
from scripts.demo_findings import findings, sentences
from scripts.demo_output import ProgressPrinter, draw_accuracies, make_console, member_table, round_table
from scripts.demo_report import Model, Report, Share, by_round, report_of, rounds_of
from scripts.demo_settings import BEHAVIOURS, COMMITTEE, FOLDER, MANAGERS, MEMBERS, TASK, WORKERS, Plan
from scripts.demo_stores import KINDS, Stores, check_store, run_stores

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "runs"
ENDING_S = 60.0  # for the workers to notice that the task is over
LOOK_S = 0.1
KILL_ROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A finished demonstration: its report, the task from its logs, its transactions by round, its members."""

    report: Report
    state: TaskState
    shares: Mapping[int, Share]
    members: Sequence[Member]


@dataclass(slots=True)
class Demo:
    """The task while it runs: its models and events, and in `seen` when each block was first seen, in seconds.

    `victim` is the Kubo node that is to be killed, if one is.
    """

    plan: Plan
    client: Client
    task: TaskContract
    consortium: Consortium
    victim: Kubo | None
    printer: ProgressPrinter
    models: list[Model] = field(default_factory=list)
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
            elif self.victim and isinstance(event, ScoresCommitted) and event.round == KILL_ROUND:
                self.victim.kill()
                self.victim = None
                self.printer.fact(f"{MEMBERS[-1]}'s Kubo node is killed in the middle of round {event.round}")

    def blobs(self) -> TaskBlobs:
        """The task's blobs, read as the first member does."""
        store, parameters, account = self.consortium.store, self.task.parameters(), self.consortium.members[0].account
        descriptor, record = fetch_descriptor(store, parameters.descriptor), self.consortium.federation.deployment
        keys = BlobKeys.of(store, descriptor, task=self.task, record=record, account=lambda: account)
        return TaskBlobs(store, descriptor, task=self.task.address, first_model=parameters.model, keys=keys)

    def played(self) -> Played:
        """Everything read back from the chain."""
        state = replay(self.events, task=self.task.address, parameters=self.task.parameters())
        shares = by_round(transactions(self.client, self.task.address, range(max(self.seen) + 1)))
        report = report_of(
            self.plan,
            members=self.consortium.members,
            state=state,
            shares=shares,
            seen=self.seen,
            models=self.models,
            chain_id=self.client.chain_id,
            wall_seconds=self.printer.seconds,
        )
        return Played(report=report, state=state, shares=shares, members=self.consortium.members)


def play(folder: Path, plan: Plan, console: Console) -> Played:
    """Play it in a folder under runs/, whose files of an earlier time are removed.

    Leaves `report.json` and `accuracy.png` there, and no process behind. Raises `FolkmootError`.
    """
    check_store(plan.store)
    clear(folder)
    with ExitStack() as stack:
        printer = ProgressPrinter(console, stack.enter_context(console.status("stores are started")))
        stores = stack.enter_context(run_stores(plan.store, folder, len(MEMBERS)))
        printer.fact(stores.fact)
        anvil = stack.enter_context(run_anvil("--accounts", "1", *FREE_GAS))
        client = stack.enter_context(Client([anvil.url]))
        federation = found_federation(LocalChain(anvil, client), plan.seed, printer)
        workers = {**WORKERS, "seed": plan.seed}
        consortium = stack.enter_context(Consortium(federation, [anvil.url], folder, workers, SIMULATED))
        task = propose(consortium, plan, stores, printer)
        consortium.start()
        printer.doing(f"{len(MEMBERS)} workers start")
        demo = Demo(plan, client, task, consortium, stores.victim if plan.kill else None, printer)
        demo.watch()
        printer.doing("the workers end")
        consortium.join_workers(ENDING_S)
        played = demo.played()
    (folder / "report.json").write_text(json.dumps(asdict(played.report), indent=2) + "\n")
    draw_accuracies([model.accuracy for model in demo.models], folder / "accuracy.png")
    return played


def found_federation(chain: LocalChain, seed: int, printer: ProgressPrinter) -> LocalFederation:
    """Deploy the contracts. The same seed gives the same keys: they are for this chain only."""
    printer.doing("the federation is deployed")
    federation = found(chain, [account_of(f"demonstration {seed}: {name}") for name in MANAGERS])
    address = federation.deployment.federation
    printer.fact(f"a federation of {len(MANAGERS)} managers, {federation.quorum} decide, stands at {address}")
    return federation


def propose(consortium: Consortium, plan: Plan, stores: Stores, printer: ProgressPrinter) -> TaskContract:
    """Admit the members, and have the task proposed and approved.

    Updates with equal scores rank by their arrival: so members submit in an order, those who misbehave last.
    """
    accounts = {name: account_of(f"demonstration {plan.seed}: {name}") for name in MEMBERS}
    order = [accounts[name].address for name in sorted(MEMBERS, key=BEHAVIOURS.__contains__)]
    for number, (name, account) in enumerate(accounts.items()):
        printer.doing(f"members pay the fee and are admitted: {number} of {len(MEMBERS)}")
        behaviour, before = BEHAVIOURS.get(name, "none"), order[: order.index(account.address)]
        consortium.join(name, account, member=number, store=stores.places[number], behaviour=behaviour, after=before)
    printer.name(consortium.members)
    printer.fact(f"{len(MEMBERS)} members are admitted")
    committee = [member for member in consortium.members if member.name in COMMITTEE]
    task = consortium.propose(replace(TASK, seed=plan.seed, encrypted=plan.encrypted), committee)
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
    whole = played.report
    console.print(f"Final accuracy {whole.final_accuracy:.2%}, {whole.wall_seconds:.0f} s.")
    how = "encrypted" if whole.encrypted else "clear"
    where = f"{how} in {whole.store} under {whole.final_pointer}"
    console.print(f"Final model {whole.final_model}, {where}.", soft_wrap=True)


def main() -> int:
    """Play the demonstration that the command line asks for, and show what came of it."""
    parser = argparse.ArgumentParser(prog="make demo", description="Train one model in 12 worker processes.")
    parser.add_argument("--seed", type=int, default=0, help="of data, weights and keys (default: %(default)s)")
    parser.add_argument("--store", default=FOLDER, choices=KINDS, help="where blobs are stored (default: %(default)s)")
    parser.add_argument("--encrypted", action="store_true", help="encrypt all models and updates")
    parser.add_argument("--kill", action="store_true", help="kill a Kubo node in the middle of a round")
    parser.add_argument("--name", default="demo", help="folder under runs/ (default: %(default)s)")
    options = parser.parse_args()
    if options.kill and options.store != "ipfs":
        parser.error("--kill kills a Kubo node: it needs --store ipfs")
    plan = Plan(seed=options.seed, store=options.store, encrypted=options.encrypted, kill=options.kill)
    console = make_console()
    folder = RUNS / options.name
    try:
        with interruptible():
            played = play(folder, plan, console)
    except KeyboardInterrupt:
        console.print("Stopped; no process is left.")
        leave(INTERRUPTED)
    except FolkmootError as error:
        print(f"demo: {error}", file=sys.stderr)
        return FAILED
    show(played, console)
    print(f"Written: {', '.join(str((folder / n).relative_to(ROOT)) for n in ('accuracy.png', 'report.json'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
