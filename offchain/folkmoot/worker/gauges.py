"""What metrics say of how a worker stands: read from memory when somebody asks, so that nothing costs in between.

A gauge whose value is not known has no sample: before the first look at the chain, that are most of them.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from folkmoot import __version__
from folkmoot.chain import Phase
from folkmoot.chain.clock import Sighting
from folkmoot.worker.eligibility import not_eligible
from folkmoot.worker.metering import Scene
from folkmoot.worker.view import View
from folkmoot.worker.waits import Waits

COIN = 10**18  # wei

Values = Mapping[tuple[str, ...], float]
"""Samples by the values of their labels."""


@dataclass(slots=True)
class Standing:
    """How a worker stands. Each value is replaced as a whole, by one thread; others read it.

    `balance` and `owed` are whole coins and whole fee tokens.
    """

    folders: Mapping[str, Path]  # whose disks are looked at, by what they are for
    waits: Waits = field(default_factory=Waits)
    scene: Scene | None = None
    view: View | None = None
    score: tuple[int, float | None] | None = None  # the round of the last own update that was judged, and its score
    balance: float | None = None
    owed: float | None = None


def _known(value: float | None) -> Values:
    return {} if value is None else {(): float(value)}


def _of_view(read: Callable[[View], float | None]) -> Callable[[Standing], Values]:
    return lambda standing: _known(read(standing.view)) if standing.view else {}


def _of_chain(read: Callable[[Sighting, float], float | None]) -> Callable[[Standing], Values]:
    """Of the last look at the chain by anyone in the process, and how many seconds ago that was."""

    def values(standing: Standing) -> Values:
        clock = standing.scene.client.clock if standing.scene else None
        if clock is None or (seen := clock.sighting) is None:
            return {}
        return _known(read(seen, clock.clock() - seen.at))

    return values


def _phases(standing: Standing) -> Values:
    view = standing.view
    return {(phase.name.lower(),): float(phase == view.phase) for phase in Phase} if view else {}


def _roles(standing: Standing) -> Values:
    view = standing.view
    if view is None:
        return {}
    is_seated = view.seat is not None and view.phase < Phase.FINISHED
    return {
        ("trainer",): float(view.phase < Phase.FINISHED and not_eligible(view) is None),
        ("judge",): float(is_seated and view.seat in view.judges),
        ("aggregator",): float(is_seated and view.seat in view.aggregators),
    }


def _info(standing: Standing) -> Values:
    scene = standing.scene
    if scene is None:
        return {}
    return {(__version__, str(scene.record.chain_id), scene.record.federation, scene.task, scene.account): 1.0}


def _disks(which: str) -> Callable[[Standing], Values]:
    def read(standing: Standing) -> Values:
        found: dict[tuple[str, ...], float] = {}
        for name, folder in standing.folders.items():
            with suppress(OSError):
                found[name,] = float(getattr(shutil.disk_usage(_existing(folder)), which))
        return found

    return read


def _existing(folder: Path) -> Path:
    """The folder, or the one above it in which it will be made."""
    return next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric: its name, what it says, how it is read, and its labels."""

    name: str
    about: str
    read: Callable[[Standing], Values]
    labels: tuple[str, ...] = ()


GAUGES = (
    Gauge(
        "folkmoot_worker_info",
        "What the worker takes part in, by its labels; always 1.",
        _info,
        ("version", "chain_id", "federation", "task", "account"),
    ),
    Gauge("folkmoot_round", "Number of the running round, from 0.", _of_view(lambda view: view.round.number)),
    Gauge("folkmoot_task_rounds", "Rounds that the task has.", _of_view(lambda view: view.parameters.total_rounds)),
    Gauge(
        "folkmoot_round_attempt",
        "Attempt at the running round, from 0: above 0, a phase of it has stalled.",
        _of_view(lambda view: view.round.attempt),
    ),
    Gauge("folkmoot_phase", "1 for the task's phase, 0 for each other.", _phases, ("phase",)),
    Gauge(
        "folkmoot_phase_end_timestamp_seconds",
        "When the phase ends by time; absent where it does not.",
        _of_view(lambda view: view.deadline),
    ),
    Gauge("folkmoot_role", "1 for each role that the account has in the round.", _roles, ("role",)),
    Gauge(
        "folkmoot_waiting_seconds",
        "How long the worker has waited for what it waits for now; absent while it works.",
        lambda standing: {(reason,): seconds for reason, seconds in standing.waits.current().items()},
        ("reason",),
    ),
    Gauge(
        "folkmoot_look_timestamp_seconds",
        "When the worker last looked at the chain.",
        _of_chain(lambda _, ago: time.time() - ago),
    ),
    Gauge("folkmoot_block_number", "The latest block's number.", _of_chain(lambda seen, _: seen.block.number)),
    Gauge("folkmoot_block_timestamp_seconds", "The latest block's time.", _of_chain(lambda seen, _: seen.block.time)),
    Gauge(
        "folkmoot_chain_halted_seconds",
        "How long no block had come that was due, at the last look; 0 while the chain goes on.",
        _of_chain(lambda seen, _: seen.stood),
    ),
    Gauge(
        "folkmoot_base_fee_coins",
        "What a unit of gas costs at least, in whole coins; absent on chains without a base fee.",
        _of_chain(lambda seen, _: None if seen.block.base_fee is None else seen.block.base_fee / COIN),
    ),
    Gauge(
        "folkmoot_balance_coins",
        "The account's coins, whole ones; asked at the beginning of each round.",
        lambda standing: _known(standing.balance),
    ),
    Gauge(
        "folkmoot_owed_tokens",
        "Fee tokens that the account can withdraw, whole ones; asked at the beginning of each round.",
        lambda standing: _known(standing.owed),
    ),
    Gauge(
        "folkmoot_member", "1 if the account is a member of the federation.", _of_view(lambda view: view.admitted)
    ),
    Gauge(
        "folkmoot_membership_end_timestamp_seconds",
        "When the membership becomes past due; absent where it does not expire.",
        _of_view(lambda view: view.paid_until or None),
    ),
    Gauge(
        "folkmoot_enrolled",
        "1 if the account takes part in the task.",
        _of_view(lambda view: view.participant.number > 0 and not view.participant.retired),
    ),
    Gauge("folkmoot_strikes", "Strikes of the account in the task.", _of_view(lambda view: view.participant.strikes)),
    Gauge(
        "folkmoot_max_strikes", "Strikes at which an account is suspended.",
        _of_view(lambda view: view.parameters.max_strikes),
    ),
    Gauge(
        "folkmoot_suspended",
        "1 while the account is suspended.",
        _of_view(lambda view: view.participant.suspended_until > view.round.number),
    ),
    Gauge(
        "folkmoot_update_score_ratio",
        "The committee's score of the account's last judged update, 0 to 1; absent where too few could measure it.",
        lambda standing: _known(standing.score and standing.score[1]),
    ),
    Gauge(
        "folkmoot_update_round",
        "The round of the account's last judged update.",
        lambda standing: _known(standing.score and standing.score[0]),
    ),
    Gauge("folkmoot_disk_free_bytes", "Free space on the disk of a folder.", _disks("free"), ("folder",)),
    Gauge("folkmoot_disk_size_bytes", "Size of the disk of a folder.", _disks("total"), ("folder",)),
)  # fmt: skip

WAITED = Gauge(
    "folkmoot_wait_seconds_total",
    "Seconds of waiting, by what was waited for.",
    lambda standing: {(reason,): seconds for reason, seconds in standing.waits.total().items()},
    ("reason",),
)
"""The one that only grows."""


class StandingCollector(Collector):
    """Reads all of them for whoever asks."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterable[Metric]:
        """Every metric, with its samples."""
        yield from self._gauges()
        waited = CounterMetricFamily(WAITED.name, WAITED.about, labels=WAITED.labels)
        for labels, value in WAITED.read(self._standing).items():
            waited.add_metric(labels, value)
        yield waited

    def _gauges(self) -> Iterator[Metric]:
        for gauge in GAUGES:
            family = GaugeMetricFamily(gauge.name, gauge.about, labels=gauge.labels)
            for labels, value in gauge.read(self._standing).items():
                family.add_metric(labels, value)
            yield family
