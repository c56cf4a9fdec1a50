"""What the runner says of halmos's results; whether the proofs hold is what `make prove` tells."""

from typing import Any

import pytest

from tools.prove import PROOFS, contracts, judge

COUNTEREXAMPLE = {"is_valid": True}


def result(name: str, exitcode: int, *models: dict[str, Any], loops: int = 0) -> dict[str, Any]:
    return {"name": f"{name}(uint256)", "exitcode": exitcode, "models": list(models), "num_bounded_loops": loops}


def test_a_proof_holds_on_every_path() -> None:
    assert judge(result("prove_a", 0)) == (True, "holds")
    assert judge(result("prove_a", 1, COUNTEREXAMPLE)) == (False, "counterexample")


def test_a_refutation_needs_a_counterexample() -> None:
    assert judge(result("refute_a", 1, COUNTEREXAMPLE)) == (True, "counterexample")
    assert judge(result("refute_a", 0)) == (False, "holds")
    assert not judge(result("refute_a", 1, {"is_valid": False}))[0]


@pytest.mark.parametrize("name", ["prove_a", "refute_a"])
@pytest.mark.parametrize("exitcode", [2, 3, 4, 5])
def test_what_is_neither_proved_nor_refuted_fails(name: str, exitcode: int) -> None:
    assert not judge(result(name, exitcode))[0]


def test_a_loop_that_was_cut_short_fails() -> None:
    assert judge(result("prove_a", 0, loops=1)) == (False, "a loop was cut short")
    assert not judge(result("refute_a", 1, COUNTEREXAMPLE, loops=1))[0]


def test_each_file_proves_and_refutes_in_the_contract_of_its_name() -> None:
    files = sorted(PROOFS.glob("*.t.sol"))
    assert files
    for contract, file in zip(contracts([]), files, strict=True):
        source = file.read_text()
        assert f"contract {contract} " in source
        assert "function prove_" in source
        assert "function refute_" in source


def test_words_choose_files() -> None:
    assert contracts(["treas"]) == ["TreasuryProof"]
    assert contracts(["nothing"]) == []
