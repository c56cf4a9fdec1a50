import pytest
from hexbytes import HexBytes
from web3.types import Wei

from folkmoot.chain import questions
from folkmoot.chain.rpc_errors import NoAnswer
from tests.support.logs import in_json, log_of

ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_a_call_is_asked_by_its_block() -> None:
    asked = {"to": ADDRESS, "data": "0x0102"}
    assert questions.call(ADDRESS, b"\1\2", 31)[:2] == ("eth_call", (asked, "0x1f"))
    assert questions.call(ADDRESS, b"\1\2", "latest").params[1] == "latest"


def test_a_transactions_fields_are_written_as_json_has_them() -> None:
    transaction = questions.in_json({"to": ADDRESS, "data": HexBytes("0x0102"), "value": Wei(0), "gas": 21_000})
    assert transaction == {"to": ADDRESS, "data": "0x0102", "value": "0x0", "gas": "0x5208"}


def test_logs_are_asked_for_by_topics_only_where_there_are_some() -> None:
    (asked,) = questions.logs([ADDRESS], 1, 31).params
    assert asked == {"address": [ADDRESS], "fromBlock": "0x1", "toBlock": "0x1f"}
    (asked,) = questions.logs([ADDRESS], 1, 31, ["0xa", "0xb"]).params
    assert asked["topics"] == [["0xa", "0xb"]]


def test_logs_are_read() -> None:
    log = log_of("MemberStruck")
    (found,) = questions.logs([], 0, 0).read([in_json(log)])
    assert found == log


def test_what_is_not_there_is_none() -> None:
    for question in (questions.block(3), questions.receipt("0x"), questions.PENDING):
        assert question.read(None) is None


def test_a_receipt_of_a_pending_transaction_is_none() -> None:
    assert questions.receipt("0x").read({"blockNumber": None}) is None


@pytest.mark.parametrize(
    ("answer", "told"), [(False, False), ({"currentBlock": "0x1"}, True), (True, True), ("0x", True)]
)
def test_a_node_fetches_the_chain_unless_it_says_no(answer: object, told: bool) -> None:
    assert questions.SYNCING.read(answer) == told


@pytest.mark.parametrize(("answer", "told"), [("0x", False), ("0x60", True)])
def test_where_there_is_code_there_is_a_contract(answer: str, told: bool) -> None:
    assert questions.has_code(ADDRESS).read(answer) == told


def test_a_block_that_a_node_has_not_is_no_answer() -> None:
    assert questions.reaches(7).read({"number": "0x7"}) is None
    with pytest.raises(NoAnswer, match="it has no block 7 yet"):
        questions.reaches(7).read(None)
