"""The blob store in an object store: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from folkmoot.errors import BlobMissing, ConfigError, StoreError
from folkmoot.store.blobs import missing
from folkmoot.store.content import Content, chunked, pieces
from folkmoot.store.remote import Broken, RemoteStore, Stamp

PIECE = 8 << 20  # bytes that one request asks for
BUFFER = 64 << 10  # bytes of an answer that are handed on together: a read that breaks goes on after them
PART = 5 << 20  # bytes of one part of an upload: the least that S3 takes
PARTS_AT_ONCE = 2
REQUEST_S = 60  # a piece or the parts at once, on a link of 1.4 Mbit/s
CONNECT_S = 10
RETRIES = 3

_ABSENT = {"", "NoSuchKey", "BlobNotFound"}  # codes of an answer 404 that is about the object, or about nothing named
_METADATA = ("/latest/api/token", "/metadata/identity", "computeMetadata")  # where a cloud's machine finds credentials
_NO_BUCKET = {"NoSuchBucket", "ContainerNotFound"}


class _Kind(NamedTuple):
    """The class of obstore for a scheme, and the environment variables that lead to its server."""

    store: str
    variables: str
    endpoints: tuple[str, ...]


_KINDS = {
    "s3": _Kind(
        "S3Store",
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION",
        ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT"),
    ),
    "gs": _Kind("GCSStore", "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT", ("GOOGLE_BASE_URL",)),
    "az": _Kind(
        "AzureStore",
        "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
        ("AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT"),
    ),
}


class ObjectStore(RemoteStore):
    """A `BlobStore` in a bucket, an object a blob, named by the blob's CIDv0 below a prefix.

    An object appears whole or not at all. A process that is killed while it uploads a large one may leave parts that
    nobody sees but that cost storage: let the bucket remove incomplete uploads after a day.
    """

    def __init__(self, url: str, credentials: Mapping[str, str] | None = None) -> None:
        """Open the bucket and prefix of `s3://bucket/prefix`, `gs://…` or `az://container/prefix`.

        Region, endpoint and secrets come from the environment variables that obstore reads (AWS_…, GOOGLE_…, AZURE_…),
        or from `credentials`, its settings by name (`access_key_id`, `endpoint`, …), which go first. Nothing is sent.
        Raises `ConfigError`, and `StoreError` where obstore is not installed.
        """
        super().__init__()
        scheme, self._bucket, prefix = _parsed(url)
        self._url = f"{scheme}://{'/'.join(filter(None, (self._bucket, prefix)))}"
        self._kind = _KINDS[scheme]
        self._obstore = _library()
        settings = dict(credentials or {})
        _check_endpoints(self._kind, settings)
        limits = {"timeout": f"{REQUEST_S}s", "connect_timeout": f"{CONNECT_S}s"}
        retries = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=REQUEST_S)}
        make = getattr(self._obstore.store, self._kind.store)
        try:
            self._store = make(self._bucket, prefix=prefix or None, config=settings | limits, retry_config=retries)
        except (self._obstore.exceptions.BaseError, ValueError, OSError):
            hint = f"check {self._kind.variables}, and what else is set for it in the environment"
            raise ConfigError(f"the settings for {self._url} cannot be used", hint) from None

    # ------------------------------------------------------------------- objects

    def _stamp(self, name: str) -> Stamp:
        with self._failing(name):
            try:
                found = self._obstore.head(self._store, name)
            except (FileNotFoundError, self._obstore.exceptions.BaseError) as error:
                if not _status(error):
                    raise
                # only an answer with a body says why: the object is missing, or its bucket, or the key is wrong
                found = self._obstore.get(self._store, name).meta
        return Stamp(found["size"], f"{found['e_tag']} {found['last_modified']}")

    def _read(self, name: str, start: int, size: int) -> Iterator[bytes]:
        for begin in range(start, size, PIECE):
            with self._failing(name):
                try:
                    wanted = {"range": (begin, min(begin + PIECE, size))}
                    found = self._obstore.get(self._store, name, options=wanted)
                except self._obstore.exceptions.BaseError as error:
                    if _status(error).startswith("416"):
                        return  # it has become shorter: nothing comes after its end
                    raise
                for piece in found.stream(min_chunk_size=BUFFER):
                    yield bytes(piece)

    def _write(self, name: str, content: Content, size: int) -> None:
        with self._failing(name):
            try:
                self._put(name, content, size)
            except self._obstore.exceptions.AlreadyExistsError:  # of servers on a file system: a folder in its place
                for found in list(self._obstore.list(self._store, prefix=name)):
                    self._obstore.delete(self._store, [entry["path"] for entry in found])
                self._put(name, content, size)

    def _put(self, name: str, content: Content, size: int) -> None:
        """In parts where it is large, in one request where it is not."""
        sent = chunked(content) if size > PART else b"".join(pieces(content))
        self._obstore.put(self._store, name, sent, chunk_size=PART, max_concurrency=PARTS_AT_ONCE)

    # ------------------------------------------------------------------- keeping

    def _entries(self) -> Iterator[tuple[str, int]]:
        with self._failing(""):
            for batch in self._obstore.list(self._store):
                yield from ((entry["path"], entry["size"]) for entry in batch)

    def _erase(self, name: str) -> bool:
        with suppress(BlobMissing):
            self._stamp(name)  # to delete what is not there is no error
            with self._failing(name):
                self._obstore.delete(self._store, name)
            return True
        return False

    # ------------------------------------------------------------------- errors

    @contextmanager
    def _failing(self, name: str) -> Iterator[None]:
        """Tell what obstore says in words of ours: its own name the request, with what may be secret in it."""
        try:
            yield
        except FileNotFoundError as error:
            raise self._not_found(name, _code(error)) from None
        except (self._obstore.exceptions.BaseError, ValueError, OSError) as error:
            raise self._explained(error) from None

    def _not_found(self, name: str, code: str) -> StoreError:
        if code in _ABSENT:
            return missing(name)
        if code in _NO_BUCKET:
            return StoreError(f"there is no bucket {self._bucket!r} for {self._url}", "create it, or correct the URL")
        return self._refused(code)

    def _refused(self, reason: str) -> StoreError:
        hint = f"check {self._kind.variables}, and that this account may read, write and list there"
        return StoreError(f"{self._url} refuses access: {reason}", hint)

    def _explained(self, error: Exception) -> StoreError:
        status, code = _status(error), _code(error)
        refused = (self._obstore.exceptions.PermissionDeniedError, self._obstore.exceptions.UnauthenticatedError)
        if any(path in str(error) for path in _METADATA):
            return StoreError(f"there are no credentials for {self._url}", f"set {self._kind.variables}")
        if isinstance(error, refused):
            return self._refused(code or status or "forbidden")
        if isinstance(error, self._obstore.exceptions.AlreadyExistsError):
            hint = "remove what the server keeps under the blob's name or in place of the prefix"
            return StoreError(f"{self._url} cannot take the blob: something else is in its place", hint)
        if status:
            hint = f"check {self._kind.endpoints[0]} and {self._kind.variables}; if they are right, ask who runs it"
            return StoreError(f"{self._url} answers {' '.join(filter(None, (status, code)))}", hint)
        return self._unreachable(str(error))

    def _unreachable(self, text: str) -> StoreError:
        endpoint = self._kind.endpoints[0]
        if "InvalidCertificate" in text:
            hint = f"check {endpoint}; a private authority's certificate can be named in SSL_CERT_FILE"
            return StoreError(f"the certificate of the server of {self._url} is not valid", hint)
        if "BadScheme" in text:
            allow = f"{endpoint.partition('_')[0]}_ALLOW_HTTP"
            hint = f"let {endpoint} begin with https://, or set {allow}=true where that is meant"
            return StoreError(f"the server of {self._url} would be asked without TLS", hint)
        return Broken(f"{self._url} does not answer", f"check that its server runs, and {endpoint} if you set it")


def _library() -> Any:
    try:
        import obstore.store  # noqa: PLC0415 - an extra: only this kind of store needs it
    except ModuleNotFoundError as error:
        if error.name not in {"obstore", "obstore.store"}:
            raise
        hint = "install it: pip install 'folkmoot[s3]'"
        raise StoreError("obstore is not installed, and blob stores in object stores need it", hint) from error
    return obstore


def _parsed(url: str) -> tuple[str, str, str]:
    """Scheme, bucket and prefix. What is wrong is not repeated: it may be a secret."""
    hint = "write s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigError("not the URL of an object store", hint) from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError("the URL of an object store holds no user, password or token", f"{hint}; set the environment")
    prefix = "/".join(filter(None, parts.path.split("/")))
    is_clean = not {".", ".."} & set(prefix.split("/")) and prefix.isprintable()
    if parts.scheme not in _KINDS or not re.fullmatch(r"[A-Za-z0-9._-]+", parts.netloc) or not is_clean:
        raise ConfigError("not the URL of an object store", hint)
    return parts.scheme, parts.netloc, prefix


def _check_endpoints(kind: _Kind, settings: Mapping[str, str]) -> None:
    """Obstore panics at an endpoint that is no URL."""
    given = {name: value for name, value in settings.items() if "endpoint" in name.lower() or "base_url" in name}
    for name, value in (given | {name: os.environ.get(name, "") for name in kind.endpoints}).items():
        if value and not _is_server(value):
            raise ConfigError(f"{name} is not the URL of a server", "write https://host or https://host:port")


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it is checked when it is asked for
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and re.fullmatch(r"[A-Za-z0-9.:\[\]_-]+", parts.netloc) is not None


def _status(error: Exception) -> str:
    """What the server answered, such as "503 Service Unavailable"."""
    found = re.search(r"status code: (\d{3}[A-Za-z ]*)", str(error))
    return found[1].strip() if found else ""


def _code(error: Exception) -> str:
    found = re.search(r"<Code>(\w+)</Code>", str(error))
    return found[1] if found else ""
