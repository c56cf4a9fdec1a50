"""A worker from its configuration to its end: assembly, then one loop of observe, decide, execute, wait."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from time import monotonic

from eth_account.signers.local import LocalAccount

from folkmoot.aggregation import draws
from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import (
    Client,
    FederationContract,
    GasSettings,
    Phase,
    Sender,
    deployments,
    load_account,
    read_password,
)
from folkmoot.config import WorkerConfig
from folkmoot.encryption import MAX_SHARES
from folkmoot.errors import ConnectionFailed, ContractError, DeadlinePassed, FolkmootError, StoreError
from folkmoot.learning import Descriptor, Learner
from folkmoot.score_meaning import UNKNOWN, ScoreMeaning
from folkmoot.store import LocalStore, open_store
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor, stored_limit
from folkmoot.worker.actions import Action, Stop, Wait
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.copying import open_copies, start_restoring
from folkmoot.worker.executor import Executor
from folkmoot.worker.final_score import FinalScorer, Pauses
from folkmoot.worker.journal import Journal
from folkmoot.worker.keeping import start_keeping
from folkmoot.worker.key_sharing import KeySharing
from folkmoot.worker.learners import make_learner
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.observer import Observer, Reader
from folkmoot.worker.pace import QUICK_S, Pace, Refusals
from folkmoot.worker.peers import start_meeting
from folkmoot.worker.reporting import Reporter, describe_changes
from folkmoot.worker.shutdown import Shutdown, Stopped
from folkmoot.worker.start import STORE_AGAIN, await_task, is_away, usable
from folkmoot.worker.step import step
from folkmoot.worker.transactor import Transactor
from folkmoot.worker.view import View

MAX_PAUSE = 8  # polls between two attempts at what keeps failing

_RACES = {"WrongPhase", "WrongRound"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a worker learns, computes and decides. The default is the protocol's; simulations have others."""

    learner: Callable[[WorkerConfig, Descriptor], Learner] = make_learner
    compute: Callable[[str, Learner, TaskBlobs], LocalCompute] = LocalCompute
    decide: Callable[[View], Action] = step


HONEST = Behaviour()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The loop and its parts. `poll` is the longest pause between two looks at the chain, in seconds.

    `scores` is what the task's scores mean.
    """

    observer: Observer
    local: LocalFacts
    decide: Callable[[View], Action]
    executor: Executor
    reporter: Reporter
    shutdown: Shutdown
    poll: float
    scores: ScoreMeaning = UNKNOWN
    followers: Sequence[Callable[[View], None]] = ()  # what goes on beside the rounds goes by the views, too

    def run(self) -> int:
        """Go on until the task is over; returns an exit code. Raises `Stopped`."""
        last, failures = None, 0
        pace, refusals = Pace(self.poll, self.observer.until_look), Refusals()
        while True:
            try:
                view = self.local.add_to(self.observer.view())
                self._report_changes(last, view)
                last = view
                for follow in self.followers:
                    follow(view)
                action = self.decide(view)
                if isinstance(action, Stop):
                    self.reporter.fact(action.reason)
                    return int(view.phase != Phase.FINISHED)
                if not self._act(action, view, refusals):
                    self._rest(action, view, pace.pause((view.phase, view.round, view.roster, view.progress)))
                failures = 0
            except FolkmootError as error:
                failures = 0 if _is_fact(error) else failures + 1
                self._report_error(error)
                self.shutdown.sleep(self.poll * min(2**failures, MAX_PAUSE))

    def _act(self, action: Action, view: View, refusals: Refusals) -> bool:
        """Whether something was done, so that the next look is due at once."""
        self.shutdown.check()
        if isinstance(action, Wait):
            self.reporter.waiting(action, view.now)
        elif not isinstance(action, Stop) and not refusals.hold(action, view.block):
            if self.executor.do(action, view):
                return True
            refusals.add(action, view.block)  # it was done before, or is not due yet by the node's time
        return False

    def _rest(self, action: Action, view: View, seconds: float) -> None:
        """Until the next look at the chain: at the latest after so many seconds, or when blobs come that are needed."""
        while isinstance(action, Wait) and action.is_for_blobs and seconds > QUICK_S:
            began = monotonic()
            self.shutdown.sleep(QUICK_S)
            if self.local.add_to(view) != view:
                return
            seconds -= max(QUICK_S, monotonic() - began)  # a store that hangs takes time of its own
        self.shutdown.sleep(max(0.0, seconds))

    def _report_changes(self, last: View | None, view: View) -> None:
        for sentence in describe_changes(last, view, self.scores):
            self.reporter.fact(sentence)

    def _report_error(self, error: FolkmootError) -> None:
        if _is_fact(error):
            self.reporter.fact(f"too late: {error.message}")
        else:
            self.reporter.problem(error)


def _is_fact(error: FolkmootError) -> bool:
    """Whether the error only says that the time was up or that someone else was faster."""
    return isinstance(error, DeadlinePassed) or (isinstance(error, ContractError) and error.name in _RACES)


def run_worker(config: WorkerConfig, reporter: Reporter, behaviour: Behaviour = HONEST) -> int:
    """Take part in a task until it is over, or until SIGINT or SIGTERM. Runs in the main thread.

    Returns the process's exit code: 0 for a finished task or a stop, 1 for a task that never started. A task that is
    not proposed yet is waited for. Faults that pass (a chain or a store that is down, a lost race) are reported and
    tried again. Raises `FolkmootError` for what the operator has to fix before the work can begin.
    """
    keystore, file = config.keystore, config.password_file
    account = load_account(keystore, lambda: read_password(keystore, file), file)
    with ExitStack() as stack:
        shutdown = stack.enter_context(Shutdown())
        stack.enter_context(reporter)
        config = replace(config, rpc=usable(config.rpc, reporter))
        start_meeting(config, reporter, stack)
        try:
            return _assemble_when_ready(config, behaviour, account, stack, reporter, shutdown).run()
        except Stopped:
            reporter.fact("stopped")
            return 0


def _assemble_when_ready(
    config: WorkerConfig,
    behaviour: Behaviour,
    account: LocalAccount,
    stack: ExitStack,
    reporter: Reporter,
    shutdown: Shutdown,
) -> Worker:
    """A worker, as soon as the chain answers, the task is proposed and the store has its descriptor."""
    client, was_away = stack.enter_context(Client(config.rpc, gas=GasSettings(config.gas_price, config.max_fee))), False
    while True:
        try:
            with ExitStack() as attempt:  # lets go of what a failed one has taken, such as the journal
                worker = _assemble(config, behaviour, account, client, attempt, reporter, shutdown)
                stack.push(attempt.pop_all())
                if was_away:
                    reporter.fact(STORE_AGAIN)
                return worker
        except (ConnectionFailed, StoreError) as error:
            was_away = was_away or is_away(error)
            reporter.problem(error)
            shutdown.sleep(config.poll_seconds)


def _assemble(
    config: WorkerConfig,
    behaviour: Behaviour,
    account: LocalAccount,
    client: Client,
    stack: ExitStack,
    reporter: Reporter,
    shutdown: Shutdown,
) -> Worker:
    record = deployments.read(config.deployments, client)
    federation = FederationContract(client, record.federation)
    task = await_task(config, federation, reporter, shutdown)
    parameters = task.parameters()
    store = open_store(config.store)
    # On a restarted local chain addresses repeat; the deployment's block does not.
    folder = config.state / f"{record.chain_id}-{record.block_hash.removeprefix('0x')[:16]}" / task.address.lower()
    descriptor = fetch_descriptor(store, parameters.descriptor, LocalStore(folder / "descriptor"))
    keys = BlobKeys.of(store, descriptor, task=task, record=record, account=lambda: account)
    learner = behaviour.learner(config, descriptor)
    journal = stack.enter_context(Journal(folder / account.address.lower()))
    copies = open_copies(folder / account.address.lower() / "copies", store, descriptor, reporter)
    blobs = TaskBlobs(copies, descriptor, task=task.address, first_model=parameters.model, keys=keys)
    turn, draw = config.turn_seconds, draws(descriptor.aggregation)
    reader = Reader(federation, task, parameters, account.address, turn, draws=draw)
    sharing = KeySharing(blobs, keys) if keys else None
    observer, local = Observer(client, reader), LocalFacts(blobs, journal, sharing, copies)
    pauses = Pauses(shutdown.sleep)
    executor = Executor(
        look=observer.view,
        local=local,
        transactor=Transactor(Sender(client, account, sleep=pauses.sleep), task, record.chain_id),
        compute=behaviour.compute(account.address, learner, blobs),
        reporter=reporter,
        shutdown=shutdown,
    )
    return Worker(
        observer=observer,
        local=local,
        decide=behaviour.decide,
        executor=executor,
        reporter=reporter,
        shutdown=shutdown,
        poll=config.poll_seconds,
        scores=ScoreMeaning.of(parameters, record.rules, descriptor.metric),
        followers=(
            FinalScorer(executor, local, observer.view, reporter, pauses, config.poll_seconds),
            start_restoring(copies, reporter, stack, shutdown.check),
            start_keeping(
                config,
                store,
                task.address,
                parameters,
                since=record.first_block,
                limit=max(MAX_SHARES, stored_limit(descriptor)),
                reporter=reporter,
                stack=stack,
                check=shutdown.check,
            ),
        ),
    )
