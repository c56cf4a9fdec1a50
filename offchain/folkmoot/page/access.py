"""Who may look at the page: which names a browser may call it by, and who knows the password."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - named to be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The names that a browser may know the server by, in lower case, and a password if one is asked for.

    A page of somebody else that has its own name lead to this server would be asked for the password as well, so that
    any name will do where there is one.
    """

    hosts: frozenset[str] = LOOPBACK
    password: str | None = None

    def is_known(self, host: str | None, origin: str | None) -> bool:
        """Whether the `Host` and, if there is one, the `Origin` of a request are this server's."""
        name = _name(f"//{host}") if host else ""
        if not name or (self.password is None and name not in self.hosts):
            return False
        return origin is None or origin == "" or _name(origin) in {name, *self.hosts}

    def is_let_in(self, headers: Mapping[str, str]) -> bool:
        """Whether a request has the password, by HTTP's Basic scheme and under any user's name."""
        if self.password is None:
            return True
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        try:
            _, _, password = base64.b64decode(given.strip(), validate=True).partition(b":")
        except ValueError:
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(password, self.password.encode())


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server at this address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
