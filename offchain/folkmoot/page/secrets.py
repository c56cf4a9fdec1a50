"""What nobody may read on the page of nodes' URLs: where they are, names, passwords, and paths or queries with keys."""

from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

from folkmoot.chain.connection import shown

_LEAST = 4  # characters of what could be a key: shorter ones are parts of words


def hiding(urls: Iterable[str]) -> Callable[[str], str]:
    """A function that gives a text in which these URLs, and all that is secret of them, are "the node" or "node 2"."""
    hidden: dict[str, str] = {}
    known = [*urls]
    for number, url in enumerate(known, 1):
        parts, node = urlsplit(url), f"node {number}" if len(known) > 1 else "the node"
        place = parts.netloc.rpartition("@")[2]
        hidden |= dict.fromkeys(
            (url, shown(url), f"{parts.scheme}://{place}/", f"{parts.scheme}://{place}", place), node
        )
        if parts.hostname:
            hidden[parts.hostname] = node
        secrets = [parts.path.strip("/"), *parts.path.split("/"), parts.query, parts.username, parts.password]
        secrets += [word.rpartition("=")[2] for word in parts.query.split("&")]
        hidden |= {
            word: "…" for secret in secrets if secret for word in (secret, unquote(secret)) if len(word) >= _LEAST
        }
    ordered = sorted(hidden.items(), key=lambda pair: -len(pair[0]))  # what has others in it first

    def hide(text: str) -> str:
        for secret, instead in ordered:
            text = text.replace(secret, instead)
        return text

    return hide
