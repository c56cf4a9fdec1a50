"""What an account has and lacks, on a real chain."""

from pathlib import Path

import pytest

from folkmoot.cli.balances import allow, gas_price, holdings, in_words, require_balances
from folkmoot.cli.session import Session
from folkmoot.errors import InsufficientFunds
from tests.integration.cli.people import FED, FEE, People


def session_of(people: People, name: str) -> Session:
    given = {
        "rpc": people.network.urls,
        "keystore": people.folder / f"{name}.json",
        "password_file": people.folder / "password",
    }
    return Session(file=None, given=given, as_json=True)


def test_holdings_and_their_words(people: People) -> None:
    people.member("wim")
    people("wim").ok("account", "faucet", "--tokens", "2.5")
    with session_of(people, "wim") as session:
        found = holdings(session, session.address)
        assert {name: found[name] for name in ("membership", "paid_until", "manager", "tokens", "owed")} == {
            "membership": "admitted", "paid_until": 0, "manager": False, "tokens": 25 * FED // 10, "owed": 0,
        }  # fmt: skip
        words = in_words(session, found)
    assert (words["tokens"], words["owed"], words["paid until"]) == ("2.5 FED", "0 FED", "no expiry")


@pytest.mark.usefixtures("costly_gas")
def test_all_that_is_lacking_is_told_at_once(people: People) -> None:
    people("xena").ok("account", "new")
    with session_of(people, "xena") as session:
        with pytest.raises(InsufficientFunds) as raised:
            require_balances(session, FEE)
        assert f"{session.address} lacks 5 FED and " in raised.value.message
        assert gas_price(session) > 0
    people("xena").ok("account", "faucet")
    with session_of(people, "xena") as session:
        require_balances(session, FEE)
        with pytest.raises(InsufficientFunds, match=r"lacks 1 FED; the fee is 6 FED"):
            require_balances(session, FEE + FED)


def test_an_allowance_is_raised_only_where_it_is_too_low(people: People) -> None:
    people.account("yara")
    assert Path("deployments").is_dir()
    with session_of(people, "yara") as session:

        def allowed() -> int:
            return session.token.allowance(session.address, session.treasury.address)

        for amount, expected in ((5, 5), (3, 5), (8, 8)):
            allow(session, amount)
            assert allowed() == expected
        assert session.client.next_nonce(session.address) == 3, "one approval, then one to zero and one to 8"
