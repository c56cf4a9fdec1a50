"""What of a node's URL nobody may read on the page: a name, a password, and a path or a query, which may be a key."""

from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

from folkmoot.chain.connection import shown

_LEAST = 4  # characters of what could be a key: shorter ones are parts of words


def hiding(urls: Iterable[str]) -> Callable[[str], str]:
    """A function that gives a text without what is secret of these URLs; it leaves their hosts and ports."""
    hidden: dict[str, str] = {}
    for url in urls:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        hidden |= {url: place, shown(url): place}
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
