"""What of nodes' URLs is hidden."""

import pytest

from folkmoot.chain.connection import shown
from folkmoot.page.secrets import hiding


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("http://reader:swordfish@node.example:8545", ["reader", "swordfish"]),
        ("https://node.example/v3/0123456789abcdef", ["0123456789abcdef"]),
        ("https://node.example/rpc?key=topsecret&x=1", ["topsecret"]),
        ("https://us%40er:pass%2Fword@node.example", ["us%40er", "us@er", "pass%2Fword", "pass/word"]),
    ],
)
def test_names_passwords_paths_queries_and_places_are_hidden(url: str, secrets: list[str]) -> None:
    hide = hiding([url])
    for text in (f"no answer of {url}", f"no answer of {shown(url)}", f"node.example: {', '.join(secrets)} is wrong"):
        told = hide(text)
        assert not [secret for secret in (*secrets, "node.example") if secret in told]
        assert "the node" in told


def test_several_nodes_are_told_apart_by_their_numbers() -> None:
    text = "no node answers: http://127.0.0.1:8545: connection refused; http://10.0.0.7:8546: timed out"
    told = "no node answers: node 1: connection refused; node 2: timed out"
    assert hiding(["http://127.0.0.1:8545", "http://10.0.0.7:8546/"])(text) == told
