"""What is counted of a worker at work."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain import CONTRACT_ERRORS, Phase, Verdict
from folkmoot.errors import BlobMissing, ConnectionFailed, StoreError
from folkmoot.store import MemoryStore
from folkmoot.worker import PlainReporter
from folkmoot.worker.actions import Settle, Train, TrainReference, Wait
from folkmoot.worker.metrics import node_of
from tests.support.metering import Measured, Samples
from tests.support.views import NUMBER, TRAINERS, View, a_view


@pytest.fixture
def measured(tmp_path: Path) -> Measured:
    one = Measured(tmp_path, account=TRAINERS[0])
    one.begin()
    return one


def judged(score: int, verdict: Verdict, number: int = NUMBER, **changes: Any) -> View:
    view = a_view(Phase.AGGREGATING, TRAINERS[0], **changes)
    first, *others = view.updates
    own = replace(first, update=replace(first.update, score=score, verdict=verdict))
    return replace(view, updates=(own, *others), round=replace(view.round, number=number))


# ---------------------------------------------------------------------- the chain


@pytest.mark.parametrize(
    ("url", "node"),
    [
        ("http://127.0.0.1:8545", "127.0.0.1:8545"),
        ("https://ada:secret@node.example/v3/0123456789abcdef?key=secret#x", "node.example"),
        ("https://ada:…@node.example:8545", "node.example:8545"),
        ("http://[::1]:8545/token", "[::1]:8545"),
        ("http://node.example:port/token", "malformed"),
        ("http://[::1/token", "malformed"),
    ],
)
def test_of_a_nodes_url_only_the_host_is_shown(url: str, node: str) -> None:
    assert node_of(url) == node


def test_requests_and_faults_are_counted_by_node(measured: Measured) -> None:
    for _ in range(3):
        measured.metrics.asked("http://ada:secret@one:1/token", 0.3)
    measured.metrics.failed("http://one:1/other", "timeout")
    found = measured.samples()
    assert found["folkmoot_rpc_request_duration_seconds_count", "one:1"] == 3
    assert found["folkmoot_rpc_request_duration_seconds_sum", "one:1"] == pytest.approx(0.9)
    assert found["folkmoot_rpc_errors_total", "timeout", "one:1"] == 1
    assert [key for key in found if any(secret in part for part in key for secret in ("secret", "token", "ada"))] == []


def test_what_alerts_watch_begins_at_zero(measured: Measured) -> None:
    """Else nobody would see the first increase."""
    found = measured.samples()
    assert found["folkmoot_rpc_errors_total", "timeout", "127.0.0.1:8545"] == 0
    assert found["folkmoot_updates_judged_total", "rejected"] == 0
    assert ("folkmoot_updates_judged_total", "none") not in found
    assert found["folkmoot_problems_total", "InsufficientFunds"] == 0


def test_transactions_and_gas_are_counted_by_function(measured: Measured) -> None:
    for status, gas in ((1, 21_000), (1, 30_000), (0, 50_000)):
        receipt: Any = {"status": status, "gasUsed": gas}
        measured.metrics.executed("settle", receipt)
    found = measured.samples()
    assert found["folkmoot_transactions_total", "settle", "executed"] == 2
    assert found["folkmoot_transactions_total", "settle", "reverted"] == 1
    assert found["folkmoot_gas_used_total", "settle"] == 101_000


# ------------------------------------------------------------------------ the work


def test_jobs_have_durations_and_transactions_have_none(measured: Measured) -> None:
    for action in (Train(1), TrainReference(1), Settle(1)):
        with measured.metrics.doing(action):
            pass
    found = measured.samples()
    jobs = {key[1] for key in found if key[0] == "folkmoot_job_duration_seconds_count"}
    assert jobs == {"train", "train_reference"}


@pytest.mark.parametrize(
    ("error", "name"),
    [(BlobMissing("gone"), "BlobMissing"), (CONTRACT_ERRORS["WrongPhase"]("too late"), "WrongPhase")],
)
def test_what_comes_to_nothing_is_counted_by_its_error_and_raised(
    measured: Measured, error: Exception, name: str
) -> None:
    with pytest.raises(type(error)), measured.metrics.doing(Train(1)):
        raise error
    found = measured.samples()
    assert found["folkmoot_failed_actions_total", "train", name] == 1
    assert ("folkmoot_job_duration_seconds_count", "train") not in found


def test_work_ends_a_wait(measured: Measured) -> None:
    measured.metrics.reporting(PlainReporter()).waiting(Wait("the blobs of updates"), now=0)
    assert ("folkmoot_waiting_seconds", "the blobs of updates") in measured.samples()
    with measured.metrics.doing(Train(1)):
        assert [key for key in measured.samples() if key[0] == "folkmoot_waiting_seconds"] == []


def test_problems_are_counted_and_told(measured: Measured, caplog: pytest.LogCaptureFixture) -> None:
    with measured.metrics.reporting(PlainReporter()) as reporter, caplog.at_level("INFO"):
        reporter.problem(StoreError("no room"))
        reporter.problem(StoreError("no room"))
        reporter.fact("a fact")
        reporter.waiting(Wait("updates"), now=0)
        reporter.progress("training", 1, 1)
    assert measured.samples()["folkmoot_problems_total", "StoreError"] == 2
    assert [record.getMessage() for record in caplog.records] == [
        "no room", "a fact", "waiting for updates", "training: 1 of 1",
    ]  # fmt: skip


def test_bytes_of_blobs_are_counted(measured: Measured) -> None:
    store = measured.metrics.storing(MemoryStore())
    name = store.put(b"12345")
    store.get(name, limit=5)
    store.get(name, limit=5)
    found = measured.samples()
    assert (found["folkmoot_blob_written_bytes_total",], found["folkmoot_blob_read_bytes_total",]) == (5, 10)


# --------------------------------------------------------------------- the account


def test_balance_and_what_is_owed_cost_one_request_a_round(measured: Measured) -> None:
    begun = measured.chain.requests
    for _ in range(20):
        measured.metrics.see(a_view(Phase.TRAINING, TRAINERS[0]))
    assert measured.chain.requests == begun + 1
    found = measured.samples()
    assert (found["folkmoot_balance_coins",], found["folkmoot_owed_tokens",]) == (3, 5)
    measured.chain.coins = 10**18
    view = a_view(Phase.TRAINING, TRAINERS[0])
    measured.metrics.see(replace(view, round=replace(view.round, number=NUMBER + 1)))
    assert measured.chain.requests == begun + 2
    assert measured.samples()["folkmoot_balance_coins",] == 1


def test_a_node_that_does_not_answer_leaves_them_as_they_were(measured: Measured) -> None:
    measured.metrics.see(a_view(Phase.TRAINING))
    measured.chain.is_down = True
    view = a_view(Phase.TRAINING)
    measured.metrics.see(replace(view, round=replace(view.round, number=NUMBER + 1)))
    assert measured.samples()["folkmoot_balance_coins",] == 3


def verdicts(samples: Samples) -> dict[str, float]:
    return {key[1]: value for key, value in samples.items() if value and key[0] == "folkmoot_updates_judged_total"}


def test_a_score_is_counted_once_and_stays_until_the_next(measured: Measured) -> None:
    for _ in range(3):
        measured.metrics.see(judged(7_550, Verdict.ACCEPTED))
    measured.metrics.see(a_view(Phase.TRAINING, TRAINERS[0], submitted=0))
    found = measured.samples()
    assert (found["folkmoot_update_score_ratio",], found["folkmoot_update_round",]) == (0.755, NUMBER)
    assert verdicts(found) == {"accepted": 1}
    measured.metrics.see(judged(0, Verdict.FAULT, NUMBER + 1))
    found = measured.samples()
    assert (found["folkmoot_update_score_ratio",], verdicts(found)) == (0, {"accepted": 1, "fault": 1})


def test_a_score_that_nobody_could_measure_is_none(measured: Measured) -> None:
    view = judged(0, Verdict.REJECTED)
    measured.metrics.see(replace(view, progress=replace(view.progress, score_rule_failed=True)))
    found = measured.samples()
    assert ("folkmoot_update_score_ratio",) not in found
    assert verdicts(found) == {"rejected": 1}


def test_an_assembly_that_fails_is_tried_again(tmp_path: Path) -> None:
    one = Measured(tmp_path)

    def read(*_: object) -> bytes:
        raise ConnectionFailed("no node answers")

    one.chain.read = read
    with pytest.raises(ConnectionFailed):
        one.begin()
    del one.chain.read
    one.begin()
    one.metrics.see(a_view(Phase.TRAINING))
    assert one.samples()["folkmoot_owed_tokens",] == 5
