from pathlib import Path

from folkmoot.testing import Program, Worker
from tests.support import programs


def test_a_worker_has_next_to_nothing_to_collect_when_it_begins(tmp_path: Path) -> None:
    worker = Worker("Ada", tmp_path, Program(programs.count_frozen))
    worker.start({})
    assert worker.exit_code(60) == 0
    frozen, others = map(int, worker.log.split())
    assert frozen > 10 * others
