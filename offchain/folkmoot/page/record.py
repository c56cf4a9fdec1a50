"""A federation as it was at one block, from a file: answered as by a node whose latest block that is."""

import gzip
import json
import zlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from folkmoot.chain.answers import log_of, natural, text
from folkmoot.errors import ConfigError, reason
from folkmoot.page.asking import (
    REFUSED,
    Asked,
    ChainId,
    Code,
    Fault,
    Header,
    HeadNumber,
    Logs,
    ReceiptOf,
    Version,
    View,
    contract_at,
)
from folkmoot.page.saving import FILE, FORM
from folkmoot.page.subject import HEADER, RECEIPT, Answer, Subject, as_json, part

MOST_BYTES = 1 << 30  # of a record's text
_DAMAGE = (
    AttributeError,
    ConfigError,
    EOFError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)
_LOG = ("address", "topics", "data", "blockNumber", "logIndex", "transactionHash", "blockTimestamp")
_HINT = "name the folder that `folkmoot page --save` wrote, or a demonstration's"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSource:
    """Answers from a record. `logs` are in order, with their blocks in `log_blocks`."""

    subject: Subject
    verdict: Mapping[str, Any]
    answers: Mapping[Asked, str]
    logs: Sequence[tuple[str, str]]  # contract and JSON text
    log_blocks: Sequence[int]
    head: int

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What a record's text says. Raises one of `_DAMAGE` for another document."""
        if document["form"] != FORM:
            raise ValueError("it is of another form")
        head = document["head"]
        headers = [part(block, HEADER) for block in document["blocks"]]
        subject = _subject(document["settings"])
        answers: dict[Asked, Any] = {
            ChainId(): hex(subject.chain_id),
            HeadNumber(): hex(head),
            Version(): text(document["version"]),
            **{Header(natural(one["number"])): one for one in headers},
            **{ReceiptOf(text(one["transactionHash"])): part(one, RECEIPT) for one in document["receipts"]},
            **{View(contract_at(to), text(call)): text(told) for to, call, told in document["views"]},
            **{Code(contract_at(at)): text(code) for at, code in document["code"].items()},
        }
        answers[Header(None)] = answers[Header(head)]
        read = ((log_of(one), part(one, _LOG)) for one in document["logs"])
        logs = sorted(read, key=lambda pair: (pair[0]["blockNumber"], pair[0]["logIndex"]))
        return cls(
            subject=subject,
            verdict=dict(document["audit"]),
            answers={one: as_json(told) for one, told in answers.items()},
            logs=[(log["address"], as_json(told)) for log, told in logs],
            log_blocks=[log["blockNumber"] for log, _ in logs],
            head=head,
        )

    def settings(self) -> Mapping[str, Any]:
        """As `Source.settings`."""
        return self.subject.settings()

    def audit(self) -> Mapping[str, Any]:
        """As `Source.audit`."""
        return self.verdict

    def answer(self, asked: Sequence[Asked]) -> list[Answer]:
        """As `Source.answer`."""
        return [self._logs(one) if isinstance(one, Logs) else self._known(one) for one in asked]

    def _known(self, one: Asked) -> Answer:
        if isinstance(one, Header) and one.number is not None and one.number > self.head:
            return "null"
        return self.answers.get(one) or Fault(REFUSED, f"the record does not have it: {one}")

    def _logs(self, asked: Logs) -> Answer:
        if foreign := [contract for contract in asked.contracts if Code(contract) not in self.answers]:
            return Fault(REFUSED, f"the record has nothing of {foreign[0]}")
        last = self.head if asked.last is None else asked.last
        found = self.logs[bisect_left(self.log_blocks, asked.first) : bisect_left(self.log_blocks, last + 1)]
        return f"[{','.join(log for contract, log in found if contract in asked.contracts)}]"


def load(folder: Path) -> RecordSource:
    """The record in a folder. Raises `ConfigError` where there is none, and for a damaged or another file."""
    file = folder / FILE
    try:
        with gzip.open(file) as packed:
            content = packed.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError(f"it has more than {MOST_BYTES} bytes")
        return RecordSource.of(json.loads(content))
    except gzip.BadGzipFile as error:
        raise ConfigError(f"{file} is no record of a federation: it is not gzipped", _HINT) from error
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {reason(error)}", _HINT) from error
    except _DAMAGE as error:
        raise ConfigError(f"{file} is no record of a federation, or is damaged: {error}", _HINT) from error


def _subject(settings: Mapping[str, Any]) -> Subject:
    return Subject(
        chain_id=_whole(settings["chainId"]),
        federation=contract_at(text(settings["federation"])),
        first_block=_whole(settings["firstBlock"]),
        contracts={contract_at(at): text(name) for at, name in settings["contracts"].items()},
        names={contract_at(at): text(name) for at, name in settings["names"].items()},
        store=text(settings["store"]),
        recorded_at=_whole(settings["recordedAt"]),
    )


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no number")
    return value
