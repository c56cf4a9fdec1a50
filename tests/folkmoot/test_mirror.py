"""Every module of the package has a test file of its name, so that a reader knows where its tests are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "offchain" / "folkmoot"
TESTS = ROOT / "tests"

EXCEPTIONS = {
    "aggregation/coordinates.py",
    "aggregation/distances.py",
    "aggregation/registry.py",
    "cli/balances.py",
    "cli/earnings.py",
    "cli/manager.py",
    "cli/member.py",
    "cli/membership_status.py",
    "cli/model.py",
    "rules/election.py",
    "rules/reward.py",
    "rules/sampling.py",
    "rules/score.py",
    "simulation/attacks/attack.py",
    "simulation/coalition.py",
    "simulation/federation.py",
    "simulation/participant.py",
    "simulation/view_cache.py",
    "testing/federation.py",
    "testing/local.py",
}
"""Modules without one. The list only gets shorter."""


def modules() -> set[str]:
    """All modules but `__init__` and `__main__`, by their paths in the package."""
    files = (path for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__"))
    return {path.relative_to(PACKAGE).as_posix() for path in files}


def has_tests(module: str) -> bool:
    """Whether its test file lies in the folder here that mirrors its own, or among the integration tests."""
    folder, name = Path(module).parent, f"test_{Path(module).stem}.py"
    return (TESTS / "folkmoot" / folder / name).exists() or any((TESTS / "integration").rglob(name))


def test_every_module_has_a_test_file_of_its_name() -> None:
    assert {module for module in modules() if not has_tests(module)} <= EXCEPTIONS


def test_no_exception_outlives_its_reason() -> None:
    assert {module for module in EXCEPTIONS if module not in modules() or has_tests(module)} == set()
