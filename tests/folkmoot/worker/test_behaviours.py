import pytest
from folkmoot.worker.behaviours import BUILT_IN, Behaviour, Liar, Noise, find_behaviour, silent

from folkmoot.chain import Phase
from folkmoot.config import BEHAVIOURS, WorkerConfig
from folkmoot.learning import TorchLearner, Weights, update_norm
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.actions import Enrol, Stop, Train, Wait
from folkmoot.worker.compute import EvaluationRequest, LocalCompute
from folkmoot.worker.step import step
from tests.support.views import MEMBER, NUMBER, SEATS, TRAINERS, a_view, submission, zeros

ROUND = range(Phase.TRAINING, Phase.PAUSED + 1)


def quiet(*_: object) -> None:
    pass


def test_every_drill_that_can_be_asked_for_is_there() -> None:
    assert set(BUILT_IN) == set(BEHAVIOURS)
    assert all(find_behaviour(WorkerConfig(behaviour=name)) is BUILT_IN[name] for name in BEHAVIOURS)


def test_nobody_misbehaves_without_a_drill() -> None:
    assert find_behaviour(WorkerConfig()) == Behaviour(compute=LocalCompute, decide=step, data_poisoning=None)


def test_the_others_are_known_by_their_own_names() -> None:
    behaviours = [find_behaviour(WorkerConfig(behaviour=name)) for name in ("noise", "liar", "silent")]
    assert [behaviour.compute for behaviour in behaviours] == [Noise, Liar, LocalCompute]
    assert [behaviour.decide for behaviour in behaviours] == [step, step, silent]


def test_noise_is_well_formed_and_far_away(
    learner: TorchLearner, blobs: TaskBlobs, parent: bytes, model: Weights
) -> None:
    noise = Noise(TRAINERS[0], learner, blobs)
    first, second = (noise.train(NUMBER, parent, quiet) for _ in range(2))
    assert first != second
    pointer = blobs.publish(first[0])
    update = blobs.fetch_update(pointer, round=NUMBER, author=TRAINERS[0], parent=parent)
    assert (
        update_norm(update, model)
        > LocalCompute(SEATS[0], learner, blobs).train_reference(NUMBER, parent, quiet).max_norm
    )
    assert first[1] == learner.samples


def test_a_liar_praises_everybody(learner: TorchLearner, blobs: TaskBlobs, parent: bytes) -> None:
    submissions = tuple(submission(author, found=False) for author in TRAINERS)
    request = EvaluationRequest(
        evaluator=SEATS[0], round=NUMBER, parent=parent, guard=UpdateGuard(1.0), submissions=submissions
    )
    honest = LocalCompute(SEATS[0], learner, blobs).evaluate(request, quiet)
    lie = Liar(SEATS[0], learner, blobs).evaluate(request, quiet)
    assert set(honest.scores) == {0}
    assert lie.baseline == honest.baseline
    assert len(lie.scores) == len(TRAINERS)
    assert all(9_000 <= score <= 10_000 for score in lie.scores)


@pytest.mark.parametrize("phase", ROUND)
def test_a_silent_seat_does_nothing(phase: Phase) -> None:
    assert isinstance(silent(a_view(Phase(phase), SEATS[0])), Wait)


def test_without_a_seat_it_takes_part() -> None:
    assert silent(a_view(Phase.TRAINING, TRAINERS[0])) == Train(NUMBER)


def test_it_enrols_for_the_seat_and_stops_at_the_end() -> None:
    stranger = zeros(type(MEMBER), retired=False)
    assert silent(a_view(Phase.ENROLLING, SEATS[0], participant=stranger)) == Enrol()
    assert isinstance(silent(a_view(Phase.FINISHED, SEATS[0])), Stop)
