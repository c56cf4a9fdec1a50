"""What the last whole audit said, left beside its checkpoint for who shows it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.report import Report, TaskReport
from folkmoot.chain import Deployment
from folkmoot.files import read_text

NOT_AUDITED: Mapping[str, Any] = MappingProxyType({"found": False})


def own_folder(folder: Path | None, url: str) -> Path | None:
    """The folder, within that of a logbook, for what the node at one URL tells."""
    return folder and folder / f"node-{sha256(url.encode()).hexdigest()[:16]}"


def checkpoint_file(folder: Path | None, record: Deployment) -> Path | None:
    """Where in a node's folder an audit of a federation keeps what it has checked."""
    return folder and folder / f"audit-{record.chain_id}-{record.federation.lower()}"


def verdict(report: Report) -> dict[str, Any]:
    """What an audit said, for machines: whether the record holds, and sentences.

    It neither holds nor does not (None) where not all could be seen, or a store or a node tells otherwise. `at` is the
    time of the last block in seconds since 1970, `models` whether models were compared.
    """
    return {
        "found": True,
        "holds": _holds(report.all_findings, report.all_unseen),
        "at": report.time,
        "block": report.block,
        "models": report.models,
        "tasks": {task.task: _of_task(task) for task in report.tasks},
        "findings": [*_sentences(report.findings, report.unseen)],
    }


def keep_verdict(report: Report, checkpoint: Path) -> None:
    """Write the verdict beside a checkpoint; that it cannot be written is no fault of the audit."""
    file = _beside(checkpoint)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(verdict(report)), "utf-8")
        unfinished.replace(file)


def last_verdict(checkpoints: Iterable[Path | None]) -> Mapping[str, Any]:
    """The verdict beside one of these checkpoints that is of the latest block; `NOT_AUDITED` if there is none."""
    found = []
    for checkpoint in filter(None, checkpoints):
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            document = json.loads(read_text(_beside(checkpoint)))
            found.append((int(document["block"]), document))
    return max(found, key=lambda pair: pair[0], default=(0, NOT_AUDITED))[1]


def _beside(checkpoint: Path) -> Path:
    return checkpoint.with_name(f"{checkpoint.name}.verdict.json")


def _of_task(task: TaskReport) -> dict[str, Any]:
    findings = [*task.findings, *(finding for one in task.rounds for finding in one.findings)]
    unseen = [*task.unseen, *(thing for one in task.rounds for thing in one.unseen)]
    return {"holds": _holds(findings, unseen), "findings": [*_sentences(findings, unseen)]}


def _holds(findings: Sequence[Finding], unseen: Sequence[Unseen]) -> bool | None:
    if any(finding.kind not in {Kind.NODE, Kind.STORE} for finding in findings):
        return False
    return None if findings or unseen else True


def _sentences(findings: Iterable[Finding], unseen: Iterable[Unseen]) -> list[str]:
    told = [f"{_where(one)}{one.text}" for one in findings]
    return [*told, *(f"{_where(one)}not seen: {one.text}" for one in unseen)]


def _where(one: Finding | Unseen) -> str:
    return "" if one.round is None else f"round {one.round}: "
