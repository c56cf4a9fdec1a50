"""Names of organisations: your own address book, and the names that applicants give themselves.

The address book is `names.toml` beside the settings. Its names are accepted where a command asks for an address. What
an applicant calls itself is only shown, quoted and with the whole address, since two applicants may choose one name.
The chain's log has it, in the event of its application.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address

from folkmoot.chain import Event, read_address
from folkmoot.chain.addresses import FORM
from folkmoot.chain.events.federation import MemberReplaced, MembershipApplied
from folkmoot.errors import ConfigError, reason
from folkmoot.files import read_text

BOOK = "names.toml"
MAX_NAME = 64  # bytes in UTF-8, as on the chain
TEMPLATE = f"""\
# Your names for organisations, shown and accepted in place of their addresses. For example:
# "General Hospital" = "0x{"0" * 38}01"
"""
ADDRESS = re.compile(r"(?<![\w/])0x[0-9a-fA-F]{40}(?![\w/]|\.\w)")  # and no part of a file's path


class Name(str):
    """A name where an address is asked for."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Addresses by name; `file` is where the names are written."""

    file: Path
    addresses: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """A value, its names replaced by their addresses. Raises `ConfigError` for a name that is not in the book."""
        if isinstance(value, list):
            return [self.resolve(entry) for entry in value]
        return self.address(value) if isinstance(value, Name) else value

    def address(self, name: str) -> str:
        """The address of this name. Raises `ConfigError` if there is none."""
        if name not in self.addresses:
            check_name(name)
            nearest = get_close_matches(name, self.addresses, n=1)
            known = f"did you mean {nearest[0]!r}?" if nearest else f'write there: "{name}" = "0x…"'
            raise ConfigError(f"there is no name {name!r} in {self.file}", known)
        return self.addresses[name]

    def name(self, address: str) -> str:
        """The name of this address; empty if it has none."""
        return next((name for name, known in self.addresses.items() if known == address), "")

    def label(self, text: str, claimed: Callable[[str], str] = lambda _: "") -> str:
        """A text with names at its addresses. `claimed` gives what an account calls itself, empty if nothing."""

        def named(found: re.Match[str]) -> str:
            address = to_checksum_address(found[0])
            if name := self.name(address):
                return f"{name} ({address[:6]}…{address[-4:]})"
            claim = claimed(address)
            return f'"{claim}" ({address})' if claim else found[0]

        return ADDRESS.sub(named, text)


def read_book(file: Path) -> AddressBook:
    """The address book in a file, empty if there is no file. Raises `ConfigError` for an entry that cannot be."""
    if not file.exists():
        return AddressBook(file)
    try:
        entries = tomllib.loads(read_text(file))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {reason(error)}", "check the file's owner and mode") from error
    except (RecursionError, ValueError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}", 'a line reads: "General Hospital" = "0x…"') from error
    found = {name: _checked(file, name, value) for name, value in entries.items()}
    for name, address in found.items():
        other = next(n for n, known in found.items() if known == address)
        if other != name:
            raise ConfigError(f"{address} has two names in {file}: {other!r} and {name!r}", "keep one of them")
    return AddressBook(file, found)


def check_name(name: str) -> str:
    """Return the name. Raises `ConfigError` for one that could be taken for something else."""
    misleads = name.isdecimal() or name.lower().startswith("0x") or set(name) & set('",')
    if misleads or name != name.strip() or not name.isprintable() or not 0 < len(name.encode()) <= MAX_NAME:
        hint = f"1 to {MAX_NAME} bytes of printable characters, no number or address, no quotation marks and commas"
        raise ConfigError(f"{name!r} cannot be a name", hint)
    return name


def claimed_name(name: str) -> str:
    """A name that an account gave itself; empty for one that could be taken for something else."""
    try:
        return check_name(name)
    except ConfigError:
        return ""


def claimed_names(events: Iterable[Event]) -> dict[str, str]:
    """What accounts call themselves; a successor's name is that of the member that it replaced."""
    found: dict[str, str] = {}
    for event in events:
        if isinstance(event, MembershipApplied):
            found[event.member] = claimed_name(event.name)
        elif isinstance(event, MemberReplaced):
            found[event.successor] = found.get(event.member, "")
    return found


def _checked(file: Path, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{file}: {name!r} has no address but {value!r}", FORM)
    try:
        check_name(name)
        return read_address(value)
    except ConfigError as error:
        raise ConfigError(f"{file}: {name!r}: {error.message}", error.hint) from error
