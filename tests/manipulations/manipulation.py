"""One manipulation: what is done, and the sentence by which an audit has to tell it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from folkmoot.audit.report import Outcome, Report

HEX = r"0x[0-9a-fA-F]+"


class Tried(NamedTuple):
    """What an audit says of a manipulation, and a pattern of the sentence that it has to say among others."""

    report: Report
    sentence: str

    @property
    def is_caught(self) -> bool:
        texts = [finding.text for finding in self.report.all_findings]
        return self.report.outcome is Outcome.FINDING and any(re.search(self.sentence, text) for text in texts)

    def __str__(self) -> str:
        said = [finding.text for finding in self.report.all_findings][:40]
        lacking = [one.text for one in self.report.all_unseen][:2]
        return f"/{self.sentence}/ is not in {said}" + (f", not seen: {lacking}" if lacking else "")


@dataclass(frozen=True, slots=True)
class Manipulation:
    """Of a `family` (what is manipulated) and a `kind`. `attempt` does it, as drawn, and audits."""

    family: str
    kind: str
    attempt: Callable[[Random], Tried]
