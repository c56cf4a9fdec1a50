"""Real contracts that do something else than they should (contracts.toml): patched, compiled, founded and played."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Self

from folkmoot.errors import FolkmootError
from folkmoot.testing import LocalChain
from tests.manipulations import scripts
from tests.manipulations.builds import Edit, edited
from tests.manipulations.manipulation import HEX, Manipulation, Tried
from tests.manipulations.town import Town, settle_in

FILE = Path(__file__).with_name("contracts.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What is edited, which contracts are made of it, what is played with them, and what the audit has to say."""

    kind: str
    edits: Sequence[Edit]
    made: Sequence[str]
    sentence: str
    script: str = "eventful"
    settings: Mapping[str, Any] = field(default_factory=dict)
    confirmations: int = 2

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        edits = [Edit(**edit) for edit in entry["edits"]]
        return cls(**{**entry, "edits": edits, "sentence": entry["sentence"].replace("{hex}", HEX)})

    @property
    def family(self) -> str:
        of_managers = self.made[0] == "Federation" or "confirmed" in self.sentence
        return "managers" if of_managers else "contracts"

    def attempt(self, chain: LocalChain, random: Random) -> Tried:
        with TemporaryDirectory() as folder:
            contracts = edited(self.edits, self.made)
            here = settle_in(chain, Path(folder), members=10, contracts=contracts, confirmations=self.confirmations)
            self._play(here, random)
            return Tried(here.audit(), self.sentence)

    def _play(self, here: Town, random: Random) -> None:
        game = here.propose("bflc", random.randrange(2**32), **self.settings)
        try:
            getattr(scripts, self.script)(game, random)
        except FolkmootError:
            return  # contracts that are broken enough refuse what is honest


PATCHES = [Patch.of(entry) for entry in tomllib.loads(FILE.read_text())["patch"]]


def manipulations(chain: LocalChain) -> Iterator[Manipulation]:
    for patch in PATCHES:
        yield Manipulation(patch.family, patch.kind, partial(patch.attempt, chain))
