import pytest
from eth_utils.crypto import keccak

from folkmoot.chain import sources
from folkmoot.chain.abi import abi
from folkmoot.chain.bytecode import metadata_hash
from folkmoot.chain.compiled import packaged, packaged_names
from folkmoot.errors import ConfigError
from folkmoot.store import pointer
from tools.workcopy import ROOT, configured_evm


@pytest.mark.parametrize("name", packaged_names())
def test_the_code_ends_with_the_hash_of_its_metadata(name: str) -> None:
    found = packaged(name)
    code = bytes.fromhex(found.code)[found.start : found.start + found.size]
    assert metadata_hash(code) == f"0x{pointer(sources.metadata(name).encode()).hex()}"


@pytest.mark.parametrize("name", packaged_names())
def test_the_texts_are_those_that_the_metadata_name(name: str) -> None:
    told = sources.described(name)["sources"]
    assert {source: f"0x{keccak(text=text).hex()}" for source, text in sources.texts(name).items()} == {
        source: entry["keccak256"] for source, entry in told.items()
    }


def test_the_texts_are_those_of_this_checkout() -> None:
    for name in packaged_names():
        for source, text in sources.texts(name).items():
            assert (ROOT / source).read_text("utf-8") == text


def test_a_contract_is_named_by_its_source() -> None:
    assert sources.identifier("Task") == "contracts/Task.sol:Task"
    assert sources.identifier("MedianScore") == "contracts/rules/score/MedianScore.sol:MedianScore"
    with pytest.raises(ConfigError, match="no source of 'Nothing'"):
        sources.identifier("Nothing")


def test_the_compiler_is_the_configured_one() -> None:
    found = sources.compiler()
    assert found.version.startswith("0.8.30+commit.")
    assert (found.evm_version, found.optimizer_runs, found.via_ir) == (configured_evm(), 10_000, False)
    assert {sources.described(name)["compiler"]["version"] for name in packaged_names()} == {found.version}


def test_one_remapping_is_spelled_alike_for_every_compiler() -> None:
    (remappings,) = {tuple(sources.described(name)["settings"]["remappings"]) for name in packaged_names()}
    assert remappings == (":@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",)  # in no certain context
    for name in ("brownie-config.yaml", "foundry.toml"):
        assert f'"{remappings[0][1:]}"' in (ROOT / name).read_text()


def test_the_standard_input_has_the_sources_whole_and_no_libraries() -> None:
    made = sources.standard_input("Task")
    assert made["language"] == "Solidity"
    assert {source: entry["content"] for source, entry in made["sources"].items()} == sources.texts("Task")
    assert made["settings"]["libraries"] == {}
    assert "compilationTarget" not in made["settings"]


def test_the_abi_is_the_exported_one() -> None:
    def named(entries: list[dict[str, object]]) -> set[tuple[object, object]]:
        return {(entry["type"], entry.get("name")) for entry in entries}

    assert named(sources.described("Federation")["output"]["abi"]) == named(abi("Federation"))
