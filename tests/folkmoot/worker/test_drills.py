import pytest

from folkmoot.chain import Phase
from folkmoot.config import DRILLS, WorkerConfig
from folkmoot.learning import TorchLearner, Weights, update_norm
from folkmoot.worker.actions import Enrol, Stop, Train, Wait
from folkmoot.worker.drills import BUILT_IN, Drill, Liar, Noise, find_drill, silent
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.labour import Labour
from folkmoot.worker.scoring import Docket
from folkmoot.worker.step import step
from folkmoot.worker.yardstick import Yardstick
from tests.support.views import MEMBER, NUMBER, SEATS, TRAINERS, a_view, submission, zeros

ROUND = range(Phase.TRAINING, Phase.PAUSED + 1)


def quiet(*_: object) -> None:
    pass


def test_every_drill_that_can_be_asked_for_is_there() -> None:
    assert set(BUILT_IN) == set(DRILLS)
    assert all(find_drill(WorkerConfig(drill=name)) is BUILT_IN[name] for name in DRILLS)


def test_nobody_misbehaves_without_a_drill() -> None:
    assert find_drill(WorkerConfig()) == Drill(labour=Labour, decide=step, poison=None)


def test_the_others_are_known_by_their_own_names() -> None:
    drills = [find_drill(WorkerConfig(drill=name)) for name in ("noise", "liar", "silent")]
    assert [drill.labour for drill in drills] == [Noise, Liar, Labour]
    assert [drill.decide for drill in drills] == [step, step, silent]


def test_noise_is_well_formed_and_far_away(
    learner: TorchLearner, exchange: Exchange, parent: bytes, model: Weights
) -> None:
    noise = Noise(TRAINERS[0], learner, exchange)
    first, second = (noise.train(NUMBER, parent, quiet) for _ in range(2))
    assert first != second
    pointer = exchange.publish(first[0])
    update = exchange.fetch_update(pointer, round=NUMBER, author=TRAINERS[0], parent=parent)
    assert update_norm(update, model) > Labour(SEATS[0], learner, exchange).calibrate(NUMBER, parent, quiet).reach
    assert first[1] == learner.samples


def test_a_liar_praises_everybody(learner: TorchLearner, exchange: Exchange, parent: bytes) -> None:
    submissions = tuple(submission(author, found=False) for author in TRAINERS)
    docket = Docket(judge=SEATS[0], round=NUMBER, parent=parent, yardstick=Yardstick(1.0), submissions=submissions)
    honest = Labour(SEATS[0], learner, exchange).judge(docket, quiet)
    lie = Liar(SEATS[0], learner, exchange).judge(docket, quiet)
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
    assert silent(a_view(Phase.ENROLLING, SEATS[0], member=stranger)) == Enrol()
    assert isinstance(silent(a_view(Phase.FINISHED, SEATS[0])), Stop)
