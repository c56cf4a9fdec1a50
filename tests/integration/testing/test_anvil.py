"""What Anvil does not do by itself."""

from folkmoot.testing import FREE_GAS, account_of, run_anvil


def test_a_transaction_is_mined_though_the_node_forgets_to() -> None:
    with run_anvil(*FREE_GAS) as anvil:
        anvil.automine(False)
        receipt = anvil.send_as(account_of("sender"), account_of("receiver").address, b"", 21_000)
    assert (receipt["status"], receipt["blockNumber"]) == (1, 1)
