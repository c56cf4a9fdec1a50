"""Putting a worker together from its configuration, and running it."""

from contextlib import ExitStack

from eth_account.signers.local import LocalAccount

from folkmoot.chain import Client, FederationContract, Sender, deployments, find_task, load_account, read_password
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConnectionFailed, StoreError
from folkmoot.store import LocalStore
from folkmoot.worker.drills import find_drill
from folkmoot.worker.exchange import Exchange, fetch_descriptor
from folkmoot.worker.journal import Journal
from folkmoot.worker.learners import make_learner
from folkmoot.worker.loop import Worker
from folkmoot.worker.observer import Observer
from folkmoot.worker.perform import Performer
from folkmoot.worker.reader import Reader
from folkmoot.worker.reporter import Reporter
from folkmoot.worker.stopper import Stopped, Stopper
from folkmoot.worker.transactions import Transactor


def run_worker(config: WorkerConfig, reporter: Reporter) -> int:
    """Take part in a task until it is over, or until SIGINT or SIGTERM. Runs in the main thread.

    Returns the process's exit code: 0 for a finished task or a stop, 1 for a task that never started. What mends itself
    (a chain or a store that is down, a race that was lost) is reported and tried again. Raises `FolkmootError` for what
    the operator has to mend before the work can begin.
    """
    account = load_account(config.keystore, lambda: read_password(config.keystore, config.password_file))
    with ExitStack() as stack:
        stopper = stack.enter_context(Stopper())
        stack.enter_context(reporter)
        try:
            return _assembled(config, account, stack, reporter, stopper).run()
        except Stopped:
            reporter.fact("stopped")
            return 0


def _assembled(
    config: WorkerConfig, account: LocalAccount, stack: ExitStack, reporter: Reporter, stopper: Stopper
) -> Worker:
    """As `_assemble`, once the chain answers and the store has the task's descriptor."""
    client = stack.enter_context(Client(config.rpc))
    while True:
        try:
            return _assemble(config, account, client, stack, reporter, stopper)
        except (ConnectionFailed, StoreError) as error:
            reporter.problem(error)
            stopper.sleep(config.poll_seconds)


def _assemble(
    config: WorkerConfig,
    account: LocalAccount,
    client: Client,
    stack: ExitStack,
    reporter: Reporter,
    stopper: Stopper,
) -> Worker:
    record = deployments.read(config.deployments, client)
    federation = FederationContract(client, record.federation)
    task = find_task(federation, config.task)
    parameters = task.parameters()
    store = LocalStore(config.store)
    descriptor = fetch_descriptor(store, parameters.descriptor)
    exchange = Exchange(store, descriptor, task=task.address, first_model=parameters.model)
    drill = find_drill(config)
    learner = make_learner(config, descriptor, drill.poison)
    # Addresses repeat on local chains that are started anew; the deployment's block does not.
    chain = f"{record.chain_id}-{record.block_hash.removeprefix('0x')[:16]}"
    journal = stack.enter_context(Journal(config.state / chain / task.address.lower() / account.address.lower()))
    reader = Reader(federation, task, parameters, account.address, config.turn_seconds)
    observer = Observer(client, reader, exchange, journal)
    performer = Performer(
        observer=observer,
        transactor=Transactor(Sender(client, account, sleep=stopper.sleep), task, record.chain_id),
        exchange=exchange,
        journal=journal,
        labour=drill.labour(account.address, learner, exchange),
        reporter=reporter,
        stopper=stopper,
    )
    return Worker(
        observer=observer,
        decide=drill.decide,
        performer=performer,
        reporter=reporter,
        stopper=stopper,
        poll=config.poll_seconds,
    )
