"""The contracts of this checkout, compiled: what experiments and tests deploy."""

from folkmoot.testing.contracts import built
from tools import forge
from tools.compile import SOURCES
from tools.workcopy import ROOT

CONTRACTS = built(ROOT / "build" / "forge")
RULES = ("DrawnVacancies",)
"""Of the experiments, beside those that every federation has."""


def build() -> None:
    """Compile what changed."""
    forge.run("build", *SOURCES, "--silent", check=True)
