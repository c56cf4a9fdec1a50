"""JSON-RPC over HTTP with one node."""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from http.client import responses
from operator import itemgetter
from textwrap import shorten
from typing import Any, Protocol

from requests import Request, Session
from requests.exceptions import HTTPError, ProxyError, RequestException, SSLError, Timeout

from folkmoot.chain.rpc_errors import Fault
from folkmoot.errors import ConfigError

_PASSWORD = re.compile(r"(//[^/@:]*):[^/@]*@")
_MOST = 80  # characters of what a server says

Asked = tuple[str, Sequence[Any]]
"""A method and its parameters."""


class Connection(Protocol):
    """What a node is asked through; web3's providers fit, too.

    Both methods raise `OSError` when there is no answer, and `ValueError` for one that is no JSON.
    """

    def make_request(self, method: Any, params: Any) -> Any:
        """The node's answer, which has a `result` or an `error`."""

    def make_batch_request(self, requests: Any) -> Any:
        """The node's answers in the order of the requests, or one refusal."""


class HttpConnection:
    """Waits `timeout` seconds for an answer, and asks once. Raises `ConfigError` for what is no URL.

    What the environment says of proxies, certificates and passwords is read once, and the request is prepared once:
    requests would do that for each, and take as long for it as for the rest.
    """

    def __init__(self, url: str, timeout: float, session: Session) -> None:
        asked = Request("POST", url, headers={"Content-Type": "application/json"})
        try:
            self.request, self._adapter = session.prepare_request(asked), session.get_adapter(url)
            options = session.merge_environment_settings(url, {}, stream=False, verify=None, cert=None)
        except ValueError as error:
            raise ConfigError(f"{shown(url)!r} is no URL of a node: {error}", _hint(url)) from error
        self.options: dict[str, Any] = {**options, "timeout": timeout}

    def make_request(self, method: str, params: Sequence[Any]) -> Any:
        """As `Connection.make_request`."""
        return self._answer(_request(0, (method, params)))

    def make_batch_request(self, requests: Sequence[Asked]) -> Any:
        """As `Connection.make_batch_request`."""
        answers = self._answer([_request(number, asked) for number, asked in enumerate(requests)])
        whole = isinstance(answers, list) and all(
            isinstance(one, dict) and type(one.get("id")) is int for one in answers
        )
        return sorted(answers, key=itemgetter("id")) if whole else answers

    def _answer(self, asked: Any) -> Any:
        request = self.request.copy()
        request.prepare_body(json.dumps(asked), None)
        answer = self._adapter.send(request, **self.options)
        content = answer.content  # read in any case, so that the connection can be used again
        try:
            found = json.loads(content)
        except ValueError:
            answer.raise_for_status()
            raise
        if not _is_refusal(found):  # some nodes give a status to what they refuse
            answer.raise_for_status()
        return found


def _is_refusal(answer: Any) -> bool:
    first = answer[0] if isinstance(answer, list) and answer else answer
    return isinstance(first, dict) and isinstance(first.get("error"), dict)


def shown(url: str) -> str:
    """A URL as it may be printed: without its password."""
    return _PASSWORD.sub(r"\1:…@", url)


def why(error: OSError | ValueError) -> str:
    """Why a node gave no answer, in words."""
    if isinstance(error, HTTPError):
        return _status(error.response.status_code, error.response.text)
    if isinstance(error, ProxyError):
        return "the proxy that the environment names does not answer (see http_proxy and no_proxy)"
    if isinstance(error, SSLError):
        plain = "wrong version number" in str(error).lower()
        return "it does not speak TLS: http:// in place of https://?" if plain else f"no TLS with it: {_cause(error)}"
    if isinstance(error, Timeout):
        return "no answer in time"
    if isinstance(error, RequestException | OSError):
        cause = _cause(error)
        is_cut = "closed connection" in cause or "reset by peer" in cause
        return f"{cause} (https:// in place of http://?)" if is_cut else cause
    return f"its answer is no JSON, so it is not a node's: {error}"


def kind_of(error: OSError | ValueError) -> Fault:
    """What kind of fault a connection's error is."""
    if isinstance(error, HTTPError):
        return Fault.STATUS
    if isinstance(error, Timeout | TimeoutError):
        return Fault.TIMEOUT
    return Fault.CONNECTION if isinstance(error, OSError) and not isinstance(error, ValueError) else Fault.MALFORMED


def _request(number: int, asked: Asked) -> dict[str, Any]:
    method, params = asked
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def _status(code: int, body: str) -> str:
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return "it takes no more requests for now (429)"
    said = f"{code} {responses.get(code, '')}".rstrip()
    if body and body.isprintable() and not body.startswith(("<", "{")):
        said = f"{said}: {shorten(body, _MOST, placeholder='…')}"
    elif code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return f"it wants a password or a key ({said})"
    return f"it answers {said}"


def _cause(error: BaseException) -> str:
    """The innermost reason, without the objects that requests and urllib3 wrap around it."""
    reason = getattr(error, "reason", None) or next((arg for arg in error.args if isinstance(arg, Exception)), None)
    if isinstance(reason, BaseException):
        return _cause(reason)
    said = error.args[-1] if error.args and isinstance(error.args[-1], str) else str(error)
    text = getattr(error, "strerror", None) or said
    return re.sub(r"\[Errno \d+\] ", "", str(text).rpartition(": ")[2]).lower() or type(error).__name__


def _hint(url: str) -> str:
    if "," in url:
        return 'several nodes are a list: rpc = ["http://…", "http://…"]'
    if url.startswith(("ws:", "wss:")):
        return "nodes are asked over http:// or https://, often at another port"
    return "such as http://127.0.0.1:8545"
