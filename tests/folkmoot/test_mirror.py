"""Every module of the package has a test file of its name, so that a reader knows where its tests are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "offchain" / "folkmoot"


def modules() -> set[str]:
    """All modules but `__init__` and `__main__`, by their paths in the package."""
    files = (path for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__"))
    return {path.relative_to(PACKAGE).as_posix() for path in files}


def has_tests(module: str) -> bool:
    """Whether its test file lies in the folder of its own folder's name, or among the integration tests."""
    path, name = Path(module), f"test_{Path(module).stem}.py"
    return (ROOT / "tests" / "folkmoot" / path.parent / name).exists() or any(
        (ROOT / "tests" / "integration").rglob(name)
    )


def test_every_module_has_a_test_file_of_its_name() -> None:
    assert {module for module in modules() if not has_tests(module)} == set()
