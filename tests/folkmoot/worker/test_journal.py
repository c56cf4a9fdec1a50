import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.errors import ConfigError, StoreError
from folkmoot.store import pointer
from folkmoot.store.content import measured
from folkmoot.worker.journal import Journal, Trained
from tests.support.views import DIGEST, opening

ROOT = Path(__file__).parents[3]
BLOB = b"weights" * 10_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "task"


def test_an_opening_comes_back_whole_after_a_restart(folder: Path) -> None:
    with Journal(folder) as journal:
        journal.keep_opening(opening())
    with Journal(folder) as journal:
        assert journal.opening(2, 0, DIGEST) == opening()


def test_openings_are_told_apart_by_round_attempt_and_updates(folder: Path) -> None:
    kept = [opening(), opening(attempt=1), opening(round=3), opening(digest=b"\x08" * 32)]
    with Journal(folder) as journal:
        for entry in kept:
            journal.keep_opening(entry)
        assert [journal.opening(entry.round, entry.attempt, entry.digest) for entry in kept] == kept
        assert journal.opening(2, 2, DIGEST) is None


def test_an_opening_is_never_replaced(folder: Path) -> None:
    with Journal(folder) as journal:
        journal.keep_opening(opening())
        with pytest.raises(StoreError, match="cannot write the journal"):
            journal.keep_opening(opening(baseline=1))
        assert journal.opening(2, 0, DIGEST) == opening()


def test_a_trained_update_comes_back_with_its_blob(folder: Path) -> None:
    with Journal(folder) as journal:
        assert journal.trained(2) is None
        journal.keep_trained(2, BLOB, 17)
    with Journal(folder) as journal:
        assert journal.trained(2) == Trained(pointer=pointer(BLOB), samples=17)
        assert [measured(journal.blob(2) or b"") for _ in range(2)] == [(pointer(BLOB), len(BLOB))] * 2
        assert (journal.trained(1), journal.blob(1)) == (None, None)


@pytest.mark.parametrize("damage", [b"", BLOB[:-1], b"x" + BLOB[1:]])
def test_a_damaged_blob_is_no_update(folder: Path, damage: bytes) -> None:
    with Journal(folder) as journal:
        journal.keep_trained(2, BLOB, 17)
        (folder / "update-2.safetensors").write_bytes(damage)
        assert (journal.trained(2), journal.blob(2)) == (None, None)


HEX = "00" * 32


@pytest.mark.parametrize(
    "entry",
    ["", "{", "\xff", "[]", "3", "null", "{}", '{"pointer": 5, "samples": 17}', '{"pointer": "zz", "samples": 17}',
     f'{{"pointer": "{HEX}"}}', f'{{"pointer": "{pointer(BLOB).hex()}", "samples": "17"}}', "[" * 100_000],
    ids=range(12),
)  # fmt: skip
def test_a_damaged_record_is_no_update_and_may_be_replaced(folder: Path, entry: str) -> None:
    with Journal(folder) as journal:
        journal.keep_trained(2, BLOB, 17)
        (folder / "update-2.json").write_text(entry, "latin-1")
        assert journal.trained(2) is None
        journal.keep_trained(2, BLOB, 17)
        assert journal.trained(2) == Trained(pointer=pointer(BLOB), samples=17)


@pytest.mark.parametrize(
    "changes",
    [{"salt": 5}, {"salt": "zz"}, {"scores": None}, {"scores": 3}, {"scores": ["1"]}, {"baseline": "5000"},
     {"round": 3}, {"digest": HEX}, {"baseline": 9_999}, {"scores": [90_000]}, {"salt": "00" * 32}],
)  # fmt: skip
def test_a_damaged_opening_is_told_and_put_aside(
    folder: Path, changes: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with Journal(folder) as journal:
        journal.keep_opening(opening())
        (file,) = folder.glob("opening-*.json")
        damaged = json.dumps(json.loads(file.read_text()) | changes)
        file.write_text(damaged)
        assert journal.opening(2, 0, DIGEST) is None
        (told,) = caplog.records
        assert "scores committed by it cannot be revealed" in told.getMessage()
        aside = file.with_name(f"{file.name}.damaged")
        assert str(aside) in told.getMessage()
        assert aside.read_text() == damaged, "somebody may restore it"
        journal.keep_opening(opening())
        assert journal.opening(2, 0, DIGEST) == opening()
        journal.forget(before=3)
        assert not aside.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}"])
def test_an_opening_that_is_none_is_put_aside_too(folder: Path, content: str) -> None:
    with Journal(folder) as journal:
        journal.keep_opening(opening())
        next(folder.glob("opening-*.json")).write_text(content)
        assert journal.opening(2, 0, DIGEST) is None
        assert len([*folder.glob("*.damaged")]) == 1


def test_past_rounds_are_forgotten_and_leftovers_swept(folder: Path) -> None:
    with Journal(folder) as journal:
        for number in (2, 3, 10):
            journal.keep_opening(opening(round=number))
            journal.keep_trained(number, BLOB, 1)
        (folder / "opening-3-0-00.json.part").write_bytes(b"{")
        journal.forget(before=3)
        assert [journal.trained(number) is None for number in (2, 3, 10)] == [True, False, False]
        assert [journal.opening(number, 0, DIGEST) is None for number in (2, 3, 10)] == [True, False, False]
        assert list(folder.glob("*.part")) == []


def test_one_process_at_a_time(folder: Path) -> None:
    with Journal(folder), pytest.raises(ConfigError, match="another worker"):
        Journal(folder)
    Journal(folder).close()


def test_nobody_else_may_read_it(folder: Path) -> None:
    with Journal(folder):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot open the journal"):
        Journal(tmp_path / "file" / "task")


# Processes that keep an opening and an update, each killed by itself just before or after another one of the calls that
# reach the disk.
KILLED = """
import os, signal, sys
from pathlib import Path
from folkmoot.worker.journal import Journal
from tests.support.views import opening

calls = 0

def deadly(function, place, when):
    def called(*args, **kwargs):
        global calls
        calls += 1
        dies = calls == place
        if dies and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return called

def run(folder, place, when):
    journal = Journal(folder)
    for owner, name in ((os, "fsync"), (os, "link"), (Path, "unlink"), (Path, "replace")):
        setattr(owner, name, deadly(getattr(owner, name), place, when))
    journal.keep_opening(opening())
    journal.keep_trained(2, b"weights" * 10_000, 17)

for name in sys.argv[2:]:
    if os.fork() == 0:
        run(Path(sys.argv[1], name), int(name.split("-")[1]), name.split("-")[0])
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""

CALLS = 4 + 3 + 3  # of keeping an opening, a blob and its record
DEATHS = [f"{when}-{place}" for when in ("before", "after") for place in range(1, CALLS + 1)]


@pytest.fixture(scope="module")
def graves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journals that they left, one folder each."""
    folder = tmp_path_factory.mktemp("graves")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), *DEATHS], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [str(-signal.SIGKILL)] * len(DEATHS)
    return folder


@pytest.mark.parametrize("death", DEATHS)
def test_a_kill_leaves_each_entry_whole_or_out(graves: Path, death: str) -> None:
    with Journal(graves / death) as journal:
        found, update = journal.opening(2, 0, DIGEST), journal.trained(2)
        assert found == (None if death in {"before-1", "after-1", "before-2"} else opening())
        assert update == (Trained(pointer=pointer(BLOB), samples=17) if death in LATE else None)


LATE = {"after-9", "before-10", "after-10"}  # once the record of the update has its name


@pytest.mark.parametrize("death", DEATHS)
def test_after_a_kill_the_work_goes_on(graves: Path, tmp_path: Path, death: str) -> None:
    folder = Path(shutil.copytree(graves / death, tmp_path / death))
    with Journal(folder) as journal:
        journal.forget(before=0)
        if journal.opening(2, 0, DIGEST) is None:
            journal.keep_opening(opening())
        journal.keep_trained(2, BLOB, 17)
        assert (journal.opening(2, 0, DIGEST), measured(journal.blob(2) or b"")[0]) == (opening(), pointer(BLOB))
