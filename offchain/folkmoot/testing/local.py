"""All of it at once: a chain, a federation on it, and members with workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from folkmoot.chain import Client
from folkmoot.testing.anvil import FREE_GAS, run_anvil
from folkmoot.testing.consortium import Consortium
from folkmoot.testing.federation import LocalChain, LocalFederation, account_of, found

MANAGERS = ("Mara", "Nils", "Olga")


@contextmanager
def local_federation(**options: Any) -> Iterator[tuple[str, LocalFederation]]:
    """The URL of a new chain, and a federation of three managers on it; `options` are those of `found`."""
    with run_anvil(*FREE_GAS) as anvil, Client([anvil.url]) as client:
        yield anvil.url, found(LocalChain(anvil, client), [account_of(name) for name in MANAGERS], **options)


@contextmanager
def consortium(folder: Path, **settings: object) -> Iterator[Consortium]:
    """A new federation whose members have their files in `folder` and these settings, without members yet."""
    with local_federation() as (url, federation), Consortium(federation, url, folder, settings) as members:
        yield members
