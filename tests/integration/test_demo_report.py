"""The demonstration, played once for all of these tests, and what it leaves behind."""

import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from safetensors.numpy import load_file
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.chain import Verdict, replay
from folkmoot.chain.answers import log_of
from folkmoot.chain.events import decode_logs
from folkmoot.errors import ConfigError
from folkmoot.page.asking import Logs
from folkmoot.page.record import load
from folkmoot.page.server import FILES, INDEX
from folkmoot.testing import Member, kubo
from folkmoot.testing.consortium import PATIENCE
from scripts.demo import ROOT, RUNS, clear, main, play, show
from scripts.demo_findings import findings
from scripts.demo_report import Model, behaviour, rounds_of
from scripts.demo_settings import COMMITTEE, MEMBERS, ONE, Plan
from scripts.demo_verdicts import accepted, judged
from scripts.demo_watch import Played
from tests.support.family import descendants, parents

FUNCTIONS = {"submitUpdate", "commitScores", "revealScores", "attest"}
SOMETIMES = {"settle", "close"}  # where not all are there to do it with a reveal and an attestation
PHASES = {"training", "committing", "revealing", "settling", "aggregating", "closing"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    found = RUNS / "test"
    yield found
    shutil.rmtree(found)


@pytest.fixture(scope="module")
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def played(folder: Path, screen: io.StringIO) -> Played:
    return play(folder, Plan(), Console(file=screen, width=120))


@pytest.fixture
def report(played: Played, folder: Path) -> dict[str, list[dict[str, object]]]:
    assert played.report.rounds
    found: dict[str, list[dict[str, object]]] = json.loads((folder / "report.json").read_text())
    return found


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Played]:
    """The same, encrypted, over Kubo nodes of which one is killed, where there is a Kubo."""
    plan = Plan(store="ipfs", encrypted=True, kill=ONE) if kubo.binary() else Plan(encrypted=True)
    folder = RUNS / "test-encrypted"
    yield play(folder, plan, Console(file=io.StringIO()))
    shutil.rmtree(folder)


def by_address(played: Played) -> dict[str, Member]:
    return {member.address: member for member in played.members}


def test_the_model_learns(played: Played) -> None:
    accuracies = [entry.accuracy for entry in played.report.rounds]
    assert len(accuracies) == 6
    assert played.report.final_accuracy == accuracies[-1] >= 0.93


def test_its_page_is_named_while_it_runs(played: Played, screen: io.StringIO) -> None:
    built = "look at it while it runs: http://127.0.0.1:" if (FILES / INDEX).is_file() else "there is no page: "
    assert played.report.rounds
    assert screen.getvalue().count(built) == 1


def test_its_record_shows_it_again_with_names_and_the_audits_verdict(played: Played, folder: Path) -> None:
    record = load(folder)
    settings, verdict = record.settings(), record.audit()
    assert settings["names"] == {member.address: member.name for member in played.members}
    assert (settings["store"], verdict["found"], verdict["holds"]) == ("folder", True, True)
    assert [task["holds"] for task in verdict["tasks"].values()] == [True]
    (told,) = record.answer([Logs((played.state.address,), 0, None)])
    events = list(decode_logs(map(log_of, json.loads(str(told)))))
    assert replay(events, task=played.state.address, parameters=played.state.parameters) == played.state


def test_the_last_committee_scores_the_final_model(played: Played) -> None:
    state = played.state
    assert state.final_scores.keys() == {seat.account for seat in state.running.seats}
    score = played.report.final_score
    assert score == sorted(state.final_scores.values())[2] / 10_000
    assert score == pytest.approx(played.report.final_accuracy, abs=0.1), "on other data"


def test_misbehaviour_leads_to_nothing_and_harms_only_who_misbehaves(played: Played) -> None:
    found = findings(played.report, played.state, played.members)
    assert found.noise_blocks == 0
    assert found.noise_suspended
    assert found.honest_suspended == ()
    assert found.rounds_with_liar[0] == 0
    assert found.rounds_swayed == ()
    assert found.all_well


def test_who_misbehaved_did_so(played: Played) -> None:
    members = by_address(played)
    first = rounds_of(played.state)[0]
    (liar,) = (seat.account for seat in first.seats if behaviour(members[seat.account]) == "liar")
    assert min(first.scores[liar]) >= 9_000
    (noise,) = (update for update in first.updates if behaviour(members[update.author]) == "noise")
    assert (noise.verdict, noise.score) == (Verdict.FAULT, 0)


def test_rounds_judged_again_come_to_the_contract_s_verdicts(played: Played) -> None:
    for found in rounds_of(played.state):
        assert accepted(found) == judged(found, played.state.parameters)
        assert len(accepted(found)) == 5


def test_without_the_honest_majority_a_liar_would_let_noise_in(played: Played) -> None:
    """What it says of each update is drawn, so with few blocks luck decides; with enough for all, noise gets one."""
    members = by_address(played)
    first = rounds_of(played.state)[0]
    honest = [seat.account for seat in first.seats if behaviour(members[seat.account]) == "none"]
    for_all = replace(played.state.parameters, updates_per_round=len(first.updates))
    (noise,) = (update.author for update in first.updates if behaviour(members[update.author]) == "noise")
    assert noise in judged(first, for_all, without=honest)
    assert noise not in judged(first, for_all)


def test_rounds_of_the_report(report: dict[str, list[dict[str, object]]]) -> None:
    rounds = report["rounds"]
    assert [entry["round"] for entry in rounds] == list(range(6))
    for entry in rounds:
        assert set(entry) == {
            *("round", "accuracy", "committee", "accepted", "rejected", "gas", "gas_total", "seconds"),
        }
        gas, seconds = entry["gas"], entry["seconds"]
        assert isinstance(gas, dict)
        assert isinstance(seconds, dict)
        assert set(gas) - SOMETIMES == FUNCTIONS
        assert all(set(use) == {"calls", "mean", "max"} for use in gas.values())
        assert entry["gas_total"] == pytest.approx(sum(use["calls"] * use["mean"] for use in gas.values()), abs=20)
        assert set(seconds) == PHASES
        assert min(seconds.values()) >= 0


def test_everybody_has_one_part_in_a_round(report: dict[str, list[dict[str, object]]]) -> None:
    addresses = {member["address"] for member in report["members"]}
    for entry in report["rounds"]:
        parts = (entry["committee"], entry["accepted"], entry["rejected"])
        named = [address for part in parts if isinstance(part, list) for address in part]
        assert len(named) == len(set(named))
        assert set(named) <= addresses


def test_members_of_the_report(played: Played, report: dict[str, list[dict[str, object]]]) -> None:
    assert set(report) == {
        *("seed", "store", "encrypted", "rounds", "members", "chain_id", "wall_seconds"),
        *("final_accuracy", "final_score", "final_pointer", "final_model"),
    }
    members = {str(member["name"]): member for member in report["members"]}
    assert tuple(members) == MEMBERS
    fields = {"address", "name", "honest", "strikes", "suspended", "earned", "roles"}
    assert all(set(member) == fields for member in members.values())
    assert all(played.report.members[MEMBERS.index(name)].roles[0] == "committee" for name in COMMITTEE)
    dishonest = {name: member for name, member in members.items() if not member["honest"]}
    assert {member["suspended"] for member in dishonest.values()} == {False, True}
    assert all(member["earned"] == 0 for member in members.values() if member["suspended"])


def test_a_round_s_pay_is_shared_out(played: Played) -> None:
    whole = played.state.budget // 6 * 6
    paid = sum(member.earned for member in played.report.members)
    assert whole - len(MEMBERS) * 6 <= paid <= whole


def test_what_people_see(played: Played, screen: io.StringIO, folder: Path) -> None:
    show(played, Console(file=screen, width=120))
    text = screen.getvalue()
    assert text.count("on the test set") == 6 + 7  # a table a round, and a line a model while it ran
    assert text.count(" FED") == len(MEMBERS)
    assert "without the liar" in text
    assert (folder / "accuracy.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_the_final_model_is_the_same_wherever_and_however_it_is_stored(played: Played, encrypted: Played) -> None:
    one, other = played.report, encrypted.report
    assert (one.store, one.encrypted) == ("folder", False)
    assert (other.store, other.encrypted) == ("ipfs" if kubo.binary() else "folder", True)
    assert other.final_model == one.final_model
    assert other.final_pointer != one.final_pointer
    assert [entry.accepted for entry in other.rounds] == [entry.accepted for entry in one.rounds]
    assert findings(other, encrypted.state, encrypted.members).all_well


def test_the_final_model_is_what_its_pointer_names(played: Played, folder: Path) -> None:
    weights = load_file(folder / "blobs" / played.report.final_pointer)
    assert Model.of(b"", weights, 0).digest == played.report.final_model
    name, first = next(iter(weights.items()))
    assert Model.of(b"", weights | {name: np.nextafter(first, np.float32(1))}, 0).digest != played.report.final_model


def test_keystores_are_real_and_no_key_is_written(played: Played, folder: Path) -> None:
    for member in played.members:
        keystore = json.loads((member.worker.folder / "keystore.json").read_text())
        assert keystore["crypto"]["kdf"] == "scrypt"
        key = member.account.key.hex()
        assert not any(
            key in file.read_text() for file in folder.rglob("*") if file.suffix in {".toml", ".json", ".log"}
        )


# Ending


@pytest.mark.parametrize(
    ("sign", "number"), [("members/ada/keystore.json", signal.SIGTERM), ("members/leo/worker.toml", signal.SIGINT)]
)
def test_no_process_is_left_after_an_interruption(sign: str, number: signal.Signals) -> None:
    folder = RUNS / "test-interrupted"
    command = [sys.executable, "-m", "scripts.demo", "--name", folder.name]
    demo = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        wait_for(folder / sign)
        started = descendants(demo.pid)
        assert started
        demo.send_signal(number)
        said, _ = demo.communicate(timeout=PATIENCE)
        assert (demo.returncode, said.splitlines()[-1]) == (130, "Stopped; no process is left.")
        assert not started & set(parents())
    finally:
        demo.kill()
        demo.wait()
        shutil.rmtree(folder, ignore_errors=True)


def test_only_folders_under_runs_are_emptied(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.touch()
    for folder in (tmp_path, RUNS, RUNS / ".." / "offchain", RUNS / "a" / ".." / ".."):
        with pytest.raises(ConfigError, match="is not a folder under"):
            clear(folder)
    assert kept.exists()


def test_a_name_that_leads_elsewhere_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", "--name", "../x"])
    assert main() == 1
    assert capsys.readouterr().err.startswith(f"demo: {RUNS / '../x'} is not a folder under ")


def wait_for(file: Path) -> None:
    """Wait until something is written in a file."""
    missing = retry_if_result(lambda there: not there)
    tries = Retrying(retry=missing, wait=wait_fixed(0.05), stop=stop_after_delay(PATIENCE))
    tries(lambda: file.exists() and file.stat().st_size > 0)
