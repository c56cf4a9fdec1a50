from folkmoot.chain.calldata import CallData, decode_call, encode_call


def test_a_call_is_read_as_it_was_written() -> None:
    data = encode_call("Task", "submitUpdate", 3, b"\1" * 32, 600)
    assert decode_call("Task", data) == CallData("submitUpdate", {"round": 3, "pointer": b"\1" * 32, "samples": 600})


def test_what_calls_nothing_of_the_contract_has_no_name() -> None:
    data = encode_call("Task", "submitUpdate", 3, b"\1" * 32, 600)
    for other in (b"", b"\0" * 4, data[:40]):
        assert decode_call("Task", other) == CallData("", {})
    assert decode_call("Federation", data) == CallData("", {})
