"""Whoever deletes blobs from the store of all stops nothing: those who have read them publish them again."""

from pathlib import Path

from folkmoot.store import cid
from tests.chaos.besieged import besieged
from tests.chaos.oracle import broken
from tests.chaos.plan import Stroke
from tests.chaos.store_faults import deleted

ROUNDS = 4


def test_each_model_and_update_can_be_lost_once(tmp_path: Path) -> None:
    stroke = Stroke(at=0, lasts=0, group="blobs", kind="store deletes", victim=0, both=True, seed=1)
    with besieged(tmp_path, 1, ROUNDS, "folder") as siege:
        siege.consortium.start()
        with deleted(siege, stroke):
            siege.consortium.join_workers()
        assert not broken(siege)
        logs = "".join(member.worker.log for member in siege.members)
        models = [cid(siege.task.ledger(number)) for number in range(1, ROUNDS)]
        assert sum(f"published {model}: the store lacked it" in logs for model in models) >= ROUNDS - 2
