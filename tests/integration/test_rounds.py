"""Whole rounds by real worker processes on a real chain.

Windows are long, so that no busy machine misses one; where one must pass, the chain's time is moved.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch

from folkmoot.chain import Phase, StrikeReason, TaskContract, Verdict, fetch_events, phase_end
from folkmoot.chain.events.event import Event
from folkmoot.chain.events.rounds import (
    AggregateAttested,
    ModelScored,
    RoundOpened,
    RoundRecovered,
    RoundSettled,
    ScoresCommitted,
    ScoresRevealed,
    SeatFilled,
    SeatPaid,
    TrainersSampled,
    UpdateBlockWritten,
    UpdateSubmitted,
)
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.learning import accuracy, build
from folkmoot.rules import ABSTAINED
from folkmoot.simulation import held_out_data, load_simulated
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from folkmoot.testing import Anvil, Consortium, Member
from tests.support.cli import Cli
from tests.support.network import FEE, Network
from tests.support.workers import consortium, small

E = TypeVar("E", bound=Event)

MEMBERS = 5


@pytest.fixture
def members(deployed: Network, tmp_path: Path) -> Iterator[Consortium]:
    with consortium(deployed, tmp_path, MEMBERS) as together:
        yield together


class Story:
    """One task and what its logs tell."""

    def __init__(
        self, network: Network, members: Consortium, seats: int = 3, system: str = "bflc", **changes: Any
    ) -> None:
        self.network, self.members = network, members
        self.committee, self.trainers = members.members[:seats], members.members[seats:]
        self.first_block = network.client.head().number
        config = small(system, len(members.members), **changes)
        self.task: TaskContract = members.propose(config, self.committee, budget=FEE)

    def events(self, kind: type[E]) -> list[E]:
        found = fetch_events(self.network.client, [self.task.address], from_block=self.first_block)
        return [event for event in found if isinstance(event, kind)]

    def enrol(self, *absent: Member) -> None:
        """Enrol whose worker does not run yet."""
        self.network.local.chain.execute(*((member.account, self.task.enrol()) for member in absent))

    def until(self, **counts: int) -> None:
        """Wait until the round's counts are these."""
        self.members.until(
            str(counts), lambda: all(getattr(self.task.round(), name) >= count for name, count in counts.items())
        )

    def pass_window(self, phase: Phase) -> None:
        ends = phase_end(self.task.round(), self.task.parameters(), phase, start_by=0)
        assert ends is not None
        self.network.pass_time(ends - self.network.client.now())

    def until_finished(self) -> None:
        """The task ends, and with it every worker that runs."""
        running = [member for member in self.members.members if member.worker.is_running]
        self.members.until_finished(self.task)
        assert [member.worker.exit_code(0) for member in running] == [0] * len(running)

    def blobs(self) -> TaskBlobs:
        parameters = self.task.parameters()
        descriptor = fetch_descriptor(self.members.store, parameters.descriptor)
        return TaskBlobs(self.members.store, descriptor, task=self.task.address, first_model=parameters.model)

    def audit(self, folder: Path) -> None:
        """Judge the task again, as the auditors' page says."""
        network, store = self.network, str(self.members.folder / "blobs")
        auditor = Cli(folder, ("--federation", network.deployment.federation), {"RPC": network.urls[0], "STORE": store})
        assert "The record holds: " in auditor.ok("audit", self.task.address)

    def accuracy(self, model: int) -> int:
        """Of a model on the digits that no member has."""
        blobs = self.blobs()
        pointer = self.task.ledger(model)
        module = build(blobs.descriptor.model, blobs.descriptor.arguments)
        module.load_state_dict({name: torch.tensor(value) for name, value in blobs.fetch_model(pointer).items()})
        return accuracy(module, held_out_data(*load_simulated(self.members.members[0].worker.folder / "worker.toml")))


def test_an_honest_task(deployed: Network, members: Consortium, tmp_path: Path) -> None:
    story = Story(deployed, members, total_rounds=2)
    members.start()
    story.until_finished()

    attested = story.events(AggregateAttested)
    assert [len({event.pointer for event in attested if event.round == number}) for number in (0, 1)] == [1, 1]
    assert [story.task.ledger(number) for number in (1, 2)] == [attested[0].pointer, attested[-1].pointer]
    submitted = story.events(UpdateSubmitted)
    recorded = story.events(UpdateBlockWritten)
    assert sorted((event.round, event.rank) for event in recorded) == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert {event.pointer for event in recorded} == {event.pointer for event in submitted}
    first, second = (set(event.seats) for event in story.events(RoundOpened))
    assert first == {p.address for p in story.committee}
    assert second > {p.address for p in story.trainers}, "the providers, and one who sat before"
    assert story.events(MemberStruck) == []
    assert all(story.network.treasury.owed_to(event.author) > 0 for event in submitted)
    assert story.accuracy(0) < story.accuracy(1) < story.accuracy(2)
    assert story.accuracy(2) > 2 * story.accuracy(0)
    scored = story.events(ModelScored)
    assert {(event.round, event.model) for event in scored} == {(1, 2)}
    assert sorted(event.member for event in scored) == sorted(second), "each seat of the last round, once"
    assert min(event.score for event in scored) > story.accuracy(0)
    story.audit(tmp_path)


def test_validators_vote_and_miners_attest_by_stake(deployed: Network, tmp_path: Path) -> None:
    with consortium(deployed, tmp_path, 8) as members:
        story = Story(deployed, members, seats=6, system="pos-bfl", aggregators=3, total_rounds=2)
        members.start()
        story.until_finished()

        seats = [event.seats for event in story.events(RoundOpened)]
        for number, seated in enumerate(seats):
            revealed = {event.member for event in story.events(ScoresRevealed) if event.round == number}
            attested = {event.member for event in story.events(AggregateAttested) if event.round == number}
            assert (revealed, attested) == (set(seated[:3]), set(seated[3:]))
        assert story.events(MemberStruck) == []
        settled = story.events(RoundSettled)
        assert [event.scores for event in settled] == [(10_000, 10_000)] * 2, "all three vote for both"
        paid = story.events(SeatPaid)
        assert [event.weight for event in paid if event.round == 0] == [2 * 2] * 3 + [2 * 3] * 3
        assert story.accuracy(2) > 2 * story.accuracy(0)


def test_miners_recompute_a_mixture_from_whom_was_drawn(deployed: Network, tmp_path: Path) -> None:
    with consortium(deployed, tmp_path, 7) as members:
        story = Story(
            deployed, members, system="bift", active_share=8_000, attackers=0, updates_per_round=3, total_rounds=2
        )
        members.start()
        story.until_finished()

        drawn = [event.trainers for event in story.events(TrainersSampled)]
        assert [len(trainers) for trainers in drawn] == [3, 3], "80 % of seven, less the three that sit"
        for number, trainers in enumerate(drawn):
            authors = {event.author for event in story.events(UpdateSubmitted) if event.round == number}
            assert authors == set(trainers)
        assert [event.baseline for event in story.events(RoundSettled)] == [10_000] * 2
        assert {event.weight for event in story.events(SeatPaid)} == {20}
        assert story.accuracy(2) > story.accuracy(0)
        story.audit(tmp_path)


def test_a_silent_committee_is_struck_and_replaced(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members, committing_window=deployed.passing_window)
    honest, *silent = story.committee
    for member in members.members:
        member.start(**({"behaviour": "silent"} if member in silent else {}))
    story.until(submitted=2, committed=1)
    story.pass_window(Phase.COMMITTING)
    story.until_finished()

    assert [event.stalled for event in story.events(RoundRecovered)] == [Phase.COMMITTING]
    filled = story.events(SeatFilled)
    assert {event.predecessor for event in filled} == {p.address for p in silent}
    assert {event.member for event in filled} == {p.address for p in story.trainers}
    struck = {(event.member, event.reason) for event in story.events(MemberStruck)}
    assert struck == {(p.address, StrikeReason.ABSENCE) for p in silent}
    authors = [event.author for event in story.events(UpdateSubmitted)]
    revealed = {event.member: event.scores(len(authors)) for event in story.events(ScoresRevealed)}
    assert revealed.keys() == {honest.address, *(event.member for event in filled)}
    for member, scores in revealed.items():
        own = [author == member for author in authors]
        assert [score == ABSTAINED for score in scores] == own, "nobody scores its own update"
        assert 0 not in scores
    assert story.accuracy(0) < story.accuracy(1)


def test_attackers_train_and_judge_as_their_behaviours_have_it(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members)
    attacker, honest = story.trainers
    *others, colluder = story.committee
    attacker.start(behaviour="krum-attack")
    colluder.start(behaviour="colluding-committee", colluders=[attacker.address])
    for member in (*others, honest):
        member.start()
    story.until_finished()

    authors = [event.author for event in story.events(UpdateSubmitted)]
    revealed = {
        event.member: dict(zip(authors, event.scores(len(authors)), strict=True))
        for event in story.events(ScoresRevealed)
    }
    assert revealed[colluder.address][attacker.address] >= 9_000
    assert revealed[colluder.address][honest.address] <= 1_000
    for seat in others:
        assert revealed[seat.address][attacker.address] < revealed[seat.address][honest.address]


def test_too_few_updates_are_waited_for(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members, training_window=deployed.passing_window)
    first, second = story.trainers
    story.enrol(second)
    for member in (*story.committee, first):
        member.start()
    story.until(submitted=1)
    pointer = story.events(UpdateSubmitted)[0].pointer
    story.pass_window(Phase.TRAINING)
    story.until(attempt=1)
    assert first.stop() == 0
    assert not members.store.has(pointer, limit=1 << 20), "an update is shown only when no other can follow"
    second.start()
    story.until(submitted=2)
    first.start()
    story.until_finished()

    assert [event.stalled for event in story.events(RoundRecovered)] == [Phase.TRAINING]
    assert members.store.has(pointer, limit=1 << 20)
    assert [verdict.name for verdict in story.events(RoundSettled)[0].verdicts] == ["ACCEPTED"] * 2
    assert story.events(MemberStruck) == []


def test_a_halt_of_the_chain_strikes_nobody(deployed: Network, members: Consortium, anvil: Anvil) -> None:
    """The next block comes after all deadlines; those who are due act in the blocks after it."""
    story = Story(deployed, members, min_blocks=50, total_rounds=2)
    members.start()
    story.until(submitted=1)
    for phase in ("submitted", "committed"):
        story.until(**{phase: 1})
        anvil.pass_time(20_000)
        anvil.mine()
    story.until_finished()

    assert story.events(MemberStruck) == story.events(RoundRecovered) == []
    assert {event.author for event in story.events(UpdateSubmitted) if event.round == 0} == {
        trainer.address for trainer in story.trainers
    }


def test_a_halt_after_a_long_training_strikes_nobody(deployed: Network, members: Consortium, anvil: Anvil) -> None:
    """Nothing shows that the committee had a block to act in: its window starts again."""
    story = Story(deployed, members, min_blocks=5, min_updates=1, total_rounds=1)
    first, absent = story.trainers
    story.enrol(absent)
    for member in (*story.committee, first):
        member.start()
    story.until(submitted=1)
    for _ in range(20):
        anvil.mine()
    anvil.pass_time(20_000)
    anvil.mine()
    story.until_finished()

    assert story.events(MemberStruck) == story.events(RoundRecovered) == []
    assert {event.member for event in story.events(ScoresRevealed)} == {seat.address for seat in story.committee}


def test_peers_all_sit_train_judge_and_attest(deployed: Network, tmp_path: Path) -> None:
    with consortium(deployed, tmp_path, 4) as members:
        sizes = {"committee": 5, "updates_per_round": 5, "max_updates": 5, "max_enrolled": 5, "min_enrolled": 4}
        story = Story(deployed, members, seats=0, system="peers", total_rounds=2, **sizes)
        members.start()
        story.until_finished()

        everybody = {member.address for member in members.members}
        for number in (0, 1):
            submitted = {event.author for event in story.events(UpdateSubmitted) if event.round == number}
            revealed = {event.member for event in story.events(ScoresRevealed) if event.round == number}
            attested = {event.member for event in story.events(AggregateAttested) if event.round == number}
            assert submitted == revealed == attested == everybody
        assert story.events(MemberStruck) == []
        assert all(event.verdicts == (Verdict.ACCEPTED,) * 4 for event in story.events(RoundSettled))
        assert story.accuracy(0) < story.accuracy(1) < story.accuracy(2)


def test_killed_workers_go_on_where_they_were(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members)
    killed, second, third = story.committee
    author, other = story.trainers
    story.enrol(third, other)
    for member in (killed, second, author):
        member.start()

    # A trainer, between submitting and publishing
    story.until(submitted=1)
    author.kill()
    other.start()
    story.until(submitted=2)
    pointer = story.events(UpdateSubmitted)[0].pointer
    assert not members.store.has(pointer, limit=1 << 20)
    author.start()

    # A committee member, between committing and revealing
    story.until(committed=2)
    killed.kill()
    (journal,) = members.folder.rglob(f"{killed.address.lower()}/opening-*.json")
    kept = json.loads(journal.read_text())
    third.start()
    story.until(revealed=2)
    assert json.loads(journal.read_text()) == kept
    killed.start()
    story.until_finished()

    assert [event.member for event in story.events(ScoresCommitted)].count(killed.address) == 1
    (revealed,) = (event for event in story.events(ScoresRevealed) if event.member == killed.address)
    assert (revealed.baseline, list(revealed.scores(len(kept["scores"])))) == (kept["baseline"], kept["scores"])
    assert revealed.salt.hex() == kept["salt"]
    assert 0 not in kept["scores"], "the killed trainer's blob was found"
    assert [event.author for event in story.events(UpdateSubmitted)].count(author.address) == 1
    assert story.events(MemberStruck) == []


@pytest.fixture
def away(deployed: Network, members: Consortium) -> tuple[Story, Member]:
    """A finished task, and a seat whose worker has never run: it judged by hand, and has not scored the final model."""
    story = Story(deployed, members)
    seat, *others = story.committee
    sender, opinion = deployed.sender(seat.account), (2_000, (9_000, 9_000))
    story.enrol(seat)
    for member in (*others, *story.trainers):
        member.start()
    story.until(submitted=2)
    deployed.commit(story.task, sender, *opinion)
    story.until(committed=3)
    deployed.reveal(story.task, sender, *opinion)
    story.until_finished()
    assert sorted(scorers(story)) == sorted(member.address for member in others)
    return story, seat


def scorers(story: Story) -> list[str]:
    return [event.member for event in story.events(ModelScored)]


def test_a_seat_that_was_away_at_the_end_scores_the_final_model_when_it_is_back(away: tuple[Story, Member]) -> None:
    """And then no more, however often it is started; whoever had no seat only ends."""
    story, seat = away
    for member, scored in ((seat, 3), (seat, 3), (story.trainers[0], 3)):
        member.start()
        assert member.worker.exit_code(60) == 0
        assert len(scorers(story)) == scored
    assert scorers(story)[-1] == seat.address
    assert seat.worker.log.count("done: scoremodel") == 1


def test_a_seat_waits_for_the_final_model_and_can_be_stopped(away: tuple[Story, Member]) -> None:
    story, seat = away
    store, pointer = story.members.store, story.task.ledger(1)
    model, waits = store.get(pointer, limit=1 << 20), "waiting for the blob of model 1: "
    store.remove(pointer)
    for time, ends in enumerate((seat.stop, lambda: bool(store.put(model)) and seat.worker.exit_code(60)), start=1):
        assert seat.address not in scorers(story)
        seat.start()
        story.members.until("the wait", lambda waited=time: seat.worker.log.count(waits) == waited)
        assert ends() == 0
    assert scorers(story)[-1] == seat.address
