"""Brownie's command, one at a time in this checkout: it rewrites a file of the project whenever it connects."""

import sys
from pathlib import Path

from filelock import FileLock

from tools.workcopy import ROOT

BROWNIE = Path(sys.executable).with_name("brownie")
ALONE = FileLock(ROOT / "build" / "brownie.lock")
