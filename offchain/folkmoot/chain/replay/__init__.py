"""A task rebuilt from its logs alone: nothing else on the chain is needed to know who did what, and what ends when.

What is rebuilt has the form in which the contract stores it, so that the two can be compared field by field. In no
log, and so not here: how far a settling or closing that is still under way has come, and when a pause was ended early.
"""

from collections.abc import Iterable
from functools import reduce

from folkmoot.chain.events.event import Event
from folkmoot.chain.replay.rounds import after
from folkmoot.chain.replay.state import TaskState
from folkmoot.chain.structs import Parameters


def replay(events: Iterable[Event], *, task: str, parameters: Parameters) -> TaskState:
    """The state of the task at address `task` after its events, in their order; other events change nothing.

    `TaskProposed`, an event of the federation, tells both the address and the parameters.
    """
    return reduce(lambda state, event: after(event, state), events, TaskState(task, parameters))
