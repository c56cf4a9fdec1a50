"""Several nodes of one chain behind one web3 provider."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from requests import Session
from requests.utils import get_netrc_auth
from web3.providers.base import JSONBaseProvider
from web3.providers.rpc import HTTPProvider
from web3.types import RPCEndpoint, RPCResponse

from folkmoot.errors import ChainError, ConnectionFailed

log = logging.getLogger(__name__)

Connect = Callable[[str], JSONBaseProvider]


def http(timeout: float, session: Session) -> Connect:
    """Connections over HTTP that wait `timeout` seconds for an answer and never retry by themselves.

    What the environment says of proxies and certificates, and .netrc of passwords, is read once for each URL: requests
    would for every request, and take as long for that as for the rest.
    """
    session.trust_env = False

    def connect(url: str) -> JSONBaseProvider:
        found = Session().merge_environment_settings(url, {}, stream=None, verify=None, cert=None)
        options = found | {"timeout": timeout, "auth": get_netrc_auth(url)}
        return HTTPProvider(url, request_kwargs=options, session=session, exception_retry_configuration=None)

    return connect


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
        for _ in self._nodes:
            url, node = self._nodes[self._current]
            try:
                self._check(url, node)
                answer = node.make_request(method, params)
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
