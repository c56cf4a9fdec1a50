"""What is deployed is this build: the very bytes that the package ships, which everybody can compare with the chain."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from folkmoot.chain import Client, Deployment
from folkmoot.chain.bytecode import compare_contracts, provenance
from folkmoot.chain.compiled import NO_LIBRARY, packaged
from folkmoot.errors import ChainError, ConfigError

ROOT = Path(__file__).resolve().parent.parent
_LIBRARY = re.compile("__.{38}")  # stands in brownie's bytecode where a library's address belongs


def take_packaged(container: Any) -> None:
    """Let brownie deploy the package's bytes. What it compiled itself has other metadata if ~/.brownie has packages.

    Raises `ConfigError` where the contract does not do what this build's does.
    """
    name, build = container._name, container._build  # noqa: SLF001 - brownie has no other way
    markers = _LIBRARY.findall(build["bytecode"])
    shipped = packaged(name)
    if not shipped.is_same_but_metadata(_LIBRARY.sub(NO_LIBRARY, build["bytecode"])):
        raise ConfigError(f"the contract {name} was changed since this build", "make record renews what is deployed")
    code = shipped.code
    for library, places in shipped.links.items():
        (marker,) = {marker for marker in markers if marker.strip("_") == library}
        for place in places:
            code = code[: 2 * place] + marker + code[2 * place + len(NO_LIBRARY) :]
    build["bytecode"] = code


def checked(client: Client, record: Deployment, deployer: str, transactions: Mapping[str, str]) -> Deployment:
    """The record with what was created by which transactions, once the code on the chain was compared.

    Raises `ChainError` if it is not that of this build.
    """
    if found := [*compare_contracts(client, record)]:
        names = "; ".join(f"{finding.contract} at {finding.address}: {finding.difference}" for finding in found)
        raise ChainError(f"the code on the chain is not that of this build: {names}", "do not use what was deployed")
    own = record.compiled | ({"FederationToken": record.token} if "FederationToken" in transactions else {})
    told = provenance(client, own, commit=commit(ROOT), deployer=deployer, transactions=transactions)
    return replace(record, provenance=told)


def commit(root: Path) -> str:
    """The commit of a checkout; empty if it is none, or its contracts were changed since."""
    asked = (["git", "status", "--porcelain", "--", "contracts", "brownie-config.yaml"], ["git", "rev-parse", "HEAD"])
    try:
        changed, found = (
            subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout for command in asked
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return "" if changed.strip() else found.strip()
