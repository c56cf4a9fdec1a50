"""Names at the addresses that a process tells which goes on."""

from contextlib import suppress

from folkmoot.chain.contract_errors import in_tokens
from folkmoot.cli.names import ADDRESS
from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError


class RunningLabels:
    """As `Session.label`, but it asks again for who applied since, and after the chain was down.

    Amounts of the fee token are shown in whole tokens.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: set[str] = set()  # addresses whose names were looked for

    def __call__(self, text: str) -> str:
        """A text with names at its addresses."""
        session, read = self._session, vars(self._session)
        unknown = set(ADDRESS.findall(text)) - self._seen
        if unknown:
            with suppress(FolkmootError):
                _ = session.record
            if unknown - read.get("claims", {}).keys():
                for name in ("history", "claims"):
                    read.pop(name, None)
        with suppress(FolkmootError):  # the chain may be down
            text = in_tokens(text, session.amount)
        shown = session.label(text)
        if "history" in read:
            self._seen |= unknown
        return shown
