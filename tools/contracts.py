"""The contracts of this checkout, compiled: what experiments and tests deploy."""

from folkmoot.chain.compiled import built
from tools import forge
from tools.workcopy import ROOT

CONTRACTS = built(ROOT / "build" / "forge")
RULES = ("DrawnVacancies",)
"""Of the experiments, beside those that every federation has."""


build = forge.build
