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
def test_names_passwords_paths_and_queries_are_hidden_and_the_place_is_not(url: str, secrets: list[str]) -> None:
    hide = hiding([url])
    for text in (f"no answer of {url}", f"no answer of {shown(url)}", f"node.example: {', '.join(secrets)} is wrong"):
        told = hide(text)
        assert not [secret for secret in secrets if secret in told]
        assert "node.example" in told


def test_a_plain_url_stays_as_it_is() -> None:
    text = "no node answers: http://127.0.0.1:8545: connection refused"
    assert hiding(["http://127.0.0.1:8545", "http://127.0.0.1:8546/"])(text) == text
