import pytest

from tests.contracts.cast import model
from tests.support.evm import events, out_of_bounds, reverts_with, word

YEAR = 365 * 24 * 3600
RULES = ("scoreRule", "electionRule", "rewardRule")
WINDOWS = (
    "enrollingWindow",
    "trainingWindow",
    "committingWindow",
    "revealingWindow",
    "aggregatingWindow",
    "maxPause",
)
COUNTS = ("maxAttempts", "maxEmptyRounds", "maxStrikes", "maxTerms")

REFUSED = [
    *[(name, value, {}) for name in WINDOWS for value in (0, YEAR + 1)],
    *[(name, 0, {}) for name in COUNTS],
    ("maxEmptyRounds", 1, {"maxStrikes": 1}),
    *[("suspensionRounds", value, {}) for value in (0, 10_001)],
    *[("totalRounds", value, {}) for value in (0, 50_001)],
    *[("maxEnrolled", value, {}) for value in (2, 1_001)],
    *[("maxUpdates", value, {}) for value in (0, 21)],  # at most maxEnrolled
    *[("updatesPerRound", value, {}) for value in (0, 7)],  # at most maxUpdates
    *[("minUpdates", value, {}) for value in (0, 4)],  # at most updatesPerRound
    *[("committee", value, {}) for value in (2, 4)],  # at most updatesPerRound
    *[("minEnrolled", value, {}) for value in (0, 4, 21)],  # a committee of three and minUpdates trainers
    ("minEnrolled", 2, {"seatsTrain": True}),
    ("maxStrikes", 3, {"maxEmptyRounds": 3}),  # who does harm is suspended before the task ends
    ("maxEnrolled", 4, {"maxUpdates": 4}),  # no room for the committee and minUpdates trainers
    *[("activeShare", value, {}) for value in (0, 9_001, 9_999, 10_001, 65_535)],
    *[("aggregators", value, {"maxEnrolled": 1_000}) for value in (1, 2, 398)],  # enough to decide, 400 seats at most
    ("maxEnrolled", 7, {"aggregators": 3}),  # no room for all seats and minUpdates trainers
    ("committee", 401, {"maxEnrolled": 1_000, "redraw": True}),
    ("maxUpdates", 751, {"maxEnrolled": 1_000}),
    ("committee", 401, {"maxEnrolled": 1_000, "maxUpdates": 750, "updatesPerRound": 750}),
]

ALLOWED = [
    *[{name: value} for name in WINDOWS for value in (1, YEAR)],
    *[{name: value} for name in ("maxAttempts", "maxTerms") for value in (1, 255)],
    *[{"maxEmptyRounds": value, "maxStrikes": value - 1} for value in (2, 255)],
    *[{"suspensionRounds": value} for value in (1, 10_000)],
    *[{"totalRounds": value} for value in (1, 50_000)],
    {
        "maxEnrolled": 1_000,
        "maxUpdates": 750,
        "updatesPerRound": 750,
        "minUpdates": 600,
        "committee": 400,
        "minEnrolled": 700,
    },
    {"maxEnrolled": 5, "maxUpdates": 5, "minEnrolled": 5},
    {"maxEnrolled": 4, "maxUpdates": 4, "minUpdates": 1, "minEnrolled": 4},
    *[{"activeShare": value} for value in (1, 9_000, 10_000)],
    {"maxEnrolled": 1_000, "aggregators": 397},
    {"maxEnrolled": 8, "aggregators": 3},
    {"maxEnrolled": 3, "maxUpdates": 3, "minEnrolled": 3, "seatsTrain": True},
    *[{"minEnrolled": value} for value in (5, 20)],
    {"redraw": True, "committee": 4},  # not only providers fill the seats
    {"maxUpdates": 3},
    {"minUpdates": 3, "minEnrolled": 6},
    {"updatesPerRound": 6},
]


def test_propose(cast, member):
    count = cast.federation.taskCount()
    transaction = cast.federation.proposeTask("digits", cast.parameters(), {"from": member})
    [event] = events(transaction, "TaskProposed")
    assert (event["number"], event["proposer"], event["name"]) == (count, member, "digits")
    assert event["parameters"] == cast.parameters()
    assert cast.federation.taskAt(count) == event["task"]
    assert cast.federation.isTask(event["task"])
    assert cast.federation.taskCount() == count + 1


def test_what_a_task_is_bound_to(cast, member):
    task = cast.propose(totalRounds=7)
    assert task.federation() == cast.federation
    assert task.proposer() == member
    assert task.parameters() == cast.parameters(totalRounds=7)
    assert task.parameters()["model"] == model(0)


def test_tasks_are_apart(cast):
    first, second = cast.propose(totalRounds=5), cast.propose(totalRounds=6)
    assert first != second
    assert (first.parameters()["totalRounds"], second.parameters()["totalRounds"]) == (5, 6)


def test_a_manager_may_propose(cast, manager):
    assert cast.propose(manager).proposer() == manager


def test_nobody_else_may_propose(cast, outsider):
    with reverts_with("NotMember", outsider):
        cast.propose(outsider)


def test_who_left_may_not_propose(cast, member):
    cast.federation.leave({"from": member})
    with reverts_with("NotMember", member):
        cast.propose(member)


def test_a_name_has_at_most_64_bytes(cast):
    assert cast.propose(name="") != cast.propose(name="a" * 64)
    with reverts_with("NameTooLong", 65, 64):
        cast.propose(name="a" * 65)


@pytest.mark.parametrize("name", ["descriptor", "model"])
def test_pointers_must_be_given(cast, name):
    with out_of_bounds(name, 0):
        cast.propose(**{name: word(0)})


@pytest.mark.parametrize("name", RULES)
def test_rules_must_have_code(cast, outsider, name):
    with out_of_bounds(name, int(outsider.address, 16)):
        cast.propose(**{name: outsider})


@pytest.mark.parametrize(("name", "value", "others"), REFUSED)
def test_what_is_out_of_bounds(cast, member, name, value, others):
    parameters = cast.parameters(**others, **{name: value})
    with out_of_bounds(name, value):
        cast.federation.proposeTask.call("digits", parameters, {"from": member})


@pytest.mark.parametrize("extreme", ALLOWED)
def test_what_is_just_within_bounds(cast, extreme):
    cast.propose(**extreme)


def test_numbers_nobody_bears(cast):
    assert int(cast.federation.taskAt(99), 16) == 0
    assert int(cast.federation.applicant(99), 16) == 0
    assert not cast.federation.isTask(cast.outsider)
