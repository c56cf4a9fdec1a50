from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from web3 import Web3

from folkmoot.chain import Client, FederationContract, find_task, list_members
from folkmoot.chain.abi import abi
from folkmoot.errors import ConfigError
from folkmoot.testing.memory import MemoryChain, MemoryNode

TASK = to_checksum_address("0x" + "ab" * 20)
NOBODY = "0x" + "00" * 20
READABLE = Web3().eth.contract(abi=abi("Federation"))


class OneTask(MemoryNode):
    """A node on whose chain there is a federation of one task."""

    def eth_call(self, transaction: Any, _tag: str) -> str:
        function, arguments = READABLE.decode_function_input(transaction["data"])
        (value,) = arguments.values() or (None,)
        kind, answer = {
            "taskCount": ("uint256", 1),
            "taskAt": ("address", TASK if value == 0 else NOBODY),
            "isTask": ("bool", value == TASK),
        }[function.fn_name]
        return Web3.to_hex(encode([kind], [answer]))


@pytest.fixture
def federation() -> FederationContract:
    node = OneTask(MemoryChain())
    return FederationContract(Client(["node"], connect=lambda _: node), "0x" + "11" * 20)


@pytest.mark.parametrize("named", [0, TASK, TASK.lower()])
def test_a_task_is_found_by_number_and_by_address_in_any_case(federation: FederationContract, named: int | str) -> None:
    assert find_task(federation, named).address == TASK


@pytest.mark.parametrize("named", [1, -1, 2**256, NOBODY, "0x" + "11" * 20, "0x12", "digits", "0"])
def test_a_task_that_is_none_is_refused(federation: FederationContract, named: int | str) -> None:
    with pytest.raises(ConfigError, match="the federation has no task") as caught:
        find_task(federation, named)
    assert "it has 1" in caught.value.hint


MEMBERS = [to_checksum_address(f"0x{number:040x}") for number in range(1, 2_502)]


class ManyMembers(MemoryNode):
    """A node on whose chain every second applicant became a member."""

    def eth_call(self, transaction: Any, _tag: str) -> str:
        function, arguments = READABLE.decode_function_input(transaction["data"])
        if function.fn_name == "applications":
            return Web3.to_hex(encode(["uint256"], [2 * len(MEMBERS)]))
        assert function.fn_name == "members"
        page = range(arguments["from"], min(arguments["from"] + arguments["count"], 2 * len(MEMBERS)))
        return Web3.to_hex(encode(["address[]"], [[MEMBERS[n // 2] for n in page if n % 2]]))


def test_all_members_are_listed_page_by_page() -> None:
    node = ManyMembers(MemoryChain())
    federation = FederationContract(Client(["node"], connect=lambda _: node), "0x" + "11" * 20)
    assert list_members(federation) == MEMBERS
