"""An HTTP gateway to IPFS, for reading: nobody has to trust it, because content is verified by its pointer."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import requests

from folkmoot.errors import StoreError
from folkmoot.store.blobs import missing
from folkmoot.store.content import Content
from folkmoot.store.remote import Broken, RemoteStore, Stamp

CONNECT_S = 5.0
SILENCE_S = 30.0  # between two bytes; a gateway looks for a blob at its peers before it answers
PIECE = 1 << 20  # bytes read at once
_ABSENT = {404, 410, 504}  # it knows of none, or looked for too long
_PLAIN = {"Accept-Encoding": "identity"}  # the size is that of the blob


class GatewayStore(RemoteStore):
    """A `BlobStore` that reads URL/CID, where the URL is a gateway's path for blobs, such as ``https://host/ipfs/``."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url.rstrip("/")
        self._host = urlsplit(url).netloc
        self._session = requests.Session()

    def _stamp(self, name: str) -> Stamp:
        answer = self._ask("HEAD", name)
        size = answer.headers.get("Content-Length", "")
        if not size.isdecimal():
            raise StoreError(f"{self._host} does not tell how large blobs are", hint="use another gateway")
        return Stamp(int(size), answer.headers.get("ETag", ""))

    def _read(self, name: str, start: int, size: int) -> Iterator[bytes]:
        with self._ask("GET", name, {"Range": f"bytes={start}-{size - 1}"}) as answer:
            skipped = 0 if answer.status_code == requests.codes.partial_content else start
            try:
                for piece in answer.iter_content(PIECE):
                    if skipped < len(piece):
                        yield piece[skipped:]
                    skipped = max(0, skipped - len(piece))
            except requests.RequestException as error:
                raise Broken(f"{self._host} ended a read of {name}", hint="is the network up?") from error

    def _write(self, name: str, _content: Content, size: int) -> None:
        message = f"{self._host} is a gateway, which {size} bytes for {name} cannot be written to"
        raise StoreError(message, hint="name a store first in `store` that can be written to")

    def pin(self, pointer: bytes, *, limit: int) -> None:  # noqa: ARG002 - no blob can be held
        """As `KeepingStore.pin`: raises `StoreError`."""
        raise self._keeps_nothing()

    def _entries(self) -> Iterable[tuple[str, int]]:
        raise self._keeps_nothing()

    def _erase(self, name: str) -> bool:  # noqa: ARG002 - no blob can be let go of
        raise self._keeps_nothing()

    def _keeps_nothing(self) -> StoreError:
        message = f"{self._host} is a gateway, which keeps nothing for you"
        return StoreError(message, hint="name a store of your own first in `store`")

    def _ask(self, method: str, name: str, headers: dict[str, str] | None = None) -> requests.Response:
        url, limits = f"{self._url}/{name}", (CONNECT_S, SILENCE_S)
        try:
            answer = self._session.request(
                method, url, headers=_PLAIN | (headers or {}), timeout=limits, stream=True, allow_redirects=True
            )
        except requests.ReadTimeout as error:
            raise missing(name) from error
        except requests.exceptions.SSLError as error:
            hint = "check its URL; a private authority's certificate can be named in REQUESTS_CA_BUNDLE"
            raise StoreError(f"the certificate of {self._host} is not valid", hint) from error
        except requests.RequestException as error:
            raise StoreError(f"no gateway answers at {self._host}", hint="check its URL and the network") from error
        if answer.status_code in _ABSENT:
            raise missing(name)
        if not answer.ok:
            said = f"{answer.status_code} {answer.reason}"
            raise StoreError(
                f"the gateway {self._host} answers {said}", hint="check its URL and whether you may use it"
            )
        return answer
