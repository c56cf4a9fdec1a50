"""What an explorer compiles a contract from to verify it: standard JSON input, settings, libraries and arguments."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode

from folkmoot.chain import Client, Deployment, questions, sources
from folkmoot.chain.answers import Transaction
from folkmoot.chain.bytecode import difference
from folkmoot.chain.compiled import packaged, packaged_names

LICENSE = "Apache-2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A contract at an address, as explorers verify it. Settings and sources are in `standard_input`.

    `constructor_arguments` are encoded; None where nobody knows them. `libraries` gives the address of each library
    that is linked into it, by source and name. `transaction` created it; empty where that is not known.
    """

    name: str
    address: str
    identifier: str
    compiler: str
    standard_input: Mapping[str, Any]
    constructor_arguments: bytes | None
    libraries: Mapping[str, str]
    transaction: str

    @property
    def described(self) -> dict[str, Any]:
        """All but the sources, for people."""
        settings = {name: value for name, value in self.standard_input["settings"].items() if name != "outputSelection"}
        arguments = self.constructor_arguments
        return {
            "address": self.address,
            "contract": self.identifier,
            "compiler": self.compiler,
            "settings": settings,
            "libraries": self.libraries,
            "constructor_arguments": None if arguments is None else f"0x{arguments.hex()}",
            "transaction": self.transaction,
            "license": LICENSE,
        }

    @property
    def input_text(self) -> str:
        """The standard JSON input as text."""
        return json.dumps(self.standard_input, indent=2) + "\n"


def submissions(client: Client, record: Deployment) -> Iterator[Submission]:
    """Every contract of a federation that this build has the sources of, the token too if it is one of ours.

    Raises `ConnectionFailed`.
    """
    known = {name: address for name, address in record.compiled.items() if name in packaged_names()}
    if _is_ours(client, record):
        known["FederationToken"] = record.token
    sent = record.provenance.transactions if record.provenance else {}
    for name, address in known.items():
        yield Submission(
            name=name,
            address=address,
            identifier=sources.identifier(name),
            compiler=sources.compiler().version,
            standard_input=sources.standard_input(name),
            constructor_arguments=_arguments(client, record, name, sent.get(name, "")),
            libraries={
                sources.identifier(library): record.libraries[library]
                for library in packaged(name).links
                if library in record.libraries
            },
            transaction=sent.get(name, ""),
        )


def _is_ours(client: Client, record: Deployment) -> bool:
    token = packaged("FederationToken")
    return difference(client.code(record.token), "FederationToken", record.token, record, token) is None


def _arguments(client: Client, record: Deployment, name: str, transaction: str) -> bytes | None:
    """What a contract's constructor got: the treasury's is known, other contracts' is behind their code."""
    contract = packaged(name)
    if not contract.constructor:
        return b""
    if name == "Treasury":
        return encode(contract.constructor, [record.token])
    (sent,) = client.ask_many([questions.transaction(transaction)]) if transaction else (None,)
    data, code = sent.input if isinstance(sent, Transaction) else b"", contract.linked(record.libraries)
    return data[len(code) :] if data.startswith(code) else None
