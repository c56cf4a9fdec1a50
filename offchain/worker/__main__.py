"""`python -m offchain.worker --config alice.toml`: one participant's process."""

import argparse
import logging
import sys

from offchain.config import load_config
from offchain.errors import WitanError
from offchain.worker.assemble import run_worker
from offchain.worker.reporter import make_reporter


def main() -> int:
    """Run the worker that the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(description="Take part in a task.")
    parser.add_argument("--config", required=True, help="the worker's TOML file")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    try:
        return run_worker(load_config(options.config), make_reporter())
    except WitanError as error:
        print(f"worker: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
