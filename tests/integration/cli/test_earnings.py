"""`earnings`, `withdraw` and `deposit` on a real chain."""

from folkmoot.chain import Sender
from folkmoot.testing import Anvil
from tests.integration.cli.people import SMALL, Crew, People, propose
from tests.support.cli import findings


def test_earnings_are_told_by_payment_and_withdrawn(people: People, played: Crew) -> None:
    assert people
    second, best, fault = [played(name).json("earnings") for name in ("t0", "t1", "t2")]
    (paid,) = [entry for entry in best["payments"] if entry["amount"]]  # others' tasks have no budget
    assert (paid["round"], paid["for"], paid["rank"], paid["score"]) == (0, "update", 1, 7_000)
    assert paid["metric"] == "accuracy"
    assert "the update of rank 1, 70.00 % (accuracy)" in played("t1").ok("earnings")
    assert best["earned"] == best["owed"] == paid["amount"] > second["earned"] > 0
    assert fault["earned"] == 0
    assert [entry for entry in fault["payments"] if entry["amount"]] == []
    assert played("t1").json("withdraw")["amount"] == paid["amount"]
    assert played("t1").json("earnings")["withdrawn"] == paid["amount"]
    assert "nothing is owed to" in played("t1").refused("withdraw")


def test_a_seat_earns_too(people: People, crew_members: dict[str, Sender]) -> None:
    settings = 'reward_rule = "FlatReward"\nreward_settings = [20, 10, 5]\n'
    (people.folder / "paid.toml").write_text(SMALL + settings)
    crew = propose(people, crew_members, "paid.toml")
    crew.start("30")
    before = crew("s0").json("earnings")
    crew.play()
    earned = crew("s0").json("earnings")
    [paid] = [entry for entry in earned["payments"] if entry not in before["payments"]]
    assert (paid["round"], paid["for"], paid["rank"], paid["score"]) == (0, "seat", None, None)
    assert earned["earned"] - before["earned"] == earned["owed"] - before["owed"] == paid["amount"] > 0
    assert "a seat" in crew("s0").ok("earnings")


def test_a_treasury_that_holds_less_than_it_owes_is_told(people: People, played: Crew, anvil: Anvil) -> None:
    """As after a loss by a token that changes balances by itself, which the local one does not."""
    token, treasury = people.network.token, people.network.deployment.treasury
    snapshot, cli = anvil.ask("evm_snapshot"), played("t0")
    lost = token.transfer(people.network.deployment.federation, token.balance_of(treasury))
    anvil.ask("anvil_setBalance", treasury, hex(10**18))
    anvil.ask("anvil_impersonateAccount", treasury)
    anvil.ask("eth_sendTransactionSync", {"from": treasury, "to": lost.to, "data": f"0x{lost.data.hex()}"})
    less = f"the treasury holds less than it owes: 0 {token.symbol()} of "
    told = cli.refused("withdraw")
    assert told.startswith(f"error: {less}")
    assert "its token changed balances by itself" in told
    assert findings(cli)["treasury"]["message"].startswith(less)
    assert "nothing is owed to" in played("t2").refused("withdraw")
    assert anvil.ask("evm_revert", snapshot)
    assert cli.json("withdraw")["amount"] > 0
