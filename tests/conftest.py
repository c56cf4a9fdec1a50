"""What holds for the tests of all folders."""

import gc
import signal

gc.disable()  # while tests are imported and collected, which all stay

LONGEST = 300
"""Characters of a value from which a test's name is made: reports repeat it, and each process sends it on."""


def pytest_configure() -> None:
    """Heed Ctrl-C also in the background, where it is ignored: the processes of tests would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case by its argument and number where its value is long, or bytes: some have a time in them.

    Processes that share the tests must all find the same names.
    """
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST) else None


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not among what was collected: a seventh of the time would go there."""
    gc.freeze()
    gc.enable()
