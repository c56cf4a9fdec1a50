"""Metrics of a worker for Prometheus: what is counted as it happens. What is read when somebody asks is in `gauges`.

Nothing secret is in them: of a node's URL they have the host alone. Labels take few values: names of phases, roles,
functions, errors, and hosts of the settings. One request to a node is made for them at the beginning of each round.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from web3.types import TxReceipt

from folkmoot.chain import Token, TreasuryContract, Verdict, questions
from folkmoot.chain.rpc_errors import Fault
from folkmoot.config import WorkerConfig
from folkmoot.errors import ChainError, ConnectionFailed, ContractError, FolkmootError, InsufficientFunds, StoreError
from folkmoot.learning.learner import BASIS_POINTS
from folkmoot.store import BlobStore
from folkmoot.store.counting import CountingStore
from folkmoot.worker.actions import Transaction, Wait, Work
from folkmoot.worker.gauges import COIN, Standing, StandingCollector
from folkmoot.worker.metering import Meter, Scene
from folkmoot.worker.metrics_server import serve
from folkmoot.worker.reporting import Reporter, why_unscored
from folkmoot.worker.view import View

REQUEST_S = (0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10)
JOB_S = (0.1, 0.5, 2, 10, 30, 60, 300, 900, 3600, 14_400)

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Metrics(Meter):
    """Counts what a worker does, and shows how it stands. `registry` is what others read."""

    def __init__(self, config: WorkerConfig) -> None:
        super().__init__()
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.address = config.metrics or ""
        stores = [place for place in config.store if isinstance(place, Path)]
        folders = {"store" if number == 1 else f"store_{number}": place for number, place in enumerate(stores, 1)}
        self._standing = Standing({"state": config.state, **folders})
        self.registry.register(StandingCollector(self._standing))
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "folkmoot_rpc_request_duration_seconds",
            "How long requests to a node took, answered or not; its count is that of the requests.",
            ["node"],
            registry=self.registry,
            buckets=REQUEST_S,
        )
        self._faults = self._counter(
            "folkmoot_rpc_errors", "Requests that a node did not answer so that it counts.", "node", "kind"
        )
        self._transactions = self._counter(
            "folkmoot_transactions", "The account's transactions in blocks.", "function", "outcome"
        )
        self._gas = self._counter("folkmoot_gas_used", "Gas that they used.", "function")
        self._read = self._counter("folkmoot_blob_read_bytes", "Bytes of blobs that the stores handed over.")
        self._written = self._counter("folkmoot_blob_written_bytes", "Bytes of blobs that the stores took.")
        self._jobs = Histogram(
            "folkmoot_job_duration_seconds",
            "How long finished jobs took, such as train and score, the blobs that they move included.",
            ["action"],
            registry=self.registry,
            buckets=JOB_S,
        )
        self._failed = self._counter(
            "folkmoot_failed_actions", "Jobs and transactions that came to nothing.", "action", "error"
        )
        self._problems = self._counter("folkmoot_problems", "What failed and is tried again.", "error")
        self._judged = self._counter("folkmoot_updates_judged", "Own updates that were judged.", "verdict")
        self._begin_at_zero(config)

    def _begin_at_zero(self, config: WorkerConfig) -> None:
        """Let those exist whose first increase should show as one."""
        for url, kind in product(config.rpc, Fault):
            self._faults.labels(node_of(url), kind)
        for verdict in Verdict:
            if verdict != Verdict.NONE:
                self._judged.labels(verdict.name.lower())
        for error in (ConnectionFailed, StoreError, InsufficientFunds):
            self._problems.labels(error.__name__)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    # ------------------------------------------------------------- what is wrapped

    def serve(self, reporter: Reporter, stack: ExitStack) -> None:
        """As `Meter.serve`."""
        serve(self.address, self.registry, reporter, stack)

    def reporting(self, reporter: Reporter) -> Reporter:
        """As `Meter.reporting`."""
        return CountingReporter(
            reporter, lambda error: self._problems.labels(name_of(error)).inc(), self._standing.waits.see
        )

    def storing(self, store: BlobStore) -> BlobStore:
        """As `Meter.storing`."""
        return CountingStore(store, read=self._read.inc, written=self._written.inc)

    # ------------------------------------------------------------- what is seen

    def begin(self, scene: Scene) -> None:
        """As `Meter.begin`."""
        super().begin(scene)
        self._unit = 10 ** Token(scene.client, scene.record.token).decimals()
        self._standing.scene = scene

    def see(self, view: View) -> None:
        """As `Meter.see`."""
        before = self.view
        super().see(view)
        standing, scene = self._standing, self._standing.scene
        standing.view = view
        if scene is None:
            return
        self._see_verdict(view, scene)
        if before is None or before.round.number != view.round.number:
            self._see_balance(scene)

    def _see_verdict(self, view: View, scene: Scene) -> None:
        own, number = view.own, view.round.number
        if own is None or own.update.verdict == Verdict.NONE:
            return
        if self._standing.score is None or self._standing.score[0] != number:
            self._judged.labels(own.update.verdict.name.lower()).inc()
        is_unknown = not own.update.score and why_unscored(view, own.update, scene.scores)
        self._standing.score = number, None if is_unknown else own.update.score / BASIS_POINTS

    def _see_balance(self, scene: Scene) -> None:
        """Both by one request. What is not told stays as it was."""
        treasury, owed = TreasuryContract(scene.client, scene.record.treasury).asks("owedTo", scene.account)
        with suppress(ChainError):
            coins, tokens = scene.client.ask_many(
                [questions.balance(scene.account), questions.call(treasury, owed, "latest")]
            )
            if isinstance(coins, int):
                self._standing.balance = coins / COIN
            if isinstance(tokens, bytes):
                self._standing.owed = int.from_bytes(tokens) / self._unit

    @contextmanager
    def doing(self, action: Work | Transaction) -> Iterator[None]:
        """As `Meter.doing`."""
        name, began = _CAPITAL.sub("_", type(action).__name__).lower(), time.monotonic()
        self._standing.waits.see(action)
        try:
            yield
        except FolkmootError as error:
            self._failed.labels(name, name_of(error)).inc()
            raise
        if isinstance(action, Work):
            self._jobs.labels(name).observe(time.monotonic() - began)

    # ------------------------------------------------------------- of the chain

    def asked(self, url: str, seconds: float) -> None:
        """As `ChainWatch.asked`."""
        self._requests.labels(node_of(url)).observe(seconds)

    def failed(self, url: str, kind: str) -> None:
        """As `ChainWatch.failed`."""
        self._faults.labels(node_of(url), kind).inc()

    def executed(self, name: str, receipt: TxReceipt) -> None:
        """As `ChainWatch.executed`."""
        self._transactions.labels(name, "executed" if receipt["status"] == 1 else "reverted").inc()
        self._gas.labels(name).inc(receipt["gasUsed"])


@lru_cache
def node_of(url: str) -> str:
    """The host of a node's URL, with its port: users, paths and queries may be secrets."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "malformed"
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"


def name_of(error: FolkmootError) -> str:
    """The name of an error: that of the contracts' one, or of its class."""
    return error.name if isinstance(error, ContractError) else type(error).__name__


class CountingReporter:
    """A `Reporter` whose problems are counted, and whose waits are seen."""

    def __init__(self, inner: Reporter, count: Callable[[FolkmootError], None], wait: Callable[[Wait], None]) -> None:
        self._inner, self._count, self._wait = inner, count, wait

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._inner.__exit__(*exc)

    def fact(self, text: str) -> None:
        """As `Reporter.fact`."""
        self._inner.fact(text)

    def problem(self, error: FolkmootError) -> None:
        """As `Reporter.problem`."""
        self._count(error)
        self._inner.problem(error)

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        """As `Reporter.progress`."""
        self._inner.progress(what, done, total, detail)

    def waiting(self, wait: Wait, now: int) -> None:
        """As `Reporter.waiting`."""
        self._wait(wait)
        self._inner.waiting(wait, now)
