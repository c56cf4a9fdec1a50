"""What a worker's store keeps of its task: the blobs that count are held, and a light member lets go of old ones."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack

from folkmoot.chain import Client, Event, EventFeed, Parameters, Phase
from folkmoot.chain.watching import UNWATCHED, ChainWatch
from folkmoot.config import KEEP_ALL, KEEP_LATEST, WorkerConfig
from folkmoot.errors import BlobFault, StoreError
from folkmoot.plurals import counted
from folkmoot.store import cid
from folkmoot.store.blobs import KeepingStore
from folkmoot.store.opening import is_node
from folkmoot.task_record import NAMING, Stand, TaskRecord
from folkmoot.worker.background import Background
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.view import View

FINISH_S = 30.0  # at the end of a task, for what its last round has left to do
MAX_MISSES = 5  # blobs that are found nowhere before the rest is left to the next time
SHARED = (
    'keep = "latest" lets go of nothing in a folder, a bucket or on a server, where others may need it; '
    "in a store of your own, old blobs are removed by: folkmoot store prune"
)


class Keeper:
    """Does after each change of the rounds what the setting `keep` says, in the first of the member's stores.

    `news` gives the task's events since it was last called. `limit` is in bytes.
    """

    def __init__(
        self,
        store: KeepingStore,
        record: TaskRecord,
        news: Callable[[], Iterable[Event]],
        *,
        keep: str,
        limit: int,
        reporter: Reporter,
    ) -> None:
        self._store, self._record, self._news = store, record, news
        self._keep, self._limit, self._reporter = keep, limit, reporter
        self._stand: Stand | None = None
        self._missed: set[bytes] = set()  # and reported
        if keep == KEEP_LATEST and store.is_shared:
            reporter.fact(SHARED)

    def is_new(self, view: View) -> bool:
        """Whether this view leaves something to do that the one before did not: `tidy`."""
        before, self._stand = self._stand, Stand.of(view.round.number, view.phase)
        return self._stand != before or view.phase == Phase.FINISHED

    def tidy(self) -> None:
        """Hold what is to be held, let go of the rest. Raises `StoreError` and `ConnectionFailed`."""
        self._record.add(self._news())
        stand = self._stand
        if stand is None or stand.round not in self._record.models:
            return  # a node that is behind has not told the round's beginning
        held = set(self._store.held())
        self._hold([pointer for pointer in self._wanted(stand) if pointer not in held])
        if self._keep == KEEP_LATEST and not self._store.is_shared:
            self._let_go(held & {*self._record} - self._record.kept(self._keep, stand))

    def _wanted(self, stand: Stand) -> tuple[bytes, ...]:
        if self._keep == KEEP_ALL:
            return self._record.counting
        current = (self._record.models.get(number) for number in (stand.round + 1, stand.round))
        return (self._record.descriptor, *filter(None, current))

    def _hold(self, pointers: Sequence[bytes]) -> None:
        """Blobs that cannot be had are reported once each, and looked for again the next time, after the others."""
        missed: dict[bytes, StoreError] = {}
        for pointer in sorted(pointers, key=self._missed.__contains__):
            try:
                self._store.pin(pointer, limit=self._limit)
            except BlobFault as error:
                missed[pointer] = error
                if len(missed) == MAX_MISSES:
                    break
        new = [pointer for pointer in missed if pointer not in self._missed]
        self._missed |= {*new}
        if new:
            message = f"{counted(len(new), 'blob')} of the task cannot be held now, the first is {cid(new[0])}"
            self._reporter.problem(StoreError(message, f"{missed[new[0]]}; it is tried again after the next change"))

    def _let_go(self, pointers: set[bytes]) -> None:
        removed = [pointer for pointer in pointers if self._store.remove(pointer)]
        if removed:
            self._store.collect()


def start_keeping(
    config: WorkerConfig,
    store: KeepingStore,
    task: str,
    parameters: Parameters,
    *,
    since: int,
    limit: int,
    reporter: Reporter,
    stack: ExitStack,
    check: Callable[[], None] = lambda: None,
    watch: ChainWatch = UNWATCHED,
) -> Callable[[View], None]:
    """Keep the blobs of the task at this address beside its rounds; what is returned is to be told each view.

    `since` is a block before the task, `limit` the size of its blobs in bytes. `check` may end by raising the wait for
    what is left at the task's end; `watch` is told of requests. Where there is one store and it keeps what is written
    to it, as a folder does, there is nothing to do.
    """
    if len(config.store) == 1 and not is_node(config.store[0]) and config.keep == KEEP_ALL:
        return lambda _: None
    client = stack.enter_context(Client(config.rpc, watch=watch))
    news, record = EventFeed(client, task, since, NAMING), TaskRecord.of(parameters)
    keeper = Keeper(store, record, news, keep=config.keep, limit=limit, reporter=reporter)
    background = stack.enter_context(Background("keeping blobs", keeper.tidy, reporter))

    def follow(view: View) -> None:
        if keeper.is_new(view):
            background.ask()
        if view.phase == Phase.FINISHED:
            background.finish(FINISH_S, check)

    return follow
