"""What a round costs on a consortium's chain: python -m scripts.bench_network --client geth.

Ten members with a learner that does nothing play some rounds on four validators with a block a second, and ask them
through proxies that count. The table has the blocks from the last update of a round to the next round, and how many
requests a worker makes in a second.
"""

import argparse
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from folkmoot.chain import Client, Event, fetch_events
from folkmoot.chain.events.rounds import (
    AggregateAttested,
    RoundOpened,
    ScoresCommitted,
    ScoresRevealed,
    UpdateSubmitted,
)
from folkmoot.testing import Consortium, RemoteChain, account_of, found
from folkmoot.testing.networks import KINDS, run_network
from scripts.bench_workers import MEMBERS, PLUGIN, config, counting
from scripts.demo_settings import MANAGERS

ROUNDS, VALIDATORS = 6, 4
STEPS = {
    "the commitments": ScoresCommitted,
    "the scores": ScoresRevealed,
    "the attestations": AggregateAttested,
    "the next round": RoundOpened,
}
RoundEvent = UpdateSubmitted | ScoresCommitted | ScoresRevealed | AggregateAttested | RoundOpened


def blocks(client: Client, task: str) -> dict[str, float]:
    """Blocks of a round, on average, from its last update to the last event of each step."""
    ends: dict[tuple[type[Event], int], int] = {}
    for event in fetch_events(client, [task], from_block=0):
        if event.origin and isinstance(event, RoundEvent):
            ends[type(event), event.round] = event.origin.block
    found: dict[str, list[int]] = {}
    for number in range(1, ROUNDS - 1):
        last = ends[UpdateSubmitted, number]
        for step, kind in STEPS.items():
            end = ends[kind, number + 1 if kind is RoundOpened else number]
            found.setdefault(step, []).append(end - last)
    return {f"blocks to {step}": fmean(spans) for step, spans in found.items()}


def measure(client: str, binary: str | None) -> dict[str, float]:
    """Play, and count."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        plugin = folder / "idle.py"
        plugin.write_text(PLUGIN)
        network = stack.enter_context(run_network(folder / "chain", client, binary, validators=VALIDATORS))
        chain = RemoteChain(stack.enter_context(Client(network.urls)))
        proxies = [stack.enter_context(counting(url)) for url in network.urls]
        federation = found(chain, [account_of(name) for name in MANAGERS])
        members = stack.enter_context(Consortium(federation, [url for url, _ in proxies], folder, {"plugin": plugin}))
        members.admit(*(members.prepare(f"member-{index}") for index in range(MEMBERS)))
        task = members.propose(config(ROUNDS), ())
        members.start()
        members.until("the second round", lambda: task.round().number >= 1)
        began, before = time.monotonic(), sum(counter.requests for _, counter in proxies)
        members.until("the last round", lambda: task.round().number >= ROUNDS - 1)
        span, asked = time.monotonic() - began, sum(counter.requests for _, counter in proxies) - before
        members.until_finished(task)
        return blocks(chain.client, task.address) | {
            "seconds of a round": span / (ROUNDS - 2),
            "requests of a worker in a second": asked / span / MEMBERS,
        }


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="bench_network", description="Measure a round on a consortium's chain.")
    parser.add_argument("--client", default="geth", choices=KINDS, help="(default: %(default)s)")
    parser.add_argument("--bin", help="path of the client's program")
    given = parser.parse_args()
    shown = Table("", given.client)
    for what, figure in measure(given.client, given.bin).items():
        shown.add_row(what, f"{figure:.1f}")
    Console().print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
