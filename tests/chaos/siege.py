"""One federation after another, each by its own plan, until the time is over."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path

from folkmoot.chain import Phase
from tests.chaos.besieged import MEMBERS, Besieged, besieged
from tests.chaos.faults import FAULTS, groups
from tests.chaos.oracle import broken
from tests.chaos.plan import PAUSE_S, Stroke, plan
from tests.chaos.stores import present

PATIENCE_S = 240.0  # without any progress of the task
LOOK_S = 0.05
PAUSES_S = {"folder": PAUSE_S, "s3": PAUSE_S, "ipfs": 4 * PAUSE_S}  # Kubo takes its time to find what moved
RECENT = 10  # strokes that are over, and may still be why a worker ends
EXCUSES = {  # what a worker that begins then has to say
    "null": "error: the chain in the record of chain 31337 is gone",
    "other chain": "error: no federation is recorded in ",
    "second worker": "error: another worker uses the journal in ",
}
TAIL = 2_000  # characters of each worker's log


class Fallen(AssertionError):
    """What a federation did not survive."""


@dataclass(slots=True)
class Report:
    """What was done so far, and survived."""

    federations: int = 0
    rounds: int = 0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        others = sum(self.faults.values())
        return f"{self.federations} federations, {self.rounds} rounds: {self.kills} kills and {others} other faults"


def besiege(
    folder: Path,
    seed: int,
    *,
    rounds: int,
    store: str = "folder",
    is_long: bool = False,
    say: Callable[[str], None] = print,
    report: Report | None = None,
) -> Report:
    """One federation, to the end of its task. Raises `Fallen`."""
    report = report or Report()
    with besieged(folder, seed, rounds, store) as siege:
        blocks, nodes = "timed" if siege.blocks_come else "instant", [*map(len, siege.proxies)]
        say(f"federation {seed}: {siege.system}, {blocks} blocks, {nodes} nodes, store {store}")
        siege.consortium.start()
        try:
            _fight(siege, plan(seed, MEMBERS, groups(store, is_long=is_long), PAUSES_S[store]), say, report)
            siege.consortium.join_workers()
        except Exception as error:
            raise Fallen(f"seed {seed}: {error!r:.300}\n{_tails(siege)}") from error
        if faults := broken(siege, siege.unable):
            raise Fallen(f"seed {seed}: " + "\n".join(faults))
    report.federations += 1
    report.rounds += rounds
    report.kills += siege.kills
    return report


def _fight(siege: Besieged, strokes: Iterator[Stroke], say: Callable[[str], None], report: Report) -> None:
    """Strike by the plan until the task is over. All that was struck is well again afterwards."""
    started, progress, since = time.monotonic(), object(), time.monotonic()
    coming = next(strokes)
    running: list[tuple[Stroke, ExitStack]] = []
    recent: deque[Stroke] = deque(maxlen=RECENT)
    with ExitStack() as everything:
        while siege.task.phase() != Phase.FINISHED:
            now = time.monotonic() - started
            for stroke, fault in [pair for pair in running if pair[0].at + pair[0].lasts <= now]:
                running.remove((stroke, fault))
                fault.close()
                recent.append(stroke)
            while coming.at <= now:
                fault = everything.enter_context(ExitStack())
                say(str(coming))
                fault.enter_context(FAULTS[coming.kind](siege, coming))
                running.append((coming, fault))
                report.faults[coming.kind] += not coming.kind.startswith("kill")
                coming = next(strokes)
            _supervise(siege, [*recent, *(stroke for stroke, _ in running)])
            if (seen := (siege.task.round(), siege.task.roster(), siege.task.progress())) != progress:
                progress, since = seen, time.monotonic()
            elif time.monotonic() - since > PATIENCE_S:
                raise Fallen(f"nothing happened for {PATIENCE_S} s in {siege.task.phase().name}")
            time.sleep(LOOK_S)


def _supervise(siege: Besieged, strokes: Sequence[Stroke]) -> None:
    """Start workers again that ended as they should by what was done to them. Raises `Fallen` for others."""
    for number, member in enumerate(siege.members):
        process = member.worker.process
        if process is None or process.exitcode is None or process.exitcode <= 0:
            continue
        *_, said, hint = member.worker.log.splitlines()
        known = (EXCUSES.get(stroke.kind) for stroke in strokes if stroke.victim == number)
        if not (hint.startswith("hint: ") and any(excuse and said.startswith(excuse) for excuse in known)):
            raise Fallen(f"{member.name}'s worker ended with {process.exitcode}")
        siege.restarts += 1
        member.start()


def _tails(siege: Besieged) -> str:
    return "\n".join(f"--- {member.name}\n{member.worker.log[-TAIL:]}" for member in siege.members)


def besiege_for(
    folder: Path,
    seconds: float,
    seed: int,
    *,
    rounds: int,
    say: Callable[[str], None] = print,
) -> Report:
    """Besiege one federation after another for so many seconds, and the last one to its end. Raises `Fallen`."""
    ends, report, stores = time.monotonic() + seconds, Report(), present()
    for number in takewhile(lambda _: time.monotonic() < ends, count(seed)):
        store = stores[number % len(stores)]
        fewer = max(2, rounds * PAUSES_S["folder"] // PAUSES_S[store])
        besiege(folder / str(number), number, rounds=int(fewer), store=store, is_long=True, say=say, report=report)
        say(f"so far, from seed {seed}: {report}")
    return report
