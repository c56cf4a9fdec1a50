"""Stores by what the settings call them: a folder, a URL, or several of these."""

import os
from collections.abc import Sequence
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import unquote, urlsplit

from folkmoot.errors import ConfigError
from folkmoot.files import at_home
from folkmoot.store.blobs import KeepingStore
from folkmoot.store.folder import LocalStore
from folkmoot.store.several import StoreList

Place = str | Path
"""A store's URL, or its folder."""


def open_store(places: Sequence[Place]) -> KeepingStore:
    """The store, or all of them as one: the first is written to. Raises `ConfigError` and `StoreError`."""
    stores = [_open(place) for place in places]
    return stores[0] if len(stores) == 1 else StoreList(stores)


def read_place(text: str) -> Place:
    """A store from the settings: what has no scheme, or the scheme `file`, is a folder.

    Raises `ConfigError` for a scheme of no store, and for a secret in a URL, which would end up in logs.
    """
    if "://" not in text:
        return at_home(text)
    url = urlsplit(text)
    if url.scheme == "file" and url.netloc not in {"", "localhost"}:
        raise ConfigError(f"{text} names a folder on another machine", hint="file:/// has three slashes; mount it here")
    if url.scheme == "file":
        return Path(unquote(url.path))
    if url.scheme not in _KINDS:
        known = ", ".join(f"{scheme}://" for scheme in ("file", *_KINDS))
        raise ConfigError(f"no store has URLs like {url.scheme}://", hint=f"name a folder, or use one of {known}")
    if url.password:
        raise ConfigError("a store's URL has a password in it", hint="secrets come from the environment or a file")
    return text


def is_node(place: Place) -> bool:
    """Whether a store is a member's own Kubo node."""
    return _KINDS.get(urlsplit(str(place)).scheme) == _NODE


def _open(place: Place) -> KeepingStore:
    if isinstance(place, Path):
        return LocalStore(place)
    scheme = urlsplit(place).scheme
    secrets = {name: os.environ[key] for name, key in _SECRETS.get(scheme, {}).items() if key in os.environ}
    store: KeepingStore = resolve_name(f"folkmoot.store.{_KINDS[scheme]}")(place, **secrets)
    return store


_NODE = "ipfs:KuboStore"
_KINDS = {
    "ipfs+http": _NODE,
    "ipfs+https": _NODE,
    "s3": "objects:ObjectStore",
    "gs": "objects:ObjectStore",
    "az": "objects:ObjectStore",
    "sftp": "sftp:SftpStore",
    "https": "gateway:GatewayStore",
    "http": "gateway:GatewayStore",
}
"""By scheme. Each is imported when it is used: it may need an extra that others do not have."""

_SECRETS = {scheme: {"token": "FOLKMOOT_IPFS_TOKEN"} for scheme in ("ipfs+http", "ipfs+https")}
"""Environment variables that hold what no URL may."""
