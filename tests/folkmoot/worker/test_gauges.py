"""What metrics say of how a worker stands."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot import __version__
from folkmoot.chain import Phase
from folkmoot.worker import PlainReporter
from folkmoot.worker.actions import Wait
from tests.support.metering import Measured, Samples
from tests.support.views import NOW, NUMBER, PARAMETERS, SEATS, STRANGER, TASK, TRAINERS, a_view


@pytest.fixture
def measured(tmp_path: Path) -> Measured:
    return Measured(tmp_path)


def ones(samples: Samples, name: str) -> set[str]:
    return {key[1] for key, value in samples.items() if key[0] == name and value == 1}


def test_before_the_first_look_only_the_disks_are_known(measured: Measured) -> None:
    known = {key[0] for key in measured.samples() if key[0].startswith("folkmoot_")}
    assert {"folkmoot_disk_free_bytes", "folkmoot_disk_size_bytes"} < known
    assert not {"folkmoot_round", "folkmoot_balance_coins", "folkmoot_strikes", "folkmoot_worker_info"} & known


def test_phase_round_and_deadline_are_the_views(measured: Measured) -> None:
    measured.metrics.see(a_view(Phase.COMMITTING))
    found = measured.samples()
    assert found["folkmoot_round",] == NUMBER
    assert found["folkmoot_task_rounds",] == PARAMETERS.total_rounds
    assert ones(found, "folkmoot_phase") == {"committing"}
    assert sum(key[0] == "folkmoot_phase" for key in found) == len(Phase)
    assert found["folkmoot_phase_end_timestamp_seconds",] > NOW


def test_a_phase_that_no_time_ends_has_no_deadline(measured: Measured) -> None:
    measured.metrics.see(a_view(Phase.SETTLING))
    assert ("folkmoot_phase_end_timestamp_seconds",) not in measured.samples()


@pytest.mark.parametrize(
    ("account", "phase", "roles"),
    [
        (SEATS[0], Phase.TRAINING, {"judge", "aggregator"}),
        (TRAINERS[0], Phase.TRAINING, {"trainer"}),
        (TRAINERS[0], Phase.FINISHED, set()),
        (SEATS[0], Phase.FINISHED, set()),
    ],
)
def test_roles(measured: Measured, account: str, phase: Phase, roles: set[str]) -> None:
    measured.metrics.see(a_view(phase, account))
    found = measured.samples()
    assert ones(found, "folkmoot_role") == roles
    assert sum(key[0] == "folkmoot_role" for key in found) == 3


def test_the_accounts_standing(measured: Measured) -> None:
    view = a_view(Phase.TRAINING, TRAINERS[0], paid_until=NOW + 5)
    participant = replace(view.participant, strikes=2, suspended_until=NUMBER + 2)
    measured.metrics.see(replace(view, participant=participant))
    found = measured.samples()
    assert (found["folkmoot_strikes",], found["folkmoot_max_strikes",]) == (2, PARAMETERS.max_strikes)
    assert (found["folkmoot_suspended",], found["folkmoot_member",], found["folkmoot_enrolled",]) == (1, 1, 1)
    assert found["folkmoot_membership_end_timestamp_seconds",] == NOW + 5
    back = replace(view, paid_until=0, admitted=False, participant=replace(participant, suspended_until=NUMBER))
    measured.metrics.see(back)
    found = measured.samples()
    assert (found["folkmoot_suspended",], found["folkmoot_member",]) == (0, 0)
    assert ("folkmoot_membership_end_timestamp_seconds",) not in found


def test_what_it_takes_part_in_is_told_by_labels(measured: Measured) -> None:
    measured.begin()
    chain = measured.chain
    assert measured.samples()["folkmoot_worker_info", SEATS[0], "31337", chain.federation, TASK, __version__] == 1


def test_the_chain_is_as_it_was_at_the_last_look_whoever_looked(measured: Measured) -> None:
    """While a transaction is awaited or a job is done, no view is made."""
    measured.begin()
    now, found = time.time(), measured.samples()
    assert (found["folkmoot_block_number",], found["folkmoot_block_timestamp_seconds",]) == (7, 9_990)
    assert (found["folkmoot_chain_halted_seconds",], found["folkmoot_base_fee_coins",]) == (0, 2e-9)
    assert now - 6 <= found["folkmoot_look_timestamp_seconds",] <= now
    measured.chain.stood, measured.chain.ago = 30.0, 900.0
    measured.chain.head = replace(measured.chain.head, base_fee=None)
    found = measured.samples()
    assert found["folkmoot_chain_halted_seconds",] == 30
    assert found["folkmoot_look_timestamp_seconds",] < now - 890
    assert ("folkmoot_base_fee_coins",) not in found


def test_a_wait_is_there_while_it_lasts_and_adds_up(measured: Measured) -> None:
    reporter = measured.metrics.reporting(PlainReporter())
    reporter.waiting(Wait("updates: 1 of 3"), now=0)
    assert measured.samples()["folkmoot_waiting_seconds", "updates"] >= 0
    reporter.waiting(Wait("the end of the pause"), now=0)
    found = measured.samples()
    assert ("folkmoot_waiting_seconds", "updates") not in found
    assert ("folkmoot_waiting_seconds", "the end of the pause") in found
    assert {"updates", "the end of the pause"} == {key[1] for key in found if key[0] == "folkmoot_wait_seconds_total"}


def test_disks_are_those_of_the_state_and_of_folders_among_the_stores(measured: Measured) -> None:
    found = measured.samples()
    assert {key[1] for key in found if key[0] == "folkmoot_disk_free_bytes"} == {"state", "store"}
    assert 0 < found["folkmoot_disk_free_bytes", "state"] <= found["folkmoot_disk_size_bytes", "state"]


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    later = Measured(tmp_path / "not" / "yet")
    assert later.samples()["folkmoot_disk_size_bytes", "state"] > 0


def test_a_stranger_is_no_participant(measured: Measured) -> None:
    view = a_view(Phase.TRAINING, STRANGER)
    measured.metrics.see(replace(view, participant=replace(view.participant, number=0)))
    assert measured.samples()["folkmoot_enrolled",] == 0
