import pytest
from eth_abi.abi import encode

from folkmoot.chain import CONTRACT_ERRORS, Membership, Phase, contract_errors
from folkmoot.chain.abi import abi_errors
from folkmoot.chain.contract_errors import contract_error, decode_error, in_tokens
from folkmoot.errors import ChainError, ContractError

SOMEBODY = "0x" + "ab" * 20
SAMPLES = {"address": SOMEBODY, "uint256": 1_234, "uint8": 2, "bytes32": b"\7" * 32, "string": "committee"}


def revert_data(selector: str) -> bytes:
    kinds = [entry["type"] for entry in abi_errors()[selector]["inputs"]]
    return bytes.fromhex(selector[2:]) + encode(kinds, [SAMPLES[kind] for kind in kinds])


def test_every_contract_error_has_an_exception_and_no_other_has() -> None:
    assert set(CONTRACT_ERRORS) == {entry["name"] for entry in abi_errors().values()}


@pytest.mark.parametrize("selector", abi_errors(), ids=lambda selector: abi_errors()[selector]["name"])
def test_an_error_decodes_to_a_sentence_with_a_hint(selector: str) -> None:
    entry = abi_errors()[selector]
    error = decode_error(revert_data(selector))
    assert error is not None
    assert type(error) is CONTRACT_ERRORS[entry["name"]]
    assert error.name == type(error).__name__ == entry["name"]
    assert list(error.values) == [value["name"] for value in entry["inputs"]]
    assert error.message
    assert error.hint
    assert "{" not in str(error)


def test_a_sentence_of_smallest_units_is_told_in_tokens_afterwards() -> None:
    values = {"available": 5, "needed": 70}
    told = contract_error("InsufficientPool", values)
    assert (
        in_tokens(told.message, "{} FED".format) == contract_error("InsufficientPool", values, "{} FED".format).message
    )
    assert in_tokens("5 rounds", "{} FED".format) == "5 rounds"


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("WrongPhase", {"round": 3, "current": 3, "required": 5}, "round 3 is in phase Training, needed is Revealing"),
        (
            "InvalidParameter",
            {"name": "updatesPerRound", "value": 2, "reason": "1 to maxUpdates"},
            "updates_per_round cannot be 2: 1 to maxUpdates",
        ),
        (
            "InsufficientPool",
            {"available": 5, "needed": 7},
            "the pool holds 5 smallest units of the token, needed are 7 smallest units of the token",
        ),
        ("EnrolmentOpen", {"startBy": 1_700_000_000}, "members may enrol until 2023-11-14 22:13:20 UTC"),
        ("TermsNotAccepted", {"fee": 5, "period": 60}, "the fee is now 5 smallest units of the token for 60 seconds"),
        (
            "TermsNotAccepted",
            {"fee": 5, "period": 0},
            "the fee is now 5 smallest units of the token for a membership that does not expire",
        ),
        (
            "WrongPause",
            {"until": 2**255, "current": 0},
            "the task is paused until 1970-01-01 00:00:00 UTC, not until 9999-12-31 23:59:59 UTC",
        ),
        (
            "WrongMembership",
            {"account": SOMEBODY, "membership": int(Membership.BANNED)},
            f"{SOMEBODY} is banned from the federation, which does not allow this",
        ),
        (
            "WrongMembership",
            {"account": SOMEBODY, "membership": int(Membership.NONE)},
            f"{SOMEBODY} is not a member of the federation, which does not allow this",
        ),
        (
            "NotPastDue",
            {"account": SOMEBODY, "paidUntil": 1_700_000_000},
            f"the membership of {SOMEBODY} runs until 2023-11-14 22:13:20 UTC",
        ),
        ("NotPastDue", {"account": SOMEBODY, "paidUntil": 0}, f"the membership of {SOMEBODY} runs without end"),
        (
            "NothingToRevoke",
            {"manager": SOMEBODY, "action": b"\1" * 32},
            f"{SOMEBODY} has not confirmed the action 0x{'01' * 32}",
        ),
    ],
)
def test_values_are_written_for_people(name: str, values: dict[str, object], sentence: str) -> None:
    assert contract_error(name, values).message == sentence


AMOUNTS = {
    "ERC20InsufficientAllowance": {"spender": SOMEBODY, "allowance": 1, "needed": 2},
    "ERC20InsufficientBalance": {"sender": SOMEBODY, "balance": 1, "needed": 2},
    "FeeOnTransfer": {"received": 1, "expected": 2},
    "InsufficientPool": {"available": 1, "needed": 2},
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_amounts_are_written_as_the_caller_writes_them(name: str) -> None:
    message = contract_error(name, AMOUNTS[name], lambda units: f"{units}.0 FED").message
    assert [amount for amount in ("1.0 FED", "2.0 FED") if amount not in message] == []
    assert "tokens" not in contract_error(name, AMOUNTS[name]).message


def test_every_membership_is_a_sentence() -> None:
    said = {contract_error("WrongMembership", {"account": SOMEBODY, "membership": int(m)}).message for m in Membership}
    assert len(said) == len(Membership)


def test_addresses_are_checksummed_and_numbers_stay_numbers() -> None:
    selector = next(key for key, entry in abi_errors().items() if entry["name"] == "WrongPhase")
    error = decode_error(revert_data(selector))
    assert error is not None
    assert error.values == {"round": 1_234, "current": Phase.SAMPLING, "required": 2}
    selector = next(key for key, entry in abi_errors().items() if entry["name"] == "NotManager")
    error = decode_error(revert_data(selector))
    assert error is not None
    assert error.values == {"caller": "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"}


@pytest.mark.parametrize("data", [b"", b"\1\2\3", b"\0\0\0\0", bytes.fromhex("08c379a0")])
def test_other_data_is_no_contract_error(data: bytes) -> None:
    assert decode_error(data) is None


def test_a_truncated_error_is_none() -> None:
    selector = next(key for key, entry in abi_errors().items() if entry["name"] == "WrongRound")
    assert decode_error(revert_data(selector)[:-1]) is None


def test_errors_can_be_caught_by_their_names() -> None:
    with pytest.raises(contract_errors.WrongRound):
        raise contract_error("WrongRound", {"round": 1, "current": 2})
    assert issubclass(contract_errors.WrongRound, ContractError)
    assert issubclass(ContractError, ChainError)
    with pytest.raises(AttributeError, match="NoSuchError"):
        _ = contract_errors.NoSuchError
