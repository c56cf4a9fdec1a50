"""What Anvil does not do by itself."""

from typing import Any

from folkmoot.testing import FREE_GAS, account_of, run_anvil
from folkmoot.testing.anvil import mined


def test_a_transaction_that_the_node_drops_is_sent_again() -> None:
    with run_anvil(*FREE_GAS) as anvil:
        sent: list[str] = []

        def ask(method: str, *parameters: Any) -> Any:
            if method != "eth_sendTransaction":
                return anvil.ask(method, *parameters)
            anvil.automine(bool(sent))
            sent.append(anvil.ask(method, *parameters))
            if len(sent) == 1:
                anvil.ask("anvil_dropTransaction", sent[0])
            return sent[-1]

        (sender, *_) = anvil.ask("eth_accounts")
        receiver = account_of("receiver").address
        receipt = mined(ask, {"from": sender, "to": receiver, "value": "0x1", "gas": "0x5208"})
        assert receipt["status"] == "0x1"
        assert receipt["transactionHash"] == sent[1]
        assert anvil.ask("eth_getBalance", receiver, "latest") == "0x1"
