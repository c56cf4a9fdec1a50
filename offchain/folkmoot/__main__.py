"""`folkmoot` and `python -m folkmoot`: the command line."""

import gc
import os
import signal

from folkmoot.exit_codes import INTERRUPTED


def main() -> None:
    """Run what the command line says; ends the process. Ctrl-C ends it quietly, also while its parts are imported."""
    heeds = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeds:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    gc.disable()  # nothing of what is imported is garbage: to look for some takes a third of the start and the end
    from folkmoot.cli import main as run  # noqa: PLC0415 - takes a second or two

    gc.freeze()
    gc.enable()
    if heeds:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
