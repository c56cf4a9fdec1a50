from tools.compile import with_placeholders


def test_libraries_are_named_where_their_addresses_belong() -> None:
    places = {"a.sol": {"Heap": [{"start": 2, "length": 20}]}, "b.sol": {"Closing": [{"start": 30, "length": 20}]}}
    code = "60" * 60
    linked = with_placeholders({"object": f"0x{code}", "linkReferences": places})
    assert linked[4:44] == "__Heap" + 34 * "_"
    assert linked[60:100] == "__Closing" + 31 * "_"
    assert len(linked) == len(code)
    assert {linked[:4], linked[44:60], linked[100:]} == {"6060", "60" * 8, "60" * 10}
