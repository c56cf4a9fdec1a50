"""The calls of a Kubo node's RPC that the store needs, by ipfshttpclient, which nothing else of the package knows."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from folkmoot.errors import ConfigError, StoreError
from folkmoot.store.pointer import CHUNK, LINKS
from folkmoot.store.remote import Broken

_CONNECT_S = 5.0
_ANSWER_S = 5.0  # for saying that a lookup has ended
_SAID = 600  # characters of what a node says that are worth showing
_PORT = 5001
_SCHEMES = {"ipfs+http": "http", "ipfs+https": "https"}
_DENIED = (401, 403)  # HTTP statuses
_FAILED = 500
# What ipfshttpclient raises when it is told nonsense, besides its own errors, and what is raised here for the same.
_NONSENSE = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# Spelled out, whatever the node's configuration says, so that the CID is the pointer (see `folkmoot.store.pointer`).
_IMPORT = {
    "cid-version": "0",
    "hash": "sha2-256",
    "chunker": f"size-{CHUNK}",
    "raw-leaves": "false",
    "trickle": "false",
    "max-file-links": str(LINKS),
    "pin": "true",
}

_START = (
    "start Kubo (`ipfs daemon`), and name the address of its RPC, Addresses.API in its configuration, "
    "as in ipfs+http://127.0.0.1:5001"
)
_T = TypeVar("_T")


class Declined(StoreError):
    """The node says, in Kubo's form, why it cannot do what was asked."""

    def __init__(self, place: str, said: str) -> None:
        super().__init__(f"the Kubo node at {place} fails: {said}", "see the node's log, its disk and its settings")
        self.said = said


class Silent(StoreError):
    """The node sent nothing within the time limit."""


class Kubo:
    """A member's own node. A token has to allow /api/v0/add, /api/v0/block/get, /api/v0/cat and /api/v0/files/stat.

    The calls raise `Declined`, `Silent` and `Broken`, and `StoreError` for a node that cannot be used.
    """

    def __init__(self, url: str, token: str, lookup_s: float, silence_s: float) -> None:
        self.place, address = _address(url)
        if not all("!" <= character <= "~" for character in token):
            raise ConfigError("the token of the Kubo node has a character that no bearer token has")
        library = _library()
        self._errors = library.exceptions
        self._token = token
        # The node's own time limit for a search, and ours a little later.
        self._search = {"opts": {"timeout": f"{lookup_s:.3f}s"}, "timeout": (_CONNECT_S, lookup_s + _ANSWER_S)}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        limits = (_CONNECT_S, silence_s)
        self._writing = (silence_s, silence_s)  # what is sent is under the first limit, as connecting is
        try:
            self._client = library.Client(address, headers=headers, timeout=limits, chunk_size=CHUNK)
        except (self._errors.AddressError, ValueError) as error:
            raise _no_address() from error

    def add(self, chunks: Iterator[bytes]) -> str:
        """Store and pin a blob as its chunks come; returns the CID of its root."""
        with self._telling():
            return _typed(self._client.add_bytes(chunks, opts=_IMPORT, timeout=self._writing), str)

    def stat(self, name: str) -> tuple[str, int]:
        """What a root says that it is, "file" or "directory", and of how many bytes."""
        with self._telling():
            found = self._client.files.stat(f"/ipfs/{name}", **self._search)
            kind, size = _typed(found["Type"], str), _typed(found["Size"], int)
            if found["Hash"] != name or size < 0:
                raise ValueError("nothing that a root can be")
            return kind, size

    def cat(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """A part of a blob as it comes, at most `length` bytes."""
        with self._telling(), closing(self._client.cat(name, offset=start, length=length, stream=True)) as parts:
            for part in parts:
                length -= len(part)
                if length < 0:
                    raise ValueError("more than was asked for")
                yield part

    def block(self, name: str) -> bytes:
        """The root itself, whatever it is."""
        with self._telling():
            return _typed(self._client.block.get(name, **self._search), bytes)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (self._errors.Error, requests.RequestException, *_NONSENSE) as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> StoreError:
        """What an error of the libraries means for the store."""
        lost = (self._errors.ProtocolError, requests.exceptions.ChunkedEncodingError)
        original = getattr(error, "original", error)  # of requests
        if isinstance(error, self._errors.StatusError):
            return self._refused(error)
        if isinstance(original, requests.exceptions.SSLError):
            hint = "use a certificate that this machine trusts, or ipfs+http:// where the node speaks plain HTTP"
            return StoreError(f"there is no trusted connection to {self.place}", hint)
        if isinstance(error, self._errors.ConnectionError) or isinstance(original, requests.ConnectTimeout):
            return StoreError(f"no Kubo node answers at {self.place}", _START)
        if isinstance(error, (self._errors.TimeoutError, requests.ConnectionError)):  # the latter within an answer
            return Silent(f"the Kubo node at {self.place} does not answer in time", _START)
        if isinstance(error, lost):
            return Broken(f"the server at {self.place} ended the connection, or is no Kubo node", _START)
        return self._foreign("something else")

    def _refused(self, error: Any) -> StoreError:
        status = getattr(getattr(error.original, "response", None), "status_code", _FAILED)
        if status in _DENIED:
            needs = "another token" if self._token else "a token"
            hint = "put one into FOLKMOOT_IPFS_TOKEN that API.Authorizations in the node's configuration names"
            return StoreError(f"the Kubo node at {self.place} asks for {needs}", hint)
        if status != _FAILED or not isinstance(error, self._errors.ErrorResponse):
            return self._foreign(f"HTTP status {status}")
        said = " ".join(str(error).split())
        return Declined(self.place, (said.replace(self._token, "...") if self._token else said)[:_SAID])

    def _foreign(self, what: str) -> StoreError:
        return StoreError(f"the server at {self.place} answers with {what}, not as a Kubo node does", _START)


def _typed(value: Any, kind: type[_T]) -> _T:
    """What the node says, if it is of this type."""
    if type(value) is not kind:
        raise TypeError(f"{type(value)} is no {kind}")
    return value


def _address(url: str) -> tuple[str, str]:
    """Of a node: its URL for messages, and its multiaddress. Raises `ConfigError`."""
    try:
        parts = urlsplit(url)
        scheme, host, port = _SCHEMES[parts.scheme], parts.hostname, parts.port or _PORT
    except (KeyError, ValueError):
        raise _no_address() from None
    if not host or "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment:
        raise _no_address()
    try:
        kind = f"ip{ip_address(host).version}"
    except ValueError:
        kind = "dns"
    shown = f"[{host}]" if kind == "ip6" else host
    return f"{scheme}://{shown}:{port}", f"/{kind}/{host}/tcp/{port}/{scheme}"


def _no_address() -> ConfigError:
    hint = "write it as ipfs+http://127.0.0.1:5001, without a path; a token belongs in FOLKMOOT_IPFS_TOKEN"
    return ConfigError("this is not the address of a Kubo node's RPC", hint)


def _library() -> Any:
    os.environ.setdefault("PY_IPFS_HTTP_CLIENT_PATCH_REQUESTS", "no")  # it warns with urllib3 2, and would fail with 3
    try:
        import ipfshttpclient  # noqa: PLC0415 - an extra: only who uses such a store needs it
    except ModuleNotFoundError as error:
        if error.name != "ipfshttpclient":
            raise
        hint = "install it: pip install 'folkmoot[ipfs]'"
        raise StoreError("ipfshttpclient is not installed, and a store in IPFS needs it", hint) from error
    return ipfshttpclient
