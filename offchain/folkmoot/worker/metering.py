"""What sees a worker at work: how it stands for its log lines and, where the setting `metrics` asks for it, metrics.

Everything that is counted passes through here: views, jobs, waits, problems, requests, transactions and blobs.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass

from folkmoot.chain import Client, Deployment
from folkmoot.chain.watching import ChainWatch
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError
from folkmoot.score_meaning import ScoreMeaning
from folkmoot.store import BlobStore
from folkmoot.worker.actions import Transaction, Work
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a worker works at: its chain, its task and account by their addresses, and what scores mean."""

    client: Client
    record: Deployment
    task: str
    account: str
    scores: ScoreMeaning


class Meter(ChainWatch):
    """Sees a worker at work, and only keeps how it stands. Other threads may read that."""

    def __init__(self) -> None:
        self.view: View | None = None  # the last one
        self.task = ""

    def facts(self) -> Mapping[str, object]:
        """Where the worker stands: the task's address, round and phase, as far as they are known."""
        view = self.view
        if view is None:
            return {"task": self.task} if self.task else {}
        return {"task": self.task, "round": view.round.number, "phase": view.phase.name.lower()}

    def serve(self, reporter: Reporter, stack: ExitStack) -> None:
        """Let others read what is counted while the stack lasts."""

    def reporting(self, reporter: Reporter) -> Reporter:
        """The reporter, its problems counted and its waits timed."""
        return reporter

    def storing(self, store: BlobStore) -> BlobStore:
        """The store, its bytes counted."""
        return store

    def begin(self, scene: Scene) -> None:
        """The worker is assembled. Raises `ConnectionFailed`."""
        self.task = scene.task

    def see(self, view: View) -> None:
        """The worker looked at its task."""
        self.view = view

    def doing(self, action: Work | Transaction) -> AbstractContextManager[object]:
        """While an action is done."""
        del action
        return nullcontext()


def make_meter(config: WorkerConfig) -> Meter:
    """What the settings ask for. Raises `ConfigError` where they ask for metrics and the library is missing."""
    if config.metrics is None:
        return Meter()
    try:
        from folkmoot.worker.metrics import Metrics  # noqa: PLC0415 - its library is an extra
    except ModuleNotFoundError as error:
        if error.name != "prometheus_client":
            raise
        hint = "install it: pip install 'folkmoot[metrics]', or take the setting out"
        raise ConfigError("prometheus-client is not installed, and the setting `metrics` needs it", hint) from error
    return Metrics(config)
