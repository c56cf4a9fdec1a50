from dataclasses import replace

import pytest

from folkmoot.audit.round_acts import faults
from folkmoot.audit.stage import Stage
from folkmoot.chain import Event, Milestone, score_commitment
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.scores import packed
from tests.support.past import SUBMITTED, TASK, A, B, C, D
from tests.support.staging import Surroundings, stage

STRANGER = "0x" + "e" * 40
COMMITTING = (SUBMITTED, r.DeadlineSet(0, 0, Milestone.SUBMITTED, 300, 0))
REVEALING = (*COMMITTING, *(r.ScoresCommitted(0, seat, 0, b"c") for seat in (A, B, C)))


def why(where: Stage, event: Event) -> list[str]:
    return [*faults(event, where)]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (replace(SUBMITTED, round=1), "round 0 is running"),
        (replace(SUBMITTED, index=1), "it is update 1 on the chain; by the record 0"),
        (replace(SUBMITTED, author=A), f"{A} has a seat, and seats do not train"),
        (replace(SUBMITTED, author=STRANGER), f"{STRANGER} is not enrolled"),
        (r.ScoresCommitted(0, A, 0, b"c"), "the task is in Training, and not in Committing"),
        (r.AggregateAttested(0, A, 0, b"m"), "the task is in Training, and not in Aggregating"),
        (t.TaskResumed(0), "the task is in Training, and not in Paused"),
        (t.TaskPaused(1, 61), "round 0 is running"),
        (t.MemberEnrolled(A, 1, 1), f"{A} is enrolled already"),
        (t.MemberEnrolled(STRANGER, 6, 1), "it gets number 6 from round 1 on; by the record 5 from round 1 on"),
        (t.MemberRetired(A), f"{A} is still a member of the federation"),
        (t.TaskFunded(5, 904), "the budget is 904 on the chain; by the record 905"),
        (r.RuleFailed(0, TASK), f"the rule {TASK} is one of Folkmoot's, which do not fail"),
        (r.RoundRolledBack(0, 3, (B, C, D)), "there is no model 3"),
    ],
)
def test_what_is_not_allowed_is_told(event: Event, told: str) -> None:
    assert told in why(stage(time=60, block=90), event)


def test_what_is_allowed_is_not() -> None:
    assert why(stage(time=60), SUBMITTED) == []
    assert why(stage(*COMMITTING, time=150, block=90), r.ScoresCommitted(0, A, 0, b"c")) == []
    assert why(stage(), t.KeysShared(A, b"p")) == []


def test_who_left_the_federation_may_do_nothing() -> None:
    where = stage(time=60)
    where.world = Surroundings(members={A, B, C})
    assert why(where, SUBMITTED) == [f"{D} is no member of the federation"]
    assert why(where, t.MemberRetired(D)) == []


def test_nobody_acts_twice() -> None:
    committed = stage(*COMMITTING, r.ScoresCommitted(0, A, 0, b"c"), time=150, block=90)
    assert f"{A} has committed already" in why(committed, r.ScoresCommitted(0, A, 0, b"d"))
    assert f"{D} has submitted already" in why(stage(SUBMITTED), replace(SUBMITTED, index=1))


def test_what_is_revealed_is_what_was_committed_to() -> None:
    where = stage(*REVEALING, time=250, block=90)
    salt, words = b"s" * 32, tuple(packed([7_000]))
    reveal = r.ScoresRevealed(0, A, 0, 6_000, words, salt)
    assert why(where, reveal) == [f"what {A} revealed is not what it had committed to"]
    sealed = score_commitment(
        chain_id=7, task=TASK, round=0, attempt=0, member=A, updates_digest=where.state.digest,
        baseline=6_000, scores=[7_000], salt=salt,
    )  # fmt: skip
    now = replace(where.state.running, commitments={A: sealed})
    where.state = replace(where.state, running=now)
    assert why(where, reveal) == []
    assert why(where, replace(reveal, words=(7_000 | 1 << 16,)))[0] == "its scores are none for 1 updates"


def test_trainers_are_those_that_the_seed_draws() -> None:
    where = stage(active_share=5_000, max_enrolled=10)
    now = replace(where.state.running.round, milestone=Milestone.SEATED, sampled=True)
    where.state = replace(where.state, running=replace(where.state.running, round=now))
    assert why(where, r.TrainersSampled(0, (D,), 0)) == []
    assert why(where, r.TrainersSampled(0, (A,), 0)) == [f"trainers are {A} on the chain; by the seed {D}"]


def test_only_the_last_rounds_judges_score_the_final_model_and_once() -> None:
    scored = r.ModelScored(0, 1, A, 9_000)
    assert why(stage(), scored) == ["it is of model 1; the task is open in round 0"]
    over = stage(t.TaskFinished(0, 900))
    assert why(over, scored) == []
    assert why(over, replace(scored, member=D)) == [f"{D} has no seat that judges"]
    assert why(over, replace(scored, score=10_001)) == ["10001 is no score"]
    assert why(stage(t.TaskFinished(0, 900), scored), scored) == [f"{A} has scored it already"]
