"""Every phase and every function of a task: allowed, or by which error with which values it is refused.

Each function is called by whom it is meant for and with arguments that fit, so that only the phase can refuse it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import Lifecycle, in_words, pointer
from tests.support.evm import outcome, refusal_text, rewound, word

P = Phase
RUNNING = {P.SAMPLING, P.TRAINING, P.COMMITTING, P.REVEALING, P.SETTLING, P.AGGREGATING, P.CLOSING, P.STALLED, P.PAUSED}

ALLOWED: Mapping[str, set[Phase]] = {
    "approve": {P.PROPOSED},
    "cancel": {P.PROPOSED, P.ENROLLING},
    "enrol": {P.ENROLLING, *RUNNING},
    "start": {P.ENROLLING},
    "expire": {P.ENROLLING},
    "fund": {P.ENROLLING, *RUNNING},
    "pause": RUNNING,
    "resume": {P.PAUSED},
    "rollback": RUNNING,
    "sampleTrainers": {P.SAMPLING},
    "submitUpdate": {P.TRAINING},
    "commitScores": {P.COMMITTING},
    "revealScores": {P.REVEALING},
    "settle": {P.SETTLING},
    "attest": {P.AGGREGATING},
    "close": {P.CLOSING},
    "recover": {P.STALLED},
    "retire": set(Phase) - {P.PROPOSED, P.CANCELLED},  # where somebody has enrolled
    "shareKeys": set(Phase),
    "scoreModel": {P.FINISHED},
}

MANAGERS_ONLY = ("approve", "cancel", "fund", "pause", "resume", "rollback")
NEEDS_A_RUN = ("enrol", "fund", "pause", "rollback")  # refused by TaskNotRunning, all others by WrongPhase

FEW_TRAIN = {"activeShare": 6_000}

Walk = Callable[[Callable[..., Lifecycle]], Lifecycle]


def enrolled(lifecycle: Callable[..., Lifecycle]) -> Lifecycle:
    life = lifecycle().to(P.ENROLLING)
    life.enrol()
    return life


def enrolled_late(lifecycle: Callable[..., Lifecycle]) -> Lifecycle:
    life = enrolled(lifecycle)
    life.time_out()
    return life


def expired(lifecycle: Callable[..., Lifecycle]) -> Lifecycle:
    life = enrolled(lifecycle)
    life.cast.federation.leave({"from": life.committee[0]})
    life.time_out()
    life.task.expire(life.anyone)
    return life


def paused(lifecycle: Callable[..., Lifecycle], phase: Phase, **changes: Any) -> Lifecycle:
    life = lifecycle(**changes).to(phase)
    life.pause(500)
    return life


ROWS: Mapping[str, Walk] = {
    "proposed": lambda start: start(),
    "enrolling": enrolled,
    "enrolling, after its window": enrolled_late,
    "sampling": lambda start: start(**FEW_TRAIN).to(P.SAMPLING),
    "training": lambda start: start().to(P.TRAINING),
    "committing": lambda start: start().to(P.COMMITTING),
    "revealing": lambda start: start().to(P.REVEALING),
    "settling": lambda start: start().to(P.SETTLING),
    "aggregating": lambda start: start().to(P.AGGREGATING),
    "closing": lambda start: start().to(P.CLOSING),
    "stalled in training": lambda start: start().to_stalled(P.TRAINING),
    "stalled in committing": lambda start: start().to_stalled(P.COMMITTING),
    "stalled in revealing": lambda start: start().to_stalled(P.REVEALING),
    "stalled in aggregating": lambda start: start().to_stalled(P.AGGREGATING),
    "stalled with nothing accepted": lambda start: start().waste_round(),
    "paused in sampling": lambda start: paused(start, P.SAMPLING, **FEW_TRAIN),
    "paused in training": lambda start: paused(start, P.TRAINING),
    "paused in aggregating": lambda start: paused(start, P.AGGREGATING),
    "paused in closing": lambda start: paused(start, P.CLOSING),
    "finished": lambda start: start(totalRounds=1).to(P.FINISHED),
    "expired": expired,
    "cancelled": lambda start: start().to(P.CANCELLED),
}

REQUIRED = {
    "approve": P.PROPOSED,
    "cancel": P.ENROLLING,
    "start": P.ENROLLING,
    "expire": P.ENROLLING,
    "resume": P.PAUSED,
    "sampleTrainers": P.SAMPLING,
    "submitUpdate": P.TRAINING,
    "commitScores": P.COMMITTING,
    "revealScores": P.REVEALING,
    "settle": P.SETTLING,
    "attest": P.AGGREGATING,
    "close": P.CLOSING,
    "recover": P.STALLED,
    "scoreModel": P.FINISHED,
}


def exceptions(row: str, life: Lifecycle) -> dict[str, str]:
    """Where the phase allows a function and something else of the row does not."""
    start_by, until = life.task.roster()["startBy"], life.task.round()["pausedUntil"]
    special: dict[str, dict[str, tuple[Any, ...]]] = {
        "enrolling": {"expire": ("EnrolmentOpen", start_by)},
        "enrolling, after its window": {"expire": ("TaskCanStart",)},
        "closing": {"rollback": ("CannotRollBack", 0), "attest": ("AlreadyAttested", life.committee[0], 0)},
        "paused in sampling": {"pause": ("AlreadyPaused", until)},
        "paused in training": {"pause": ("AlreadyPaused", until)},
        "paused in aggregating": {"pause": ("AlreadyPaused", until)},
        "paused in closing": {
            "pause": ("AlreadyPaused", until),
            "rollback": ("CannotRollBack", 0),
            "attest": ("WrongPhase", 0, P.PAUSED, P.CLOSING),
        },
    }
    return {function: refusal_text(*error) for function, error in special.get(row, {}).items()}


def expected(life: Lifecycle, phase: Phase, function: str) -> str:
    if phase in ALLOWED[function]:
        return "allowed"
    if function == "retire":
        return refusal_text("NotEnrolled", life.trainers[-1])
    if function in NEEDS_A_RUN:
        return refusal_text("TaskNotRunning", phase)
    return refusal_text("WrongPhase", 0, phase, REQUIRED[function])


def calls(life: Lifecycle) -> dict[str, tuple[Any, list[Any]]]:
    """Who calls each function, and with what."""
    seat, author, manager, anyone = life.committee[0], life.trainers[0], life.cast.managers[1], life.cast.outsider
    return {
        "approve": (manager, [1, life.committee]),
        "cancel": (manager, []),
        "enrol": (life.cast.members[9], []),
        "start": (anyone, []),
        "expire": (anyone, []),
        "fund": (manager, [1]),
        "pause": (manager, [500]),
        "resume": (manager, [life.task.round()["pausedUntil"]]),
        "rollback": (manager, [0, life.committee]),
        "submitUpdate": (author, [0, pointer(author, 0), 1]),
        "commitScores": (seat, [0, 0, word(1)]),
        "revealScores": (seat, [0, 0, *in_words(life._openings.get(seat.address, (0, [], word(1))))]),
        "sampleTrainers": (anyone, [1]),
        "settle": (anyone, [1]),
        "attest": (seat, [0, 0, model(1)]),
        "close": (anyone, [1]),
        "recover": (anyone, []),
        "retire": (anyone, [life.trainers[-1]]),
        "shareKeys": (anyone, [pointer(author, 0)]),
        "scoreModel": (seat, [0, 9_000]),
    }


def attempt(life: Lifecycle, function: str, caller: Any, arguments: list[Any]) -> str:
    """The outcome of a call, with another manager's confirmation before it where one is needed."""
    call = getattr(life.task, function)
    if function not in MANAGERS_ONLY:
        return outcome(lambda: call.call(*arguments, {"from": caller}))
    with rewound():
        first = outcome(lambda: call(*arguments, {"from": life.cast.managers[0]}))
        return outcome(lambda: call.call(*arguments, {"from": caller})) if first == "allowed" else first


def name_of(row: str) -> str:
    """The phase that a row begins with."""
    return row.partition(" ")[0].rstrip(",")


def test_the_table_is_whole(cast):
    functions = [entry for entry in cast.propose().abi if entry["type"] == "function"]
    writes = {entry["name"] for entry in functions if entry["stateMutability"] == "nonpayable"}
    assert writes == ALLOWED.keys() == {*REQUIRED, *NEEDS_A_RUN, "retire", "shareKeys"}
    assert {name_of(row) for row in ROWS} == {phase.name.lower() for phase in Phase}


@pytest.mark.parametrize("row", ROWS)
def test_transitions(lifecycle, row):
    life = ROWS[row](lifecycle)
    life.cast.federation.leave({"from": life.trainers[-1]})
    phase = life.phase
    assert phase.name.lower() == name_of(row)
    found = {function: attempt(life, function, *call) for function, call in calls(life).items()}
    told = {function: expected(life, phase, function) for function in ALLOWED}
    assert found == {**told, **exceptions(row, life)}
