"""`python -m folkmoot.simulation.worker --config FILE`: a worker with a share of common data, or an attacker."""

import argparse
import logging
import sys
from pathlib import Path

from folkmoot.errors import FolkmootError
from folkmoot.simulation.behaviours import find_behaviour
from folkmoot.simulation.config import load_simulated, template
from folkmoot.testing.processes import Program
from folkmoot.worker import make_reporter, run_worker
from folkmoot.worker.log_lines import formatter
from folkmoot.worker.metering import make_meter


def run(config: Path) -> None:
    """Take part in a task as a TOML file says, then exit with `run_worker`'s code, or 1 for what has to be fixed."""
    handler = logging.StreamHandler()
    logging.basicConfig(level=logging.INFO, force=True, handlers=[handler])
    try:
        worker, simulation = load_simulated(config)
        meter = make_meter(worker)
        handler.setFormatter(formatter(worker.log_format, meter.facts))
        sys.exit(run_worker(worker, make_reporter(), find_behaviour(simulation), meter))
    except FolkmootError as error:
        sys.exit(f"simulated worker: {error}")


SIMULATED = Program(run, template)
"""What the worker processes of a simulated consortium run."""


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m folkmoot.simulation.worker", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the worker's TOML file")
    run(parser.parse_args().config)


if __name__ == "__main__":
    main()
