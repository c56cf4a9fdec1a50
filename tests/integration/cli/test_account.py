"""`account` on a real chain."""

from tests.integration.cli.people import FED, FEE, People


def test_the_faucet_gives_coins_and_the_fee(people: People) -> None:
    nina = people("nina")
    address = nina.json("account", "new")["address"]
    assert nina.json("account", "show") == {
        "address": address, "membership": "none", "paid_until": None, "manager": False, "coins": 0, "tokens": 0,
        "owed": 0,
    }  # fmt: skip
    assert nina.json("account", "faucet") == {"address": address, "coins": FED, "tokens": FEE}
    nina.ok("account", "faucet", "--coins", "0.5", "--tokens", "1.25")
    shown = nina.json("account", "show")
    assert (shown["coins"], shown["tokens"]) == (15 * FED // 10, FEE + 125 * FED // 100)
    assert "6.25 FED" in nina.ok("account", "show")


def test_the_faucet_gives_no_more_than_its_account_holds(people: People) -> None:
    people.account("otto")
    told = people("otto").refused("account", "faucet", "--coins", "9" * 40)
    assert told.startswith("error: the node's account holds no more than ")
    assert told.endswith("hint: ask for less by --coins\n")
    assert "is not an amount of ETH" in people("otto").refused("account", "faucet", "--coins", "9" * 5_000)


def test_the_faucet_gives_to_another_account(people: People) -> None:
    other = people.account("oscar").address
    said = people("m0").ok("account", "faucet", other, "--tokens", "1")
    assert said == f"{other} received 1 ETH and 1 FED\n"
    assert people("oscar").json("account", "show")["tokens"] == FED
