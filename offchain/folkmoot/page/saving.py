"""Writing a record of a federation: everything that the page asks, asked once, and the answers in one file."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address

from folkmoot.chain.answers import log_of, natural
from folkmoot.chain.events import decode_logs
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.errors import ChainError, ConfigError, ConnectionFailed, reason
from folkmoot.page.asking import AWAY, CALLS, MOST, Asked, Code, Fault, Header, Logs, ReceiptOf, Version, View, selector
from folkmoot.page.subject import Source

FILE = "record.json.gz"
FORM = "folkmoot page record/1"
_WORD = 64  # digits


def save(source: Source, folder: Path) -> Path:
    """Write a record of what a source tells into a folder; returns the file.

    Raises `ConfigError` where it cannot be written, and `ChainError` where the source does not answer.
    """
    text = json.dumps(taken(source), separators=(",", ":"))
    file = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(gzip.compress(text.encode(), 6, mtime=0))
        return unfinished.replace(file)
    except OSError as error:
        raise ConfigError(
            f"cannot write a record into {folder}: {reason(error)}", "name a folder of your own"
        ) from error


def taken(source: Source) -> dict[str, Any]:
    """The record as JSON has it. What contracts say is of the latest block when they are asked. Raises `ChainError`."""
    settings = source.settings()
    federation, first = settings["federation"], settings["firstBlock"]
    head = _one(source, Header(None))
    last = natural(head["number"])
    treasury = _address(_one(source, View(federation, selector("Federation", "treasury"))))
    token = _address(_one(source, View(treasury, selector("Treasury", "token"))))
    told = _one(source, Logs((federation,), first, last))
    tasks = [event for event in decode_logs(map(log_of, told)) if isinstance(event, TaskProposed)]
    logs = _one(source, Logs(tuple(dict.fromkeys((federation, treasury, *(p.task for p in tasks)))), first, last))
    views = [*_views(federation, treasury, token, tasks)]
    rules = (rule for p in tasks for rule in _rules(p))
    standing = [*dict.fromkeys((federation, treasury, token, *settings["contracts"], *(p.task for p in tasks), *rules))]
    blocks = sorted({natural(log["blockNumber"]) for log in logs} | {last})
    receipts = [*dict.fromkeys(log["transactionHash"] for log in logs)]
    return {
        "form": FORM,
        "settings": {**settings, "recordedAt": natural(head["timestamp"])},
        "audit": dict(source.audit()),
        "version": _one(source, Version()),
        "head": last,
        "logs": logs,
        "blocks": [block for _, block in _each(source, map(Header, blocks)) if block],
        "receipts": [found for _, found in _each(source, map(ReceiptOf, receipts)) if found],
        "views": [[view.contract, view.data, told] for view, told in _each(source, views)],
        "code": {code.contract: told for code, told in _each(source, map(Code, standing))},
    }


def _views(federation: str, treasury: str, token: str, tasks: Iterable[TaskProposed]) -> Iterator[View]:
    roles = {
        "Federation": [federation],
        "Treasury": [treasury],
        "IERC20Metadata": [token],
        "MedianScore": [proposal.parameters.score_rule for proposal in tasks],
    }
    for contract, addresses in roles.items():
        for address in dict.fromkeys(addresses):
            yield from (View(address, selector(contract, name)) for name in CALLS[contract])


def _rules(proposal: TaskProposed) -> tuple[str, ...]:
    p = proposal.parameters
    return p.score_rule, p.election_rule, p.reward_rule


def _each(source: Source, asked: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """What is asked, and the answers; what is refused is left out. Raises `ConnectionFailed`."""
    wanted = [*asked]
    for at in range(0, len(wanted), MOST):
        some = wanted[at : at + MOST]
        for one, answer in zip(some, source.answer(some), strict=True):
            if not isinstance(answer, Fault):
                yield one, json.loads(answer)
            elif answer.code == AWAY:
                raise ConnectionFailed(answer.message)


def _one(source: Source, asked: Asked) -> Any:
    (answer,) = source.answer([asked])
    if isinstance(answer, Fault):
        raise (ConnectionFailed if answer.code == AWAY else ChainError)(answer.message)
    return json.loads(answer)


def _address(word: str) -> str:
    return to_checksum_address(f"0x{word[-40:]}")
