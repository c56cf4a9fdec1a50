import pytest

from folkmoot.chain.rpc_errors import AlreadyKnown, LogsLimited, NoAnswer, decoding, is_final, passes, refusal
from folkmoot.errors import ChainError, ChainGone, TransactionFailed

SEND, LOGS, CALL = "eth_sendRawTransaction", "eth_getLogs", "eth_call"


def refused(message: str, code: int = -32000, method: str = SEND, data: object = None) -> ChainError:
    return refusal({"code": code, "message": message, "data": data}, method)


@pytest.mark.parametrize(
    ("message", "code", "kind"),
    [
        ("Sender account not authorized to send transactions", -32007, "NotPermitted"),
        ("something in Besu's own words", -32007, "NotPermitted"),
        ("Nonce too low", -32001, "NonceTaken"),
        ("replacement transaction underpriced", -32000, "NonceTaken"),
        ("insufficient funds for gas * price + value: balance 0", -32000, "InsufficientFunds"),
        ("Upfront cost exceeds account balance", -32004, "InsufficientFunds"),
        ("exceeds block gas limit", -32000, "OutOfGas"),
        ("Transaction gas limit exceeds block gas limit", -32005, "OutOfGas"),
        ("intrinsic gas too low", -32003, "OutOfGas"),
        ("transaction underpriced", -32000, "FeeTooLow"),
        ("Gas price below configured minimum gas price", -32009, "FeeTooLow"),
        ("max fee per gas less than block base fee", -32000, "FeeTooLow"),
        ("already known", -32000, "AlreadyKnown"),
        ("Known transaction", -32000, "AlreadyKnown"),
        ("transaction already imported", -32000, "AlreadyKnown"),
        ("AlreadyKnown", -32010, "AlreadyKnown"),  # Nethermind
        ("ALREADY_EXISTS: already known", -32000, "AlreadyKnown"),  # Erigon
        ("ALREADY_EXISTS", -32000, "AlreadyKnown"),
        ("INTERNAL_ERROR: existing tx with same hash", -32000, "AlreadyKnown"),
        ("ALREADY_EXISTS: existing txn with same hash", -32000, "AlreadyKnown"),
        ("existing txn with same hash", -32000, "AlreadyKnown"),
        ("OldNonce, Current nonce: 9, nonce of rejected tx: 8", -32010, "NonceTaken"),  # Nethermind
        ("OwnNonceAlreadyUsed", -32010, "NonceTaken"),
        ("ReplacementNotAllowed", -32010, "NonceTaken"),
        ("INTERNAL_ERROR: nonce too low", -32000, "NonceTaken"),  # Erigon
        ("INTERNAL_ERROR: could not replace existing tx", -32000, "NonceTaken"),
        ("Replacement transaction underpriced", -32000, "NonceTaken"),  # Besu
        ("InsufficientFunds, Account balance: 0, cumulative cost: 1", -32010, "InsufficientFunds"),  # Nethermind
        ("INTERNAL_ERROR: insufficient funds", -32000, "InsufficientFunds"),  # Erigon
        ("GasLimitExceeded, Gas limit: 1, gas limit of rejected tx: 2", -32010, "OutOfGas"),  # Nethermind
        ("GasLimitExceeded", -32010, "OutOfGas"),
        ("gas limit reached", -32010, "OutOfGas"),
        ("INTERNAL_ERROR: IntrinsicGas", -32000, "OutOfGas"),  # Erigon
        ("Intrinsic gas exceeds gas limit", -32003, "OutOfGas"),  # Besu
        ("FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 0, BaseFee: 7", -32010, "FeeTooLow"),  # Nethermind
        ("FeeTooLow", -32010, "FeeTooLow"),
        ("INTERNAL_ERROR: fee too low", -32000, "FeeTooLow"),  # Erigon
        ("INTERNAL_ERROR: underpriced", -32000, "FeeTooLow"),
        ("Gas price below current base fee", -32009, "FeeTooLow"),  # Besu
        ("transaction underpriced: gas tip cap 0, minimum needed 1", -32000, "FeeTooLow"),  # Geth
        ("PermissionDenied", -32010, "NotPermitted"),  # Nethermind
    ],
)
def test_refusals_are_told_apart_and_are_final(message: str, code: int, kind: str) -> None:
    found = refused(message, code)
    assert type(found).__name__ == kind
    assert is_final(found)
    assert found.hint or isinstance(found, AlreadyKnown)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("txpool is full", -32000),  # Geth
        ("transaction pool is full", -32000),
        ("TxPoolFull", -32010),
        ("tx pool full", -32000),
        ("txpool overflow", -32000),
        ("FeeTooLowToCompete", -32010),  # Nethermind: the pool is full of what offers as much
        ("FeeTooLowToCompete, Fee too low to compete", -32010),
        ("INTERNAL_ERROR: pending sub-pool is full", -32000),  # Erigon
        ("INTERNAL_ERROR: baseFee sub-pool is full", -32000),
        ("INTERNAL_ERROR: queued sub-pool is full", -32000),
        ("account limit exceeded", -32000),
        ("in-flight transaction limit reached for delegated accounts", -32000),
        ("Initial sync is still in progress", -32008),  # Besu
        ("Syncing", -32010),  # Nethermind
        ("50/second request limit reached - reduce calls per second or upgrade your account at quicknode.com", -32007),
        ("300/second request limit reached", -32007),
        ("100/second limit reached", -32007),
        ("credits limited to 6000/sec", -32012),
        ("You've exceeded the RPS limit available on the current plan.", -32000),
        ("Your app has exceeded its rate limit", -32016),
    ],
)
def test_a_node_that_takes_nothing_now_is_waited_for(message: str, code: int) -> None:
    assert passes({"code": code, "message": message})
    with pytest.raises(NoAnswer, match="it refuses eth_sendRawTransaction: "):
        refused(message, code)


def test_refusals_that_nobody_knows_may_be_one_nodes_alone() -> None:
    found = refused("the moon is in the wrong house")
    assert type(found) is TransactionFailed
    assert not is_final(found)
    with pytest.raises(NoAnswer, match="the moon is in the wrong house"):
        refused("the moon is in the wrong house", method=CALL)


def test_an_estimate_may_be_had_of_another_block() -> None:
    assert type(refused("Block not found", method="eth_estimateGas")) is TransactionFailed


@pytest.mark.parametrize(("message", "now"), [("no batches", False), ("too many requests", True), ("timeout", True)])
def test_whether_anything_is_refused_now(message: str, now: bool) -> None:
    assert passes({"code": -32600, "message": message}) == now


def test_a_refused_account_is_told_about_the_allow_list() -> None:
    text = str(refused("Sender account not authorized to send transactions", -32007))
    assert "not on the validators' allow-list" in text
    assert "permissions_config.toml" in text


def test_an_account_without_coins_is_told_of_the_faucet() -> None:
    found = refused("Insufficient funds for gas * price + value", -32003)
    assert "on a local network: folkmoot account faucet" in found.hint


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("limit exceeded", -32005),
        ("daily request count exceeded, request rate limited", -32005),
        ("Your app has exceeded its compute units per second capacity", 429),
        ("header not found", -32000),
        ("Block not found", -32000),
        ("Unknown block", -39001),
        ("missing trie node 1f (path ) state 0x1f is not available", -32000),
        ("Transaction pool not enabled. (Either txpool explicitly disabled, or node not yet in sync).", -32002),
        ("Internal error", -32603),
        ("request timed out", -32002),
        ("No state available for block 0x1f", -32002),
    ],
)
@pytest.mark.parametrize("method", [SEND, LOGS, CALL])
def test_what_passes_is_no_answer(message: str, code: int, method: str) -> None:
    with pytest.raises(NoAnswer, match=f"it refuses {method}: "):
        refused(message, code, method)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Requested range exceeds maximum RPC range limit", -32005),  # Besu
        ("query returned more than 10000 results", -32005),
        ("Too many logs requested. Max logs per response is 20000.", -32005),  # Nethermind
        ("exceed maximum block range: 5000", -32000),  # geth behind a provider
        ("query exceeds limit of 10000 results", -32000),
        ("block range too large, max 10000", -32602),  # Erigon
        ("Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range", -32602),
    ],
)
def test_too_many_blocks_for_logs_are_no_rate_limit(message: str, code: int) -> None:
    found = refused(message, code, LOGS)
    assert isinstance(found, LogsLimited)
    assert is_final(found)


@pytest.mark.parametrize("code", [3, -32000])
@pytest.mark.parametrize("data", ["0x1f2a2005", "Reverted 0x1f2a2005", {"data": "0x1f2a2005"}])
def test_reverts_are_decoded_however_a_node_words_them(code: int, data: object) -> None:
    found = refused("Execution reverted", code, CALL, data)
    assert type(found).__name__ == "ZeroAmount"
    assert is_final(found)


STRING = "08c379a0" + "20".zfill(64) + "4".zfill(64) + b"nope".hex().ljust(64, "0")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("0xdeadbeef", "unknown error 0xdeadbeef"),
        ("0x4e487b71" + "11".zfill(64), "refused: underflow or overflow"),
        ("0x4e487b71" + "21".zfill(64), "refused: panic 0x"),
        (f"0x{STRING}", "refused: nope"),
        (f"0x{STRING[:100]}", "refused: execution reverted"),
        (None, "refused: execution reverted"),
        ("0x", "refused: execution reverted"),
    ],
)
def test_reverts_without_a_name_of_ours_are_told_too(data: str | None, message: str) -> None:
    found = refused("execution reverted", 3, CALL, data)
    assert message in found.message
    assert is_final(found)


@pytest.mark.parametrize("error", ["header not found", ["limit exceeded"], {"message": None, "code": "limit exceeded"}])
def test_errors_of_another_form_are_read_as_text(error: object) -> None:
    with pytest.raises(NoAnswer):
        refusal(error, CALL)


def test_an_answer_that_does_not_decode_means_that_no_such_contract_is_there() -> None:
    with pytest.raises(ChainGone, match="no such contract answers"), decoding():
        b"\xff".decode()


def test_errors_of_another_kind_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), decoding():
        raise ZeroDivisionError
