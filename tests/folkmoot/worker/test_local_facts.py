from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.chain import Phase, Verdict
from folkmoot.errors import StoreError
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.store import Content, LocalStore, MemoryStore, pointer
from folkmoot.store.copies import Copies
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.view import View
from tests.support.views import DIGEST, MODEL, NUMBER, SEATS, TASK, TRAINERS, a_view, opening, submission


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


def test_the_final_model_is_looked_for_by_who_has_to_score_it(blobs: TaskBlobs, journal: Journal) -> None:
    lost = b"\x05" * 32
    for account, found in ((SEATS[0], False), (TRAINERS[0], True)):
        view = LocalFacts(blobs, journal).add_to(a_view(Phase.FINISHED, account, model=lost))
        assert view.model_found == found


def test_only_who_has_to_score_the_final_model_fetches_it(
    blobs: TaskBlobs, journal: Journal, store: MemoryStore, parent: bytes, tmp_path: Path
) -> None:
    for account, fetches in ((TRAINERS[0], False), (SEATS[0], True)):
        kept = LocalStore(tmp_path / "copies")
        copies = Copies(kept, store, limit=1 << 20)
        LocalFacts(blobs, journal, copies=copies).add_to(a_view(Phase.FINISHED, account, model=parent))
        assert kept.has(parent, limit=1 << 20) == fetches


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


@pytest.mark.parametrize("account", [TRAINERS[0], SEATS[0]])
def test_the_own_update_is_there_once_it_is_published(
    account: str, local: LocalFacts, store: MemoryStore, journal: Journal
) -> None:
    def own() -> bool:
        view = judged(Phase.COMMITTING, account, store)
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


@pytest.fixture
def copying(blobs: TaskBlobs, store: MemoryStore, journal: Journal, tmp_path: Path) -> LocalFacts:
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=1 << 20)
    kept = TaskBlobs(copies, blobs.descriptor, task=TASK, first_model=MODEL)
    return LocalFacts(kept, journal, copies=copies)


@pytest.mark.parametrize(
    ("phase", "account", "fetched"),
    [
        (Phase.TRAINING, TRAINERS[0], [True, False, False]),
        (Phase.COMMITTING, TRAINERS[0], [True, False, False]),
        (Phase.COMMITTING, SEATS[0], [True, True, True]),
        (Phase.REVEALING, SEATS[0], [True, False, False]),
        (Phase.AGGREGATING, SEATS[0], [True, True, False]),
        (Phase.AGGREGATING, TRAINERS[0], [True, False, False]),
        (Phase.CLOSING, SEATS[0], [True, True, False]),
        (Phase.CLOSING, TRAINERS[0], [False, False, False]),
    ],
)
def test_blobs_are_fetched_by_those_who_need_them_and_kept_for_the_round(
    copying: LocalFacts, store: MemoryStore, phase: Phase, account: str, fetched: list[bool]
) -> None:
    names = [store.put(blob) for blob in (b"model", b"one", b"two")]
    entries = [replace(submission(author), pointer=name) for author, name in zip(TRAINERS[1:], names[1:], strict=False)]
    entries[0] = replace(entries[0], update=replace(entries[0].update, verdict=Verdict.ACCEPTED))
    view = a_view(phase, account, model=names[0], updates=tuple(entries))
    while not copying.add_to(view).model_found:
        pass
    for _ in range(100):
        seen = copying.add_to(view)
        if all(entry.found for entry in seen.updates):
            break
    store._blobs.clear()
    assert copying.copies
    assert [copying.copies.has(name, limit=1 << 20) for name in names] == fetched
    copying.add_to(replace(view, round=replace(view.round, number=NUMBER + 1), updates=(), model=b"\x05" * 32))
    assert not any(copying.copies.has(name, limit=1 << 20) for name in names), "another round has begun"


class NoRoom(MemoryStore):
    """Takes nothing."""

    def put(self, _: Content) -> bytes:
        raise StoreError("no space left")


def test_what_a_failing_store_does_not_take_is_kept(blobs: TaskBlobs, journal: Journal, tmp_path: Path) -> None:
    full = TaskBlobs(NoRoom(), blobs.descriptor, task=TASK, first_model=MODEL)
    with pytest.raises(StoreError, match="no space"):
        LocalFacts(full, journal).publish(b"own")
    copies = Copies(LocalStore(tmp_path / "copies"), NoRoom(), limit=1 << 20)
    keeping = LocalFacts(TaskBlobs(copies, blobs.descriptor, task=TASK, first_model=MODEL), journal, copies=copies)
    name, fault = keeping.publish(b"own")
    assert (name, str(fault)) == (pointer(b"own"), "no space left")
    assert copies.get(name, limit=9) == b"own"


def test_what_can_be_neither_published_nor_kept_is_a_fault(blobs: TaskBlobs, journal: Journal, tmp_path: Path) -> None:
    copies = Copies(LocalStore(tmp_path / "copies"), NoRoom(), limit=1 << 20)
    (tmp_path / "copies").write_bytes(b"a file in the way")
    lost = LocalFacts(TaskBlobs(copies, blobs.descriptor, task=TASK, first_model=MODEL), journal, copies=copies)
    with pytest.raises(StoreError, match="no space"):
        lost.publish(b"own")


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
