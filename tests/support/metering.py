"""Metrics of a worker that is made up, and their samples as somebody reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from folkmoot.chain.answers import Block
from folkmoot.chain.clock import Sighting
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConnectionFailed
from folkmoot.score_meaning import UNKNOWN
from folkmoot.worker.gauges import GAUGES, WAITED
from folkmoot.worker.metering import Scene
from folkmoot.worker.metrics import Metrics
from tests.support.views import SEATS, TASK, address

BLOCK = Block(number=7, hash="0x07", time=9_990, gas_limit=30_000_000, base_fee=2 * 10**9)

Samples = Mapping[tuple[str, ...], float]


@dataclass
class _Clock:
    sighting: Sighting
    clock: Callable[[], float]


@dataclass
class Chain:
    """Stands for a client and a deployment record; `requests` counts what is asked of it."""

    coins: int = 3 * 10**18
    owed: int = 5 * 10**6
    head: Block = BLOCK
    stood: float = 0.0
    ago: float = 5.0
    is_down: bool = False
    requests: int = 0
    chain_id: int = 31_337
    federation: str = address(301)
    treasury: str = address(302)
    token: str = address(303)

    @property
    def sighting(self) -> Sighting:
        return Sighting(self.head, 100.0, self.stood)

    @property
    def clock(self) -> Any:
        return _Clock(self.sighting, lambda: 100.0 + self.ago)

    def ask_many(self, asked: list[Any]) -> list[Any]:
        self.requests += 1
        if self.is_down:
            raise ConnectionFailed("no node answers")
        assert [question.method for question in asked] == ["eth_getBalance", "eth_call"]
        return [self.coins, encode(["uint256"], [self.owed])]

    def read(self, *_: object) -> bytes:
        self.requests += 1
        return encode(["uint8"], [6])  # the token's decimals


@dataclass
class Measured:
    """A worker's metrics, and the chain that they are of."""

    folder: Path
    chain: Any = field(default_factory=Chain)
    account: str = SEATS[0]

    def __post_init__(self) -> None:
        config = WorkerConfig(metrics="127.0.0.1:9100", state=self.folder, store=(self.folder, "s3://bucket/blobs"))
        self.metrics = Metrics(config)

    def begin(self) -> None:
        scene = Scene(client=self.chain, record=self.chain, task=TASK, account=self.account, scores=UNKNOWN)
        self.metrics.begin(scene)

    def samples(self) -> Samples:
        return samples(self.metrics.registry)


def samples(registry: CollectorRegistry) -> Samples:
    """Values by the name, followed by the values of labels in the order of their names."""
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def exposed(registry: CollectorRegistry) -> Mapping[str, frozenset[str]]:
    """The labels of every sample that a worker may expose, by the samples' names."""
    found: dict[str, set[str]] = {gauge.name: {*gauge.labels} for gauge in (*GAUGES, WAITED)}
    for metric in registry._collector_to_names:
        if isinstance(metric, MetricWrapperBase):
            labels = set(metric._labelnames)
            for suffix, more in _SUFFIXES[metric._type].items():
                found[metric._name + suffix] = labels | more
    process = (one.name for family in registry.collect() for one in family.samples if family.name.startswith("process"))
    return {name: frozenset(labels) for name, labels in {**found, **{name: set() for name in process}}.items()}


_SUFFIXES: Mapping[str, Mapping[str, set[str]]] = {
    "counter": {"_total": set()},
    "histogram": {"_bucket": {"le"}, "_count": set(), "_sum": set()},
}
