from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.chain import Phase
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.store import MemoryStore, pointer
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.view import View
from tests.support.views import DIGEST, NUMBER, SEATS, TRAINERS, a_view, opening, submission


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal") as journal:
        yield journal


@pytest.fixture
def local(blobs: TaskBlobs, journal: Journal) -> LocalFacts:
    return LocalFacts(blobs, journal)


@pytest.fixture
def chain(parent: bytes) -> View:
    return a_view(Phase.TRAINING, SEATS[0], model=parent)


def test_the_model_is_looked_for(local: LocalFacts, chain: View) -> None:
    assert local.add_to(chain).model_found
    assert not local.add_to(replace(chain, model=b"\x05" * 32)).model_found


def judged(phase: Phase, account: str, store: MemoryStore) -> View:
    """Three updates, the second one published."""
    entries = [submission(author, found=True) for author in TRAINERS[:3]]
    entries[1] = replace(entries[1], pointer=store.put(b"blob"))
    return a_view(phase, account, updates=tuple(entries))


@pytest.mark.parametrize(
    ("phase", "account", "found"),
    [
        (Phase.COMMITTING, SEATS[0], [False, True, False]),
        (Phase.REVEALING, SEATS[0], [True, True, True]),  # it has scored them
        (Phase.COMMITTING, TRAINERS[0], [False, True, True]),  # its own; others' blobs are not its business
        (Phase.COMMITTING, TRAINERS[1], [True, True, True]),
    ],
)
def test_blobs_are_looked_for_by_those_who_need_them(
    local: LocalFacts, store: MemoryStore, phase: Phase, account: str, found: list[bool]
) -> None:
    assert [entry.found for entry in local.add_to(judged(phase, account, store)).updates] == found


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.AGGREGATING])
@pytest.mark.parametrize("account", [TRAINERS[0], SEATS[0]])
def test_the_own_update_is_published_again_if_its_store_loses_it_while_others_read_it(
    phase: Phase, account: str, blobs: TaskBlobs, store: MemoryStore, journal: Journal
) -> None:
    now = [0.0]
    local = LocalFacts(blobs, journal, clock=lambda: now[0])

    def own(phase: Phase = phase) -> bool:
        view = judged(phase, account, store)
        entry = replace(
            view.updates[0], pointer=pointer(b"own"), update=replace(view.updates[0].update, author=account)
        )
        return local.add_to(replace(view, updates=(entry, *view.updates[1:]))).updates[0].found

    store.put(b"own")
    assert own(), "without a journal it cannot be published again"
    journal.keep_trained(NUMBER, b"own", 5)
    assert not own(), "nothing is looked for before it is published"
    local.memory.published = True
    assert own()
    store._blobs.clear()
    assert own(), "it is looked for now and then"
    assert own(Phase.REVEALING)
    now[0] += 5
    assert not own()
    local.memory.published = True
    store.put(b"own")
    now[0] += 5
    assert own()


def test_publishing_is_tried_now_and_then(blobs: TaskBlobs, store: MemoryStore, journal: Journal) -> None:
    now = [0.0]
    local = LocalFacts(blobs, journal, clock=lambda: now[0])
    view = judged(Phase.COMMITTING, TRAINERS[0], store)
    entry = replace(view.updates[0], pointer=pointer(b"own"))
    view = replace(view, updates=(entry, *view.updates[1:]))
    journal.keep_trained(NUMBER, b"own", 5)
    assert not local.add_to(view).updates[0].found
    local.hold_publishing()
    assert local.add_to(view).updates[0].found, "there is something else to do"
    now[0] += 10
    assert not local.add_to(view).updates[0].found


@pytest.mark.parametrize(
    ("phase", "seen"),
    [(Phase.COMMITTING, True), (Phase.REVEALING, True), (Phase.AGGREGATING, False), (Phase.TRAINING, False)],
)
def test_what_was_kept_is_seen_by_who_needs_it(
    local: LocalFacts, journal: Journal, parent: bytes, phase: Phase, seen: bool
) -> None:
    chain = a_view(phase, SEATS[0], model=parent)
    view = local.add_to(chain)
    assert (view.trained, view.opening) == (None, None)
    journal.keep_trained(NUMBER, b"blob", 5)
    journal.keep_opening(opening())
    view = local.add_to(chain)
    assert view.trained is not None
    assert view.trained.pointer == pointer(b"blob")
    assert view.opening == (opening() if seen else None), "a damaged one harms nothing else"
    assert view.digest == DIGEST


def test_an_opening_for_other_updates_is_not_seen(local: LocalFacts, chain: View, journal: Journal) -> None:
    journal.keep_opening(opening())
    assert local.add_to(replace(chain, digest=b"\x08" * 32)).opening is None


def test_what_was_found_out_holds_for_the_round(local: LocalFacts, chain: View, journal: Journal) -> None:
    local.add_to(chain)
    local.memory.guard, local.memory.aggregate = UpdateGuard(1.5), pointer(b"next")
    again = replace(chain, round=replace(chain.round, attempt=1))
    view = local.add_to(again)
    assert (view.guard, view.aggregate) == (UpdateGuard(1.5), pointer(b"next"))
    journal.keep_trained(NUMBER, b"blob", 5)
    view = local.add_to(replace(again, round=replace(again.round, number=NUMBER + 1, attempt=0)))
    assert (view.guard, view.aggregate, view.trained) == (None, None, None)


def test_a_round_can_be_ended_again_after_a_chain_that_takes_back_its_end(
    local: LocalFacts, chain: View, journal: Journal
) -> None:
    journal.keep_opening(opening())
    journal.keep_trained(NUMBER, b"update", samples=5)
    local.add_to(replace(chain, round=replace(chain.round, number=NUMBER + 1)))
    again = local.add_to(a_view(Phase.REVEALING, SEATS[0], model=chain.model))
    assert again.opening == opening()
    assert again.trained == journal.trained(NUMBER)
    assert journal.blob(NUMBER) is not None
    local.add_to(replace(chain, round=replace(chain.round, number=NUMBER + 2)))
    assert journal.trained(NUMBER) is None
