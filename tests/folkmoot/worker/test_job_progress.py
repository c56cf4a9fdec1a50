"""What a local job reports, and what ends it; whole jobs are tested with the executor."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from folkmoot.chain import Phase
from folkmoot.errors import ConnectionFailed, DeadlinePassed
from folkmoot.task_blobs import LARGE
from folkmoot.worker import PlainReporter, job_progress
from folkmoot.worker.job_progress import JobProgress
from folkmoot.worker.shutdown import Shutdown, Stopped
from folkmoot.worker.view import View
from tests.support.views import NUMBER, SEATS, a_view

MIB = 1 << 20
BEGUN = a_view(Phase.COMMITTING, SEATS[0])
USEFUL = (Phase.COMMITTING, Phase.PAUSED)


class Notes(PlainReporter):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        self.lines.append(f"{what}: {done}/{total} {detail}".strip())


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def job(notes: Notes) -> Iterator[Any]:
    """Makes the progress of a job, whose chain shows one view, or none."""
    with Shutdown() as shutdown:

        def look(sees: View | None) -> View:
            if sees is None:
                raise ConnectionFailed("no node answers")
            return sees

        def make(sees: View | None = BEGUN, **options: bool) -> JobProgress:
            return JobProgress(
                "scoring", BEGUN, USEFUL, look=partial(look, sees), reporter=notes, shutdown=shutdown, **options
            )

        yield make


def test_parts_and_epochs_are_reported(job: Any, notes: Notes) -> None:
    job().count(1, 3)
    job().epoch(2, 3, 0.12345)
    assert notes.lines == ["scoring: 1/3", "scoring: 2/3 loss 0.123"]


def test_a_large_blob_is_reported_in_mebibytes_and_a_small_one_not(job: Any, notes: Notes) -> None:
    job().transfer(5 * MIB, LARGE - 1)
    job().transfer(5 * MIB, 20 * MIB)
    assert notes.lines == ["scoring, MiB of a blob: 5/20"]


def moved(**changes: int) -> View:
    return replace(BEGUN, round=replace(BEGUN.round, **changes))


TOO_SLOW, TOO_LATE = f"scoring took longer than round {NUMBER} allows", f"round {NUMBER} went on without it: scoring"


@pytest.mark.parametrize(
    ("sees", "told"),
    [
        (a_view(Phase.REVEALING, SEATS[0]), TOO_SLOW),
        (moved(number=NUMBER + 1), TOO_LATE),
        (a_view(Phase.CLOSING, SEATS[0]), TOO_LATE),
    ],
)
def test_a_job_of_no_use_ends_at_its_last_part(job: Any, sees: View, told: str) -> None:
    job(sees).count(2, 3)
    with pytest.raises(DeadlinePassed, match=told):
        job(sees).count(3, 3)


def test_an_attempt_counts_where_the_job_is_of_one(job: Any) -> None:
    job(moved(attempt=1)).count(3, 3)
    with pytest.raises(DeadlinePassed):
        job(moved(attempt=1), is_of_attempt=True).count(3, 3)


@pytest.mark.parametrize("total", [1, LARGE])
def test_a_transfer_ends_when_it_is_of_no_use(job: Any, total: int, monkeypatch: pytest.MonkeyPatch) -> None:
    late = job(a_view(Phase.REVEALING, SEATS[0]))
    late.transfer(total, total)
    monkeypatch.setattr(job_progress, "LOOK_S", 0.0)
    with pytest.raises(DeadlinePassed):
        late.transfer(1, total)
    job(a_view(Phase.PAUSED, SEATS[0])).transfer(1, total)


def test_a_chain_that_is_down_ends_nothing(job: Any) -> None:
    job(None).count(3, 3)


@pytest.mark.parametrize("total", [1, LARGE])
def test_a_signal_ends_a_transfer_at_its_next_piece(job: Any, total: int) -> None:
    progress = job()
    progress.transfer(1, total)
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Stopped):
        progress.transfer(1, total)
