"""Where geth and GoQuorum listen: on loopback they take votes by RPC, on a host only by the console there."""

from itertools import pairwise
from pathlib import Path

from folkmoot.testing.networks.geth_family import blocks, listening
from folkmoot.testing.networks.kind import ANY
from folkmoot.testing.networks.plan import Validator, plan


def values(options: list[str]) -> dict[str, str]:
    return dict(pairwise(options))


def first(*hosts: str) -> Validator:
    return plan(Path("x"), "geth", evm="berlin", hosts=hosts)[0].validators[0]


def test_forks_end_with_the_rules_asked_for() -> None:
    assert list(blocks("berlin"))[-1] == "berlinBlock"
    assert set(blocks("london")) - set(blocks("berlin")) == {"londonBlock"}


def test_on_loopback() -> None:
    options = listening(first("127.0.0.1"), "clique")
    found = values(options)
    assert (found["--http.addr"], found["--http.api"]) == ("127.0.0.1", "eth,net,web3,clique")
    assert found["--netrestrict"] == "127.0.0.0/8"
    assert "--ipcdisable" in options


def test_on_a_host() -> None:
    options = listening(first("a.example", "b.example"), "clique")
    found = values(options)
    assert (found["--http.addr"], found["--http.api"]) == (ANY, "eth,net,web3")
    assert found["--http.vhosts"] == "localhost,a.example"
    assert {"--ipcdisable", "--netrestrict"} & set(options) == set()
