"""`earnings`, `withdraw` and `deposit` on a real chain."""

from tests.integration.cli.people import Crew, People


def test_earnings_are_told_by_block_and_withdrawn(people: People, played: Crew) -> None:
    assert people
    second, best, fault = [played(name).json("earnings") for name in ("t0", "t1", "t2")]
    (block,) = [entry for entry in best["blocks"] if entry["score"] == 7_000]
    assert (block["round"], block["block"], block["metric"]) == (0, 1, "accuracy")
    assert "70.00 % (accuracy)" in played("t1").ok("earnings")
    assert best["earned"] == best["owed"] == block["amount"] > second["earned"] > 0
    assert (fault["earned"], fault["blocks"]) == (0, [])
    assert played("t1").json("withdraw")["amount"] == block["amount"]
    assert played("t1").json("earnings")["withdrawn"] == block["amount"]
    assert "nothing is owed to" in played("t1").refused("withdraw")
