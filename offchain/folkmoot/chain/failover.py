"""Several nodes of one chain behind one web3 provider."""

import logging
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from requests import Request, Session
from web3.providers.base import JSONBaseProvider
from web3.providers.rpc import HTTPProvider
from web3.types import RPCEndpoint, RPCResponse

from folkmoot.errors import ChainError, ConfigError, ConnectionFailed

log = logging.getLogger(__name__)

T = TypeVar("T")

Connect = Callable[[str], JSONBaseProvider]


class HttpConnection(HTTPProvider):
    """JSON-RPC over HTTP that waits `timeout` seconds for an answer and never retries by itself.

    What the environment says of proxies, certificates and passwords is read once, and the request is prepared once:
    requests would do that for each, and take as long for it as for the rest. Raises `ConfigError` for what is no URL.
    """

    def __init__(self, url: str, timeout: float, session: Session) -> None:
        asked = Request("POST", url, headers={"Content-Type": "application/json"})
        try:
            self.request, self._adapter = session.prepare_request(asked), session.get_adapter(url)
            options = session.merge_environment_settings(url, {}, stream=False, verify=None, cert=None)
        except ValueError as error:
            raise ConfigError(f"{url!r} is no URL of a node: {error}", "such as http://127.0.0.1:8545") from error
        super().__init__(url, session=session, exception_retry_configuration=None)
        self.options: dict[str, Any] = {**options, "timeout": timeout}

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The node's answer. Raises `OSError` when there is none, and `ValueError` for one that is no JSON."""
        return self._answer(self.encode_rpc_request(method, params))

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse] | RPCResponse:
        """The node's answers in the order of the requests, or one refusal. Raises as `make_request` does."""
        answers: Any = self._answer(self.encode_batch_rpc_request(requests))
        whole = isinstance(answers, list) and all(
            isinstance(one, dict) and type(one.get("id")) is int for one in answers
        )
        return sorted(answers, key=itemgetter("id")) if whole else answers

    def _answer(self, body: bytes) -> RPCResponse:
        request = self.request.copy()
        request.prepare_body(body, None)
        answer = self._adapter.send(request, **self.options)
        answer.raise_for_status()
        return self.decode_rpc_response(answer.content)


class Failover(JSONBaseProvider):
    """Asks one node until it fails, then the next, in a circle.

    A node on another chain than the first one is an error, not a replacement.
    """

    global_ccip_read_enabled = False  # a contract must not make its reader fetch from elsewhere

    def __init__(self, urls: Sequence[str], connect: Connect) -> None:
        super().__init__()
        self._nodes = [(url, connect(url)) for url in urls]
        self._current = 0
        self._chain: Any = None
        self._checked: set[str] = set()
        self._dead: set[str] = set()

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One node's answer. Raises `ConnectionFailed` when none of them gives one."""
        return self._ask(lambda node: node.make_request(method, params))

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse] | RPCResponse:
        """One node's answers in the order of the requests, or one refusal. Raises as `make_request` does."""
        return self._ask(lambda node: node.make_batch_request(requests))

    def _ask(self, question: Callable[[JSONBaseProvider], T]) -> T:
        for _ in self._nodes:
            url, node = self._nodes[self._current]
            try:
                self._check(url, node)
                answer = question(node)
            except (OSError, ValueError) as error:  # no connection, a time-out, no JSON, or no chain's id
                self._report(url, error)
                self._current = (self._current + 1) % len(self._nodes)
            else:
                self._report(url, None)
                return answer
        raise ConnectionFailed(
            f"no node answers at {', '.join(url for url, _ in self._nodes)}",
            "start the node, or give the URL of one that runs",
        )

    def _report(self, url: str, error: Exception | None) -> None:
        """Log when a node stops answering, and when it answers again."""
        if error and url not in self._dead:
            self._dead.add(url)
            log.warning("%s does not answer: %s", url, error)
        elif not error and url in self._dead:
            self._dead.remove(url)
            log.info("%s answers again", url)

    def _check(self, url: str, node: JSONBaseProvider) -> None:
        if url in self._checked:
            return
        chain = _chain_of(node)
        self._chain = self._chain or chain
        if chain != self._chain:
            raise ChainError(
                f"{url} is on chain {int(chain, 16)}, not {int(self._chain, 16)}", "list nodes of one chain only"
            )
        self._checked.add(url)


def _chain_of(node: JSONBaseProvider) -> str:
    """The id of a node's chain, in hexadecimal. Raises `ValueError` unless it answers with one."""
    answer: Any = node.make_request(RPCEndpoint("eth_chainId"), [])
    chain = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(chain, str):
        raise ValueError(f"it does not tell its chain's id but {answer!r}")  # noqa: TRY004
    int(chain, 16)
    return chain
