"""Questions to one real node."""

import pytest

from folkmoot.errors import ChainError, ConnectionFailed
from folkmoot.testing import Anvil, free_port
from folkmoot.testing.networks.rpc import ask, height, heights


def test_an_answer_a_refusal_and_no_answer_are_told_apart(anvil: Anvil) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    anvil.mine()
    assert height(anvil.url) == int(ask(anvil.url, "eth_blockNumber"), 16) > 0
    with pytest.raises(ChainError, match="refuses clique_propose: ") as caught:
        ask(anvil.url, "clique_propose", "0x" + "00" * 20, True)
    assert not isinstance(caught.value, ConnectionFailed)
    with pytest.raises(ConnectionFailed, match=f"{nobody} does not answer"):
        ask(nobody, "eth_blockNumber")
    assert heights([nobody, anvil.url]) == [None, height(anvil.url)]
