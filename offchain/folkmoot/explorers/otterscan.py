"""A folder from which Otterscan shows a federation: sources, names of functions and events, settings, labels.

It holds what Otterscan's assets server has, and a repository as Sourcify's first servers kept it. Source: Otterscan's
book, "Assets Server" and "Alternative Sourcify sources".
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from folkmoot.chain import Deployment, sources
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.explorers.signatures import selectors, topics

_KEPT_OUT = re.compile("[@:]")  # of file names


class Match(Enum):
    """How the code at an address fits sources. `PARTIAL`: it does the same, but they do not compile to it."""

    FULL = "full_match"
    PARTIAL = "partial_match"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a browser finds the node, which has to know Otterscan's requests, and this folder."""

    node: str
    folder: str


def contract_files(chain_id: int, name: str, address: str, match: Match) -> Iterator[tuple[str, str]]:
    """Paths and texts for one of this build's contracts at an address."""
    yield from _files(chain_id, address, match, name, sources.metadata(name))


def task_files(record: Deployment, task: TaskProposed) -> Iterator[tuple[str, str]]:
    """Paths and texts for a task, whose code was found to be a clone: its sources are the implementation's."""
    told = sources.described("Task")
    ((source, _),) = told["settings"]["compilationTarget"].items()
    told["settings"]["compilationTarget"] = {source: f"Task {task.number}, a clone of Task"}
    yield from _files(record.chain_id, task.task, Match.PARTIAL, "Task", json.dumps(told))


def name_files() -> Iterator[tuple[str, str]]:
    """Paths and texts that name functions and events."""
    for folder, names in (("signatures", selectors()), ("topic0", topics())):
        yield from ((f"{folder}/{number}", text) for number, text in names.items())


def settings_file(record: Deployment, places: Places) -> tuple[str, str]:
    """Path and text of Otterscan's settings: its `/config.json`."""
    settings = {
        "erigonURL": places.node,
        "assetsURLPrefix": places.folder,
        "chainInfo": {
            "name": f"Folkmoot on chain {record.chain_id}",
            "faucets": [],
            "nativeCurrency": {"name": "coin", "symbol": "ETH", "decimals": 18},
        },
        "branding": {"networkTitle": f"Folkmoot on chain {record.chain_id}", "hideAnnouncements": True},
        "sourcify": {
            "sources": {"Folkmoot": {"url": places.folder, "backendFormat": "RepositoryV1"}},
            "localContractVerification": {"enabled": False},
        },
        "WIP_customAddressLabels": True,
    }
    return "config.json", json.dumps(settings, indent=2) + "\n"


def label_files(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Paths and texts that name accounts: for programs, and to be pasted into the console of Otterscan's page.

    Otterscan keeps labels in the browser, and takes them from no settings.
    """
    yield "labels.json", json.dumps(labels, indent=2) + "\n"
    pairs = json.dumps([*labels.items()])
    yield "labels.js", _LABELS.format(pairs)


_LABELS = """\
// Names of accounts for Otterscan, which keeps them in the browser: paste this into the console of its page.
localStorage.setItem(
  "customAddressLabels",
  JSON.stringify([...new Map([...JSON.parse(localStorage.getItem("customAddressLabels") ?? "[]"), ...{}])])
)
"""


def _files(chain_id: int, address: str, match: Match, name: str, metadata: str) -> Iterator[tuple[str, str]]:
    folder = f"contracts/{match.value}/{chain_id}/{address}"
    yield f"{folder}/metadata.json", metadata
    for source, text in sources.texts(name).items():
        yield f"{folder}/sources/{_KEPT_OUT.sub('_', source)}", text
