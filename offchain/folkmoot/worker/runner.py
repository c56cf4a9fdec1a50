"""A worker from its configuration to its end: it is assembled, then its loop runs."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from eth_account.signers.local import LocalAccount

from folkmoot.aggregation import draws
from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import (
    Client,
    FederationContract,
    GasSettings,
    Sender,
    deployments,
    load_account,
    read_password,
)
from folkmoot.config import WorkerConfig
from folkmoot.encryption import MAX_SHARES
from folkmoot.errors import ConnectionFailed, StoreError
from folkmoot.learning import Descriptor, Learner
from folkmoot.score_meaning import ScoreMeaning
from folkmoot.store import LocalStore, open_store
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor, stored_limit
from folkmoot.worker.actions import Action
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.copying import open_copies, start_restoring
from folkmoot.worker.executor import Executor
from folkmoot.worker.final_score import FinalScorer, Pauses
from folkmoot.worker.journal import Journal
from folkmoot.worker.keeping import start_keeping
from folkmoot.worker.key_sharing import KeySharing
from folkmoot.worker.learners import make_learner
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.loop import Worker
from folkmoot.worker.metering import Meter, Scene, make_meter
from folkmoot.worker.observer import Observer, Reader
from folkmoot.worker.peers import start_meeting
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.shutdown import Shutdown, Stopped
from folkmoot.worker.start import STORE_AGAIN, await_task, is_away, usable
from folkmoot.worker.step import step
from folkmoot.worker.transactor import Transactor
from folkmoot.worker.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a worker learns, computes and decides. The default is the protocol's; simulations have others."""

    learner: Callable[[WorkerConfig, Descriptor], Learner] = make_learner
    compute: Callable[[str, Learner, TaskBlobs], LocalCompute] = LocalCompute
    decide: Callable[[View], Action] = step


HONEST = Behaviour()


def run_worker(
    config: WorkerConfig, reporter: Reporter, behaviour: Behaviour = HONEST, meter: Meter | None = None
) -> int:
    """Take part in a task until it is over, or until SIGINT or SIGTERM. Runs in the main thread.

    `meter` sees the work; without one, one is made as the settings ask.

    Returns the process's exit code: 0 for a finished task or a stop, 1 for a task that never started. A task that is
    not proposed yet is waited for. Faults that pass (a chain or a store that is down, a lost race) are reported and
    tried again. Raises `FolkmootError` for what the operator has to fix before the work can begin.
    """
    keystore, file = config.keystore, config.password_file
    account = load_account(keystore, lambda: read_password(keystore, file), file)
    meter = meter or make_meter(config)
    reporter = meter.reporting(reporter)
    with ExitStack() as stack:
        shutdown = stack.enter_context(Shutdown())
        stack.enter_context(reporter)
        config = replace(config, rpc=usable(config.rpc, reporter))
        meter.serve(reporter, stack)
        start_meeting(config, reporter, stack, meter)
        try:
            return _assemble_when_ready(config, behaviour, account, stack, reporter, shutdown, meter).run()
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
    meter: Meter,
) -> Worker:
    """A worker, as soon as the chain answers, the task is proposed and the store has its descriptor."""
    gas = GasSettings(config.gas_price, config.max_fee)
    client, was_away = stack.enter_context(Client(config.rpc, gas=gas, watch=meter)), False
    while True:
        try:
            with ExitStack() as attempt:  # lets go of what a failed one has taken, such as the journal
                worker = _assemble(config, behaviour, account, client, attempt, reporter, shutdown, meter)
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
    meter: Meter,
) -> Worker:
    record = deployments.read(config.deployments, client)
    federation = FederationContract(client, record.federation)
    task = await_task(config, federation, reporter, shutdown)
    parameters = task.parameters()
    stored = open_store(config.store)
    store = meter.storing(stored)
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
    pauses, scores = Pauses(shutdown.sleep), ScoreMeaning.of(parameters, record.rules, descriptor.metric)
    scene = Scene(client=client, record=record, task=task.address, account=account.address, scores=scores)
    meter.begin(scene)
    executor = Executor(
        look=observer.view,
        local=local,
        transactor=Transactor(Sender(client, account, sleep=pauses.sleep), task, record.chain_id),
        compute=behaviour.compute(account.address, learner, blobs),
        reporter=reporter,
        shutdown=shutdown,
        meter=meter,
    )
    return Worker(
        observer=observer,
        local=local,
        decide=behaviour.decide,
        executor=executor,
        reporter=reporter,
        shutdown=shutdown,
        poll=config.poll_seconds,
        scores=scores,
        meter=meter,
        followers=(
            FinalScorer(executor, local, observer.view, reporter, pauses, config.poll_seconds),
            start_restoring(copies, reporter, stack, shutdown.check),
            start_keeping(
                config,
                stored,
                task.address,
                parameters,
                since=record.first_block,
                limit=max(MAX_SHARES, stored_limit(descriptor)),
                reporter=reporter,
                stack=stack,
                check=shutdown.check,
                watch=meter,
            ),
        ),
    )
