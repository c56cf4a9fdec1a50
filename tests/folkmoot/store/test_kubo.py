"""How a node is addressed, and what is told where its client is not installed; the calls are tested on real nodes."""

import sys

import pytest

from folkmoot.errors import ConfigError, StoreError
from folkmoot.store.kubo import Kubo


def made(url: str, token: str = "") -> Kubo:
    return Kubo(url, token, lookup_s=1, silence_s=1)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("ipfs+http://127.0.0.1:5001", "http://127.0.0.1:5001"),
        ("ipfs+http://127.0.0.1:5001/", "http://127.0.0.1:5001"),
        ("ipfs+https://node.member.example:443", "https://node.member.example:443"),
        ("ipfs+http://localhost", "http://localhost:5001"),
        ("ipfs+http://[::1]:5001", "http://[::1]:5001"),
    ],
)
def test_an_address_is_a_url(url: str, place: str) -> None:
    assert made(url).place == place


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://127.0.0.1:5001",
        "ipfs://127.0.0.1:5001",
        "/ip4/127.0.0.1/tcp/5001",
        "ipfs+http://",
        "ipfs+http://:5001",
        "ipfs+http://127.0.0.1:0x1",
        "ipfs+http://127.0.0.1:65536",
        "ipfs+http://[::1",
        "ipfs+http://[fe80::1%eth0]:5001",
        "ipfs+http://under_score:5001",
        "ipfs+http://a b:5001",
        "ipfs+http://secret@127.0.0.1:5001",
        "ipfs+http://me:secret@127.0.0.1:5001",
        "ipfs+http://127.0.0.1:5001/api/v0",
        "ipfs+http://127.0.0.1:5001?token=secret",
        "ipfs+http://127.0.0.1:5001#secret",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigError, match="not the address of a Kubo node's RPC") as told:
        made(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("token", ["a secret", "secret\n", "secret\r\nHost: other", "sécret"])
def test_what_is_no_token_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(ConfigError, match="the token of the Kubo node") as told:
        made("ipfs+http://127.0.0.1:5001", token)
    assert "cret" not in str(told.value)


def test_where_the_client_is_not_installed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipfshttpclient", None)
    with pytest.raises(StoreError, match=r"ipfshttpclient is not installed.*pip install 'folkmoot\[ipfs\]'"):
        made("ipfs+http://127.0.0.1:5001")
