"""What a worker needs before it can begin: nodes that can be asked, and its task."""

from collections.abc import Sequence

from folkmoot.chain import Client, FederationContract, TaskContract, find_task
from folkmoot.config import WorkerConfig
from folkmoot.errors import BlobFault, ConfigError, KeyMissing, StoreError
from folkmoot.plurals import counted
from folkmoot.worker.actions import Wait
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.shutdown import Shutdown

STORE_AGAIN = "the store works again"


def is_away(error: Exception) -> bool:
    """Whether it is the store itself that fails, not what it has of one blob."""
    return isinstance(error, StoreError) and not isinstance(error, BlobFault | KeyMissing)


def usable(urls: Sequence[str], reporter: Reporter) -> tuple[str, ...]:
    """Those that are URLs of nodes; the others are reported. Raises `ConfigError` where all are others."""
    faults: dict[str, ConfigError] = {}
    for url in urls:
        try:
            Client([url]).close()
        except ConfigError as error:
            faults[url] = error
    if len(faults) == len(set(urls)):
        raise next(iter(faults.values()))
    for fault in faults.values():
        reporter.problem(ConfigError(f"{fault.message}; the other nodes are asked", fault.hint))
    return tuple(url for url in urls if url not in faults)


def await_task(
    config: WorkerConfig, federation: FederationContract, reporter: Reporter, shutdown: Shutdown
) -> TaskContract:
    """The task that the settings name, once it is proposed.

    Raises `ConfigError` for an address of no task, `ConnectionFailed`, and `Stopped`.
    """
    while isinstance(config.task, int) and config.task >= (count := federation.task_count()):
        what = f"task {config.task} of the federation to be proposed: it has {counted(count, 'task')} so far"
        reporter.waiting(Wait(what), now=0)
        shutdown.sleep(config.poll_seconds)
    return find_task(federation, config.task)
