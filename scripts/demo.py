"""`make demo`: twelve worker processes train one model on a local chain, though two of them misbehave.

Anvil, a federation (3 managers, 2 of whom decide), 12 members with keystores and processes of their own, and a task of
6 rounds with a committee of 5 and 5 accepted updates a round. The digits are shared out by Dirichlet(0.5), a test set
is held back. One member adds Gaussian noise to its updates; one of the first committee scores every update highly.

`make demo STORE=ipfs` gives each member a Kubo node of its own in a private swarm, `STORE=s3` and `STORE=sftp` a local
server to all, and `ENCRYPTED=yes` encrypts the task's blobs. The same seed gives the same final model, bit for bit,
whatever the store, as long as each round's accepted updates fill the next committee: who fills a vacancy depends on the
order of enrolment and on block hashes. `make demo STORE=ipfs KILL=yes` kills a node in the middle of a round.

`make demo CHAIN=consortium CLIENT=geth BIN=/path/to/geth` plays on a private network of four validators; CLIENT is
geth, besu or quorum. There KILL=yes kills a validator, and KILL=majority so many for a while that no block can come.

`make demo ARGS="--seed 3"` draws other data, weights and keys. `make demo ARGS="--keep"` leaves the chain and the
stores up to look at, until Ctrl-C. `make demo ARGS="--page"` opens a browser that shows it while it runs; afterwards
`folkmoot page --record runs/demo` shows it again. All files are in runs/demo/.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from threading import Event

from eth_account.signers.local import LocalAccount
from rich.columns import Columns
from rich.console import Console

from folkmoot.chain import TaskContract
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.exit_codes import FAILED, INTERRUPTED
from folkmoot.page.saving import FILE
from folkmoot.simulation.worker import SIMULATED
from folkmoot.testing import Chain, Consortium, LocalFederation, Member, account_of, found
from folkmoot.testing.networks import KINDS
from folkmoot.testing.processes import interruptible, leave
from scripts.demo_audit import audit
from scripts.demo_chain import check_chain, run_chain
from scripts.demo_findings import findings, sentences
from scripts.demo_kills import kills
from scripts.demo_output import ProgressPrinter, draw_accuracies, make_console, member_table, round_table
from scripts.demo_page import keep_record, run_page
from scripts.demo_report import rounds_of
from scripts.demo_settings import (
    ANVIL,
    BEHAVIOURS,
    COMMITTEE,
    CONSORTIUM,
    FOLDER,
    KILLS,
    MANAGERS,
    MEMBERS,
    QUICK,
    TASK,
    WORKERS,
    Plan,
)
from scripts.demo_stores import STORES, Stores, check_store, run_stores
from scripts.demo_watch import Demo, Played

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "runs"
ENDING_S = 60.0  # for the workers to notice that the task is over

Then = Callable[[Played, Demo], None]


def nothing(_played: Played, _demo: Demo) -> None:
    """What is done by default while the chain is still up."""


def play(folder: Path, plan: Plan, console: Console, then: Then = nothing, *, opens: bool = False) -> Played:
    """Play it in a folder under runs/, whose files of an earlier time are removed; `then` more while the chain is up.

    `opens` shows it in a browser. Leaves `report.json`, `accuracy.png` and a record there, and no process behind.
    Raises `FolkmootError`.
    """
    check_store(plan.store)
    check_chain(plan)
    clear(folder)
    with ExitStack() as stack:
        printer = ProgressPrinter(console, stack.enter_context(console.status("stores are started")))
        stores = stack.enter_context(run_stores(plan.store, folder, len(MEMBERS)))
        printer.fact(stores.fact)
        printer.doing("the chain is started")
        ground = stack.enter_context(run_chain(plan, folder))
        printer.fact(ground.fact)
        federation = found_federation(ground.chain, plan.seed, printer)
        workers = {**WORKERS, **({} if plan.client else QUICK), "seed": plan.seed}
        consortium = stack.enter_context(Consortium(federation, ground.urls, folder, workers, SIMULATED))
        names = {str(account.address): name for name, account in accounts(plan).items()}
        page = stack.enter_context(run_page(consortium, names, opens=opens))
        task = propose(consortium, plan, stores, printer)
        printer.fact(page.fact())
        consortium.start()
        printer.doing(f"{len(MEMBERS)} workers start")
        demo = Demo(plan, ground, task, consortium, kills(plan, stores, ground), printer)
        demo.watch()
        printer.doing("the workers end")
        consortium.join_workers(ENDING_S)
        printer.doing("the record is audited")
        played = replace(demo.played(), audit=audit(demo))
        keep_record(demo)
        (folder / "report.json").write_text(json.dumps(asdict(played.report), indent=2) + "\n")
        draw_accuracies([model.accuracy for model in demo.models], folder / "accuracy.png")
        then(played, demo)
    return played


def found_federation(chain: Chain, seed: int, printer: ProgressPrinter) -> LocalFederation:
    """Deploy the contracts. The same seed gives the same keys: they are for this chain only."""
    printer.doing("the federation is deployed")
    federation = found(chain, [account_of(f"demonstration {seed}: {name}") for name in MANAGERS])
    address = federation.deployment.federation
    printer.fact(f"a federation of {len(MANAGERS)} managers, {federation.quorum} decide, stands at {address}")
    return federation


def accounts(plan: Plan) -> dict[str, LocalAccount]:
    """The members' accounts by their names. The same seed gives the same keys: they are for this chain only."""
    return {name: account_of(f"demonstration {plan.seed}: {name}") for name in MEMBERS}


def propose(consortium: Consortium, plan: Plan, stores: Stores, printer: ProgressPrinter) -> TaskContract:
    """Admit the members, and have the task proposed and approved.

    Updates with equal scores rank by their arrival: so members submit in an order, those who misbehave last.
    """
    own = accounts(plan)
    order = [own[name].address for name in sorted(MEMBERS, key=BEHAVIOURS.__contains__)]
    printer.doing("members pay the fee and are admitted")
    members: list[Member] = []
    for number, (name, account) in enumerate(own.items()):
        conduct = {"behaviour": BEHAVIOURS.get(name, "none"), "after": order[: order.index(account.address)]}
        members.append(consortium.prepare(name, account, member=number, store=stores.places[number], **conduct))
    consortium.admit(*members)
    printer.name(consortium.members)
    printer.fact(f"{len(MEMBERS)} members are admitted")
    committee = [member for member in consortium.members if member.name in COMMITTEE]
    task = consortium.propose(replace(TASK, seed=plan.seed, encrypted=plan.encrypted), committee)
    printer.fact(f"the task {task.address} is approved")
    return task


def linger(played: Played, demo: Demo, console: Console) -> None:
    """Show what came of it, and how to look at its chain, until the user interrupts."""
    show(played, console)
    url, store = demo.ground.urls[0], demo.consortium.members[0].settings.get("store", demo.consortium.folder / "blobs")
    console.print(
        f"The chain stays at {url}, and the page where it was, until Ctrl-C. Elsewhere: "
        f"folkmoot audit --rpc {url} --store {store}",
        soft_wrap=True,
    )
    Event().wait()


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
    if whole.final_score is not None:
        console.print(f"The last committee scores the final model {whole.final_score:.2%} on its own data.")
    console.print(f"Final accuracy {whole.final_accuracy:.2%}, {whole.wall_seconds:.0f} s.")
    how = "encrypted" if whole.encrypted else "clear"
    where = f"{how} in {whole.store} under {whole.final_pointer}"
    console.print(f"Final model {whole.final_model}, {where}.", soft_wrap=True)
    console.print(played.audit, highlight=False)


def main() -> int:
    """Play the demonstration that the command line asks for, and show what came of it."""
    parser = argparse.ArgumentParser(prog="make demo", description="Train one model in 12 worker processes.")
    parser.add_argument("--seed", type=int, default=0, help="of data, weights and keys (default: %(default)s)")
    parser.add_argument("--store", default=FOLDER, choices=STORES, help="where blobs are stored (default: %(default)s)")
    parser.add_argument("--encrypted", action="store_true", help="encrypt all models and updates")
    parser.add_argument("--chain", default=ANVIL, choices=(ANVIL, CONSORTIUM), help="(default: %(default)s)")
    parser.add_argument("--client", default="geth", choices=KINDS, help="of a consortium's (default: %(default)s)")
    parser.add_argument("--bin", help="path of the client's program")
    parser.add_argument("--kill", choices=KILLS, help="kill nodes in the middle of a round")
    parser.add_argument("--keep", action="store_true", help="leave the chain and the stores up until Ctrl-C")
    parser.add_argument("--page", action="store_true", help="open a browser that shows it while it runs")
    parser.add_argument("--name", default="demo", help="folder under runs/ (default: %(default)s)")
    options = parser.parse_args()
    plan = Plan(
        seed=options.seed,
        store=options.store,
        encrypted=options.encrypted,
        kill=options.kill or "",
        client=options.client if options.chain == CONSORTIUM else "",
        binary=options.bin,
    )
    if fault := plan.fault():
        parser.error(fault)
    console = make_console()
    folder = RUNS / options.name
    try:
        with interruptible():
            then = partial(linger, console=console) if options.keep else nothing
            played = play(folder, plan, console, then, opens=options.page)
    except KeyboardInterrupt:
        console.print("Stopped; no process is left.")
        leave(INTERRUPTED)
    except FolkmootError as error:
        print(f"demo: {error}", file=sys.stderr)
        return FAILED
    show(played, console)
    print(f"To look at it again: folkmoot page --record {folder.relative_to(ROOT)}")
    print(f"Written: {', '.join(str((folder / n).relative_to(ROOT)) for n in ('accuracy.png', 'report.json', FILE))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
