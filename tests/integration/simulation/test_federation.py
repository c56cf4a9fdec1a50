"""Real contracts, real transactions: what the chain says afterwards, read from its own blocks."""

import re
from collections import Counter
from dataclasses import replace
from textwrap import dedent

import pytest
from eth_utils.address import to_checksum_address

import folkmoot.simulation
from experiments.systems import PRESETS, active, task
from folkmoot.aggregation import Aggregate
from folkmoot.chain import Phase, fetch_events, replay
from folkmoot.chain.events.rounds import TrainersSampled, UpdateBlockWritten
from folkmoot.simulation import Played, simulate
from folkmoot.store import Content
from folkmoot.worker import View
from folkmoot.worker.compute import LocalCompute
from tests.support.simulation import LEARNING, MEMBERS, ROUNDS, plan, play


def sent(played: Played) -> Counter[str]:
    """How many transactions of the task each account sent, from the blocks themselves."""
    client, task = played.chain.client, played.task.address.lower()
    blocks = (client.request("eth_getBlockByNumber", hex(n), True) for n in range(client.head().number + 1))
    return Counter(
        to_checksum_address(entry["from"]) for block in blocks for entry in block["transactions"] if entry["to"] == task
    )


def test_every_action_is_a_transaction_of_the_members_own() -> None:
    with simulate(plan()) as played:
        before = played.chain.client.head().number
        records = list(played.play())
        after, by_account = played.chain.client.head().number, sent(played)
        assert played.task.phase() == Phase.FINISHED
    assert after - before >= 4 * ROUNDS  # a block for each phase that somebody acts in
    own = {account: by_account[account] for account in played.accounts}
    for account in played.accounts:
        seats = sum(account in record.committee for record in records)
        updates = sum(account in record.authors for record in records)
        assert seats + updates == ROUNDS
        assert own[account] >= 1 + 2 * seats + updates  # enrols, commits, reveals, submits
    managers = 2  # who approve
    assert sum(own.values()) + managers == sum(by_account.values())


def test_the_ledger_holds_the_pointers_and_the_logs_tell_the_same() -> None:
    with simulate(plan()) as played:
        records = list(played.play())
        events = list(fetch_events(played.chain.client, [played.task.address], from_block=0))
        state = replay(events, task=played.task.address, parameters=played.task.parameters())
        assert len(records) == ROUNDS
        for record in records:
            assert played.task.ledger(record.number + 1) == state.ledger[record.number + 1] == record.model
            assert played.blobs.has(record.model)
            blocks = [e for e in events if isinstance(e, UpdateBlockWritten) and e.round == record.number]
            assert {block.pointer for block in blocks} <= {*record.pointers}
            assert [b.author for b in sorted(blocks, key=lambda b: b.rank)] == [*record.accepted]
            assert len(blocks) == len(record.accepted) > 0
    assert set(state.ledger) == set(range(ROUNDS + 1))


def test_only_who_was_drawn_trains_where_not_everybody_is_active() -> None:
    chosen = plan(rounds=3)
    few = task("bflc", members=MEMBERS, committee=3, total_rounds=3, **active(MEMBERS, 0.75, 3), **LEARNING)
    with simulate(replace(chosen, task=few)) as played:
        records = list(played.play())
        events = list(fetch_events(played.chain.client, [played.task.address], from_block=0))
    drawn = {event.round: event.trainers for event in events if isinstance(event, TrainersSampled)}
    assert [{*record.authors} for record in records] == [{*drawn[number]} for number in range(3)]
    assert all(len(record.authors) == 3 for record in records)
    assert len({record.authors for record in records}) > 1


def test_the_model_learns_and_the_same_seed_gives_the_same_chain() -> None:
    with simulate(plan()) as played:
        first = list(played.play())
        begun, learnt = played.test(played.task.parameters().model), played.test(first[-1].model)
        told = played.outputs(first[-1].model)
        assert [*told.argmax(1)] == [*played.predict(first[-1].model)]
        assert told.shape == (len(played.plan.shares.test), 10)
    assert learnt > begun + 0.25
    assert play(plan()) == first


def test_encryption_changes_nothing_but_the_pointers() -> None:
    told, records = [], []
    for encrypted in (False, True):
        chosen = plan()
        with simulate(replace(chosen, task=replace(chosen.task, encrypted=encrypted, direction_guard=True))) as played:
            records.append(list(played.play()))
            told.append(played.outputs(records[-1][-1].model))
    assert (told[0] == told[1]).all()
    clear, secret = ([(r.committee, r.authors, r.accepted, r.struck) for r in rounds] for rounds in records)
    assert clear == secret
    assert not {r.model for r in records[0]} & {r.model for r in records[1]}


@pytest.mark.parametrize("system", sorted(PRESETS))
def test_every_system_finishes_its_rounds(system: str) -> None:
    assert [record.number for record in play(plan(system, rounds=1))] == [0]


def test_pfedme_is_averaging_with_another_learner() -> None:
    (averaged,), (personal,) = (play(plan(system, rounds=1)) for system in ("basic-fl", "pfedme"))
    assert personal.authors == averaged.authors
    assert not {*personal.pointers} & {*averaged.pointers}


def test_bift_takes_all_its_rules_by_the_times_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rules: list[str] = []
    aggregate = LocalCompute.aggregate

    def watched(compute: LocalCompute, view: View) -> tuple[Content, Aggregate]:
        encoded, made = aggregate(compute, view)
        rules.append(made.rule)
        return encoded, made

    monkeypatch.setattr(LocalCompute, "aggregate", watched)
    play(plan("bift", rounds=9))
    assert {*rules} == {"bift-krum/1", "trimmed-mean/1", "bulyan/1"}
    assert len(rules) == 9, "one member's aggregate is every member's"


def test_the_simulation_runs_as_its_documentation_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert folkmoot.simulation.__doc__
    example = re.search(r"\n    from (.|\n)*?(?=\n\n`)", folkmoot.simulation.__doc__)
    assert example
    exec(dedent(example[0]), {})  # noqa: S102 - our own documentation
    rounds = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [number for number, _, _ in rounds] == ["0", "1", "2"]
    assert float(rounds[-1][1]) > float(rounds[0][1])
