"""Plain questions to one node, answered at once or not at all: a `Client` would wait for it, or ask another."""

from typing import Any

import requests

from folkmoot.errors import ChainError, ConnectionFailed

ANSWER_S = 5.0


def ask(url: str, method: str, *params: Any, patience: float = ANSWER_S) -> Any:
    """What a node answers. Raises `ConnectionFailed` if none does, and `ChainError` for a refusal."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    try:
        answer = requests.post(url, json=request, timeout=patience).json()
        if error := answer.get("error"):
            raise ChainError(f"{url} refuses {method}: {error.get('message', error)}")
        return answer["result"]
    except (requests.RequestException, ValueError, KeyError, AttributeError) as error:
        raise ConnectionFailed(f"{url} does not answer") from error


def height(url: str) -> int:
    """The number of a node's latest block. Raises as `ask` does."""
    return int(ask(url, "eth_blockNumber"), 16)


def heights(urls: list[str]) -> list[int | None]:
    """Of several nodes; None for one that does not answer."""
    return [_height(url) for url in urls]


def _height(url: str) -> int | None:
    try:
        return height(url)
    except ChainError:
        return None
