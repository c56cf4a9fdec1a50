"""Attackers who know each other, against the real contracts."""

from dataclasses import replace

import pytest

from folkmoot.simulation import ATTACKS, Attack, simulate
from folkmoot.simulation.attacks import colluding_committee
from tests.support.simulation import MEMBERS, ROUNDS, plan, play


def test_bflc_keeps_noise_out_and_plain_averaging_takes_it_in() -> None:
    attackers = (6, 7)
    with simulate(plan(attack=ATTACKS["noise"], attackers=attackers)) as played:
        noisy = {played.accounts[number] for number in attackers}
        records = list(played.play())
        assert all(not noisy & {*record.accepted} for record in records)
        assert [sorted(record.struck) for record in records] == [[], sorted(noisy)]  # no score is below a baseline of 0
    with simulate(plan("basic-fl", attack=ATTACKS["noise"], attackers=attackers, rounds=1)) as played:
        (record,) = played.play()
        assert noisy <= {*record.accepted}


def test_colluders_with_a_majority_of_seats_praise_each_other_and_reject_the_rest() -> None:
    attack = replace(ATTACKS["noise"], scores=colluding_committee)
    chosen = replace(plan(attack=attack, attackers=(0, 1, 6, 7), rounds=1), committee=(0, 1, 2))
    with simulate(chosen) as played:
        (record,) = played.play()
        assert played.captured(record) == 2
        assert {*record.accepted} == {played.accounts[number] for number in (6, 7)}


@pytest.mark.parametrize("name", ["withheld-blob", "withheld-reveal"])
def test_who_keeps_something_back_stops_nobody(name: str) -> None:
    records = play(replace(plan(attack=ATTACKS[name], attackers=(0, 7)), committee=(0, 1, 2)))
    assert len(records) == ROUNDS
    assert all(record.accepted for record in records)


def test_a_crafted_attack_knows_what_the_honest_trained() -> None:
    known: list[int] = []

    def craft(knowledge):  # type: ignore[no-untyped-def]
        known.append(len(knowledge.honest))
        return dict(knowledge.own)

    play(plan(attack=Attack(update=craft, crafted=True), attackers=(6, 7), rounds=1))
    assert known == [MEMBERS - 3 - 2] * 2


@pytest.mark.parametrize("name", sorted(name for name, attack in ATTACKS.items() if attack.crafted))
def test_a_crafted_attack_where_only_attackers_train(name: str) -> None:
    (record,) = play(plan(attack=ATTACKS[name], attackers=range(3, MEMBERS), rounds=1))
    assert len(record.authors) == MEMBERS - 3
