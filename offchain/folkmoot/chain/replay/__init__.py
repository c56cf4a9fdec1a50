"""A task's state rebuilt from its logs alone.

It has the form in which the contract stores it, so that the two can be compared field by field. Not in the logs, and so
not rebuilt: the progress of a settling or closing under way, and when a pause was ended early.
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
