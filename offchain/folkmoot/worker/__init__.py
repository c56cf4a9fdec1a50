"""The participant: one process that trains, scores, aggregates and moves its task forward."""

from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from folkmoot.worker.learners import make_learner, member_data
from folkmoot.worker.reporting import LiveReporter, PlainReporter, Reporter, make_reporter
from folkmoot.worker.runner import Behaviour, run_worker
from folkmoot.worker.step import step
from folkmoot.worker.view import View

__all__ = [
    "Behaviour",
    "LiveReporter",
    "PlainReporter",
    "Reporter",
    "TaskBlobs",
    "View",
    "fetch_descriptor",
    "make_learner",
    "make_reporter",
    "member_data",
    "run_worker",
    "step",
]
