"""What differs between the clients: genesis, files, the command line, and how they count and vote."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount

from folkmoot.testing.networks.plan import Network, Validator

KEY, GENESIS, STATIC_NODES, RUN = "key", "genesis.json", "static-nodes.json", "run"
ANY = "0.0.0.0"  # noqa: S104 - members' workers reach a validator's RPC from elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """RPC methods that list validators, vote one in or out, and take such a vote back."""

    listing: str
    propose: str
    discard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A client. Of its EVM levels the first is the default; with `fewest` validators one may be down."""

    title: str
    program: str
    levels: Sequence[str]
    fewest: int
    consensus: str
    votes: Votes
    needed: Callable[[int], int]  # how many of so many validators make blocks
    sealer: Callable[[Mapping[str, Any]], str]  # the address that made a block, as the RPC has the block
    written: Callable[[Mapping[str, Any]], list[str]] | None  # the validators, where every block names them
    genesis: Callable[[Network], dict[str, Any]]
    peers: Callable[[Network, Validator], Mapping[str, str]]  # files that name the other validators
    secrets: Callable[[LocalAccount], Mapping[str, str]]  # files beside the key
    script: Callable[[Network, Validator], str]  # that starts it
    by_hand: Callable[[Validator, str, bool], str]  # a command that votes, for the validator's own host
    version: Sequence[str]  # arguments that make the program say what it is
    fault: Callable[[str], str]  # why a program that says so is the wrong one; "" for the right one


def enode(validator: Validator, query: str = "") -> str:
    """Where others reach a validator."""
    return f"enode://{validator.public_key}@{validator.host}:{validator.p2p}{query}"


def others(network: Network, validator: Validator, query: str = "") -> list[str]:
    """Where a validator reaches the others."""
    return [enode(other, query) for other in network.validators if other.number != validator.number]


def script(kind: str, program: str, validator: Validator, arguments: Sequence[str], before: Sequence[str] = ()) -> str:
    """A shell script that starts a validator in its own folder, after some lines."""
    return "\n".join(
        [
            "#!/bin/sh",
            f"# Validator {validator.number} of a {kind} network: {validator.address}.",
            f"# RPC {validator.url}, peers at port {validator.p2p}.",
            f"# Start it here, on {validator.host}, by ./{RUN}; CLIENT=/path/to/{program} where it is not on the PATH.",
            'cd "$(dirname "$0")" || exit 1',
            f"client=${{CLIENT:-{program}}}",
            *before,
            'exec "$client" \\',
            " \\\n".join(_lines(arguments)),
            "",
        ]
    )


def _lines(arguments: Sequence[str]) -> list[str]:
    """Each option on a line, with its value."""
    lines: list[str] = []
    for argument in map(shlex.quote, arguments):
        if argument.startswith("--") or not lines:
            lines.append(f"    {argument}")
        else:
            lines[-1] += f" {argument}"
    return lines
