from dataclasses import replace

import numpy as np
import pytest

from folkmoot.chain import Phase
from folkmoot.simulation.attacks import colluding_committee, praise_all, silence, withheld_blob, withheld_reveal
from folkmoot.worker import step
from folkmoot.worker.actions import Commit, Enrol, Publish, Reveal, Stop, Submit, Train, Wait
from tests.support.views import MEMBER, NUMBER, SEATS, TRAINERS, a_view, opening, submission, trained, zeros


def test_colluders_are_praised_and_the_others_blamed() -> None:
    authors = [f"0x{number:040x}" for number in range(0xA0, 0xF0)]
    colluders = {author.upper().replace("X", "x") for author in authors[::2]}
    scores = np.array(colluding_committee(authors, colluders, np.random.default_rng(0)))
    assert scores[::2].min() >= 9_000
    assert scores[::2].max() <= 10_000
    assert scores[1::2].max() <= 1_000
    assert scores.min() >= 0
    assert len(set(scores)) > len(scores) // 2


def test_scores_come_from_the_seed() -> None:
    made = [colluding_committee(TRAINERS, TRAINERS[:2], np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING, Phase.AGGREGATING])
def test_a_blob_is_withheld_and_nothing_else(phase: Phase) -> None:
    view = a_view(
        phase,
        TRAINERS[0],
        updates=tuple(submission(author, found=author != TRAINERS[0]) for author in TRAINERS[:3]),
        trained=trained(TRAINERS[0]),
    )
    assert step(view) == Publish(NUMBER)
    published = replace(view, updates=tuple(replace(entry, found=True) for entry in view.updates))
    assert withheld_blob(step)(view) == step(published)


def test_who_withholds_blobs_still_trains_and_submits() -> None:
    view = a_view(Phase.TRAINING, TRAINERS[0], updates=())
    assert withheld_blob(step)(view) == Train(NUMBER)
    ready = replace(view, trained=trained(TRAINERS[0]))
    assert withheld_blob(step)(ready) == Submit(NUMBER, trained(TRAINERS[0]))


def test_scores_are_sealed_and_never_opened() -> None:
    committing = a_view(Phase.COMMITTING, SEATS[0], opening=opening())
    assert withheld_reveal(step)(committing) == step(committing) == Commit(0, opening())
    revealing = a_view(Phase.REVEALING, SEATS[0], opening=opening())
    assert step(revealing) == Reveal(0, opening())
    action = withheld_reveal(step)(revealing)
    assert isinstance(action, Wait)
    assert action.until == revealing.deadline


def test_a_liar_praises_everybody() -> None:
    scores = praise_all(TRAINERS, (), np.random.default_rng(0))
    assert len(set(scores)) == len(TRAINERS)
    assert min(scores) >= 9_000
    assert max(scores) <= 10_000


@pytest.mark.parametrize("phase", [Phase(number) for number in range(Phase.TRAINING, Phase.PAUSED + 1)])
def test_a_silent_seat_does_nothing(phase: Phase) -> None:
    assert isinstance(silence(step)(a_view(phase, SEATS[0])), Wait)


def test_without_a_seat_it_takes_part() -> None:
    assert silence(step)(a_view(Phase.TRAINING, TRAINERS[0])) == Train(NUMBER)


def test_it_enrols_for_the_seat_and_stops_at_the_end() -> None:
    stranger = zeros(type(MEMBER), retired=False)
    assert silence(step)(a_view(Phase.ENROLLING, SEATS[0], participant=stranger)) == Enrol()
    assert isinstance(silence(step)(a_view(Phase.FINISHED, SEATS[0])), Stop)
