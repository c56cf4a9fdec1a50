"""The participant: one process that trains, judges, aggregates and keeps its task going."""

from offchain.worker.assemble import run_worker
from offchain.worker.exchange import Exchange, fetch_descriptor
from offchain.worker.learners import held_out_data, make_learner, member_data
from offchain.worker.reporter import LiveReporter, PlainReporter, Reporter, make_reporter
from offchain.worker.step import step
from offchain.worker.view import View

__all__ = [
    "Exchange",
    "LiveReporter",
    "PlainReporter",
    "Reporter",
    "View",
    "fetch_descriptor",
    "held_out_data",
    "make_learner",
    "make_reporter",
    "member_data",
    "run_worker",
    "step",
]
