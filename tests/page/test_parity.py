"""The page's reading of a record, beside the package's."""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from folkmoot.chain import Event, TaskContract, replay
from folkmoot.chain.events.logs import block_of, decode_logs
from folkmoot.chain.logbook import Logbook
from folkmoot.cli.history import describe
from folkmoot.cli.task_status import task_status
from tests.support.browsing import node
from tests.support.lives import eventful
from tests.support.network import Network

FIELDS = ("round", "settled", "baseline", "best", "submitted", "accepted", "attempts", "started", "struck", "seats")


def test_an_eventful_task_reads_the_same(network: Network, url: str, tmp_path: Path) -> None:
    life = eventful(network)
    task, treasury = life.task, network.treasury
    events = [*decode_logs(Logbook(network.client, None).logs([task.address], from_block=0))]
    state = replay(events, task=task.address, parameters=task.parameters())
    rounds = [{name: entry[name] for name in FIELDS} for entry in describe(state, events, ended_at=None)]
    expected = {
        "task": task.address,
        "rounds": rounds,
        "phases": [*phases(network, task, events)],
        "earned": {account: str(amount) for account, amount in state.earned.items() if amount},
        "strikes": {account: entry.strikes for account, entry in state.participants.items()},
        "ledger": [f"0x{pointer.hex()}" for _, pointer in sorted(state.ledger.items())],
        "books": {name: str(getattr(treasury, name)()) for name in ("escrowed", "pool", "budgets", "owed")},
        "members": network.federation.member_count(),
    }
    assert len({phase for _, _, _, phase, *_ in expected["phases"]}) > 7
    file = tmp_path / "expected.json"
    file.write_text(json.dumps(expected))
    told = {"NODE": url, "FEDERATION": network.federation.address, "EXPECTED": str(file)}
    node("tests/browser/parity.test.ts", **told)


def phases(network: Network, task: TaskContract, events: Sequence[Event]) -> Iterator[tuple[object, ...]]:
    """For the record up to each block: how many events, a time, a block, the phase there, whom it awaits."""
    parameters, blocks = task.parameters(), [block_of(event) for event in events]
    for count, block in enumerate(blocks, 1):
        if blocks[count : count + 1] == [block]:
            continue
        state, began = (
            replay(events[:count], task=task.address, parameters=parameters),
            network.client.block(block).time,
        )
        for later, more in product((0, 30, 100, 400, 5_000), (0, 10)):
            now = task_status(state, began + later, block + more)
            who = (sorted(now.acted), sorted(now.missing), now.waiting)
            yield count, began + later, block + more, now.phase.name.capitalize(), *who
