import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PUBLIC = {
    "folkmoot": {"__version__"},
    "folkmoot.aggregation": {
        *("Aggregate", "Circumstances", "Contribution", "Rule"),
        *("aggregate", "check_rule", "clip_samples", "rule", "rules"),
        *("bift_krum", "bulyan", "fedavg", "fedsgd", "krum", "median", "mixed_by_draw", "mixed_by_time", "multi_krum"),
        "trimmed_mean",
    },
    "folkmoot.learning": {
        "PARTITIONERS",
        "BlobMeta",
        "Dataset",
        "Descriptor",
        "ExpectedMeta",
        "Learner",
        "TensorSpec",
        "TorchLearner",
        "UpdateGuard",
        "Weights",
        "accuracy",
        "alignment",
        "build",
        "cnn",
        "decode",
        "encode",
        "evaluate_all",
        "holdout",
        "initial_weights",
        "load",
        "load_digits",
        "load_leaf",
        "load_npz",
        "load_plugin",
        "load_weights",
        "max_blob_size",
        "mlp",
        "model",
        "output_shape",
        "partition",
        "peek_meta",
        "split_member",
        "update_norm",
    },
    "folkmoot.store": {"BlobStore", "LocalStore", "MemoryStore", "cid", "from_cid", "pointer"},
}

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", PUBLIC)
def test_public_names_are_these_and_exist(package: str) -> None:
    module = importlib.import_module(package)
    assert len(module.__all__) == len(set(module.__all__))
    assert set(module.__all__) == PUBLIC[package]
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


@pytest.mark.parametrize(
    ("package", "heavy"),
    [
        ("folkmoot", {"numpy", "safetensors", "torch", "web3"}),
        ("folkmoot.errors", {"numpy", "safetensors", "torch", "web3"}),
        ("folkmoot.store", {"numpy", "safetensors", "torch", "web3"}),
        ("folkmoot.aggregation", {"safetensors", "torch", "web3"}),
    ],
)
def test_a_package_loads_no_more_than_it_needs(package: str, heavy: set[str]) -> None:
    program = f"import sys, {package}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert heavy & set(done.stdout.split()) == set()


@pytest.mark.parametrize("package", ["aggregation", "chain", "learning", "rules", "store"])
def test_a_package_knows_nothing_of_its_neighbours(package: str) -> None:
    files = list((ROOT / "offchain" / "folkmoot" / package).rglob("*.py"))
    assert files
    known = {(file.name, name) for file in files for name in imported(ast.parse(file.read_text("utf-8")))}
    assert {(file, name) for file, name in known if name not in {package, "errors"}} == set()


def imported(module: ast.Module) -> Iterator[str]:
    """What stands directly under folkmoot among the imports, also those within functions."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                full = [alias.name for alias in names]
            case ast.ImportFrom(module=source, names=names, level=level):
                assert level == 0, "a relative import would hide an arrow"
                full = [f"{source}.{alias.name}" for alias in names]
            case _:
                continue
        yield from (name.split(".")[1] for name in full if name.startswith("folkmoot."))
