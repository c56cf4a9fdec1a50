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
        *("aggregate", "check_rule", "clip_samples", "draws", "rule", "rules"),
        *(
            "bift_krum",
            "bulyan",
            "clipped",
            "fedavg",
            "fedsgd",
            "krum",
            "median",
            "mixed_by_draw",
            "mixed_by_time",
            "multi_krum",
        ),
        "trimmed_mean",
    },
    "folkmoot.learning": {
        "METRICS",
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
        "outputs",
        "partition",
        "peek_meta",
        "score",
        "split_member",
        "update_norm",
    },
    "folkmoot.store": {
        "BlobStore",
        "Bytes",
        "Content",
        "LocalStore",
        "MemoryStore",
        "Place",
        "cid",
        "from_cid",
        "open_store",
        "pointer",
        "read_place",
    },
}

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "offchain" / "folkmoot"


@pytest.mark.parametrize("package", PUBLIC)
def test_public_names_are_these_and_exist(package: str) -> None:
    module = importlib.import_module(package)
    assert len(module.__all__) == len(set(module.__all__))
    assert set(module.__all__) == PUBLIC[package]
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


@pytest.mark.parametrize(
    ("package", "heavy"),
    [
        ("folkmoot", {"numpy", "safetensors", "web3"}),
        ("folkmoot.__main__", {"folkmoot.cli", "rich", "typer", "web3"}),
        ("folkmoot.errors", {"numpy", "safetensors", "web3"}),
        ("folkmoot.store", {"numpy", "safetensors", "web3"}),
        ("folkmoot.aggregation", {"safetensors", "web3"}),
        ("folkmoot.learning", {"web3"}),
    ],
)
def test_a_package_loads_no_more_than_it_needs(package: str, heavy: set[str]) -> None:
    assert heavy & loaded_by(package) == set()


# What each part of the package may import, from the bottom up: a part knows only parts above it in this table.
FOUNDATIONS = ("aggregation", "chain", "encryption", "learning", "rules", "store")
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "exit_codes": set(),
    "files": set(),
    "plurals": set(),
    **{package: {"errors"} for package in FOUNDATIONS},
    "chain": {"errors", "files"},
    "store": {"errors", "files"},
    "settings": {"errors", "files", "store"},
    "config": {"errors", "settings", "store"},
    "shared_keys": {"errors", "chain", "encryption", "store"},
    "blob_keys": {"errors", "chain", "encryption", "learning", "shared_keys", "store"},
    "task_blobs": {"errors", "blob_keys", "encryption", "learning", "store"},
    "task_record": {"chain", "config"},
    "explorers": {"errors", "chain"},
    "rule_settings": {"errors"},
    "task_config": {"chain", "settings"},
    "proposal": {
        "errors",
        "aggregation",
        "blob_keys",
        "chain",
        "learning",
        "rule_settings",
        "store",
        "task_blobs",
        "task_config",
    },
    "presets": {"errors", "settings", "task_config"},
    "score_meaning": {"chain", "rule_settings", "rules"},
    "worker": {"errors", *FOUNDATIONS, "blob_keys", "config", "plurals", "score_meaning", "task_blobs", "task_record"},
    "audit": {
        *("aggregation", "chain", "errors", "files", "learning", "plurals", "rule_settings", "rules", "store"),
        "task_blobs",
    },
    "page": {"audit", "chain", "errors", "store"},
    "cli": {
        "audit",
        "errors",
        *FOUNDATIONS,
        "blob_keys",
        "config",
        "exit_codes",
        "explorers",
        "files",
        "page",
        "plurals",
        "presets",
        "proposal",
        "rule_settings",
        "score_meaning",
        "settings",
        "task_blobs",
        "task_config",
        "task_record",
        "worker",
    },
    "__main__": {"cli", "exit_codes"},
    "testing": {
        "errors",
        *FOUNDATIONS,
        "blob_keys",
        "cli",
        "config",
        "plurals",
        "presets",
        "proposal",
        "task_blobs",
        "task_config",
        "worker",
    },
    "simulation": {
        "errors",
        *FOUNDATIONS,
        "blob_keys",
        "config",
        "presets",
        "proposal",
        "settings",
        "task_blobs",
        "task_config",
        "testing",
        "worker",
    },
}


def test_the_table_of_arrows_has_every_part_and_no_circle() -> None:
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert set(MAY_IMPORT) == parts - {"__init__"}
    seen: set[str] = set()
    for part, others in MAY_IMPORT.items():
        assert others <= seen, f"{part} would import what stands below it"
        seen.add(part)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_may(part: str) -> None:
    files = [PACKAGE / f"{part}.py", *(PACKAGE / part).rglob("*.py")]
    found = {(f.name, name) for f in files if f.exists() for name in imported(ast.parse(f.read_text("utf-8")))}
    allowed = {part, "__version__", *MAY_IMPORT[part]}
    assert {(file, name) for file, name in found if name not in allowed} == set()


def test_pytorch_is_imported_only_where_it_is_used() -> None:
    light = [part for part in MAY_IMPORT if part not in {"__main__", "simulation"}]
    modules = ", ".join(f"folkmoot.{part}" for part in light)
    assert {"torch", "sklearn", "brownie"} & loaded_by(modules) == set()


def loaded_by(modules: str) -> set[str]:
    """The names of all modules that a fresh interpreter has after importing these."""
    program = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.split())


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
