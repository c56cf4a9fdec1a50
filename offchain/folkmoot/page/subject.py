"""The federation that a page shows: what the page is told of it before it asks the chain, and the forms of answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from folkmoot.chain import Deployment
from folkmoot.page.asking import Asked, Fault

HEADER = ("number", "hash", "parentHash", "timestamp", "miner", "gasLimit", "gasUsed", "baseFeePerGas")
RECEIPT = ("transactionHash", "blockNumber", "blockHash", "from", "to", "status", "gasUsed", "effectiveGasPrice")

Answer = str | Fault
"""A result as JSON text, or an error."""


class Source(Protocol):
    """What answers the page: a node behind the server, or a record."""

    def settings(self) -> Mapping[str, Any]:
        """What `settings.json` says."""

    def audit(self) -> Mapping[str, Any]:
        """What `audit.json` says."""

    def answer(self, asked: Sequence[Asked]) -> list[Answer]:
        """The answers to some requests, in their order. It may wait for a node, and is called in several threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A federation: `names` are those of a member's address book, by addresses, `contracts` those of contracts.

    `store` is the kind of the blob store. `recorded_at` is None, or the time of a record's last block in seconds since
    1970.
    """

    chain_id: int
    federation: str
    first_block: int
    contracts: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    recorded_at: int | None = None

    @classmethod
    def of(cls, record: Deployment, names: Mapping[str, str], store: str) -> Self:
        """What a deployment record tells of it."""
        own = {address: name for name, address in record.compiled.items()} | {record.token: "Token"}
        return cls(
            chain_id=record.chain_id,
            federation=record.federation,
            first_block=record.first_block,
            contracts=own,
            names=names,
            store=store,
        )

    def settings(self) -> dict[str, Any]:
        """What the page reads first."""
        return {
            "rpc": "rpc",
            "chainId": self.chain_id,
            "federation": self.federation,
            "firstBlock": self.first_block,
            "names": dict(self.names),
            "contracts": dict(self.contracts),
            "store": self.store,
            "audit": True,
            "recordedAt": self.recorded_at,
        }


def part(answer: Any, names: Sequence[str]) -> Any:
    """These fields of an object that has them, and nothing of one that is not there."""
    return answer and {name: answer[name] for name in names if name in answer}


def as_json(value: Any) -> str:
    """A value as the text of an answer."""
    return json.dumps(value, separators=(",", ":"))
