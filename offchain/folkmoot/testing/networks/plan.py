"""What a network is: its rules, its validators, their hosts and ports; `network.json` in its folder."""

import json
import re
import secrets
import socket
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_keys.datatypes import PrivateKey

from folkmoot.errors import ConfigError

LOOPBACK = "127.0.0.1"
HERE = (LOOPBACK, "localhost")
RECORD = "network.json"
GAS_LIMIT = 60_000_000  # of a block: a call of a task takes up to 16 million, and several share one
LEAST_GAS = 30_000_000
LONGEST_S = 3600  # between blocks
MOST = 25  # validators: Besu takes so many peers by default
EPOCH = 30_000  # blocks, after which open votes are forgotten

HEAD_START_S = 2  # for each validator on loopback, until there may be blocks

P2P, RPC, INNER = 30303, 8545, 8546  # ports of the first validator on a host of its own
FREE = range(20_000, 32_000)  # below the ports that systems give to outgoing connections

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """A validator: its folder's number, its address and public key, and where it listens.

    `inner` is a port for its own host alone: geth's engine API, or a Besu's WebSocket that takes votes.
    """

    number: int
    host: str
    address: str
    public_key: str
    p2p: int
    rpc: int
    inner: int

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"validator-{self.number}"

    @property
    def url(self) -> str:
        """Of its JSON-RPC."""
        return f"http://{self.host}:{self.rpc}"

    @property
    def is_here(self) -> bool:
        """Whether it listens on loopback."""
        return self.host == LOOPBACK

    @property
    def ports(self) -> tuple[int, int, int]:
        """All of them."""
        return self.p2p, self.rpc, self.inner


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network with its folder. Gas is free, and nobody has coin."""

    folder: Path
    client: str
    evm: str
    period: int  # seconds
    gas_limit: int
    chain_id: int
    born: int  # the genesis block's time; 0 where the validators start when they may
    founders: tuple[str, ...]  # addresses of the validators that the genesis block names
    validators: tuple[Validator, ...]

    @property
    def urls(self) -> list[str]:
        """Of all validators, as for a worker's `rpc`."""
        return [validator.url for validator in self.validators]

    @property
    def is_here(self) -> bool:
        """Whether all of it runs on this machine."""
        return all(validator.is_here for validator in self.validators)

    def place(self, validator: Validator) -> Path:
        """A validator's folder."""
        return self.folder / validator.name

    def chosen(self, numbers: Sequence[int] = ()) -> list[Validator]:
        """The validators of these numbers; all without any. Raises `ConfigError` for a number that is none."""
        known = {validator.number: validator for validator in self.validators}
        if missing := [number for number in numbers if number not in known]:
            raise ConfigError(f"there is no validator {missing[0]}", f"there are {', '.join(map(str, known))}")
        return [known[number] for number in dict.fromkeys(numbers)] if numbers else list(self.validators)

    def write(self) -> None:
        """Keep it in its folder."""
        fields = {name: value for name, value in asdict(self).items() if name != "folder"}
        (self.folder / RECORD).write_text(json.dumps(fields, indent=2) + "\n", "utf-8")


def load(folder: Path) -> Network:
    """The network of a folder. Raises `ConfigError` where none was made."""
    try:
        fields = json.loads((folder / RECORD).read_text("utf-8"))
        fields["validators"] = tuple(Validator(**each) for each in fields["validators"])
        return Network(folder=folder.resolve(), **fields | {"founders": tuple(fields["founders"])})
    except FileNotFoundError as error:
        raise ConfigError(f"there is no network in {folder}", "`init` makes one") from error
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ConfigError(f"{folder / RECORD} is damaged: {error}") from error


def plan(
    folder: Path,
    client: str,
    *,
    evm: str,
    period: int = 1,
    gas_limit: int = GAS_LIMIT,
    chain_id: int | None = None,
    hosts: Sequence[str] = (LOOPBACK,) * 4,
) -> tuple[Network, list[LocalAccount]]:
    """A network with a validator on each host, and their new keys. Nothing is written.

    A chain id is drawn where none is given. Raises `ConfigError` for values that cannot be.
    """
    if not 1 <= period <= LONGEST_S:
        raise ConfigError(f"a block every {period} seconds cannot be", f"1 to {LONGEST_S}")
    if gas_limit < LEAST_GAS:
        raise ConfigError(f"blocks of {gas_limit} gas are too small", f"at least {LEAST_GAS}: the contracts need it")
    if chain_id is not None and not 1 <= chain_id < 2**53:
        raise ConfigError(f"the chain id cannot be {chain_id}", "1 to 2 ** 53 - 1")
    network = Network(
        folder=folder.resolve(),
        client=client,
        evm=evm,
        period=period,
        gas_limit=gas_limit,
        chain_id=chain_id or 10**6 + secrets.randbelow(10**9),
        born=int(time.time()) + HEAD_START_S * len(hosts) if set(hosts) <= set(HERE) else 0,
        founders=(),
        validators=(),
    )
    accounts = []
    for host in hosts:
        network, account = join(network, host)
        accounts.append(account)
    return replace(network, founders=tuple(validator.address for validator in network.validators)), accounts


def join(network: Network, host: str, number: int | None = None) -> tuple[Network, LocalAccount]:
    """The network with one more validator, and its new key. Raises `ConfigError` for a host that cannot be."""
    host = LOOPBACK if host in HERE else host
    if any(other.is_here != (host == LOOPBACK) for other in network.validators):
        raise ConfigError("some validators would be on loopback, and others not", "name a host for each, or for none")
    if not _HOST.fullmatch(host):
        raise ConfigError(f"{host!r} is no host", "a name or an IPv4 address, without a port")
    if len(network.validators) == MOST:
        raise ConfigError(f"a network here has at most {MOST} validators")
    account: LocalAccount = Account.create()
    p2p, rpc, inner = _ports(network.validators, host)
    validator = Validator(
        number=number or len(network.validators) + 1,
        host=host,
        address=account.address,
        public_key=PrivateKey(bytes(account.key)).public_key.to_bytes().hex(),
        p2p=p2p,
        rpc=rpc,
        inner=inner,
    )
    return replace(network, validators=(*network.validators, validator)), account


def _ports(others: Iterable[Validator], host: str) -> tuple[int, ...]:
    """Free ones on loopback; elsewhere the usual ones, moved on where several share a host."""
    if host == LOOPBACK:
        taken = {port for other in others for port in other.ports}
        return _free_ports(3, taken)
    shift = 10 * Counter(other.host for other in others)[host]
    return P2P + shift, RPC + shift, INNER + shift


def _free_ports(number: int, taken: set[int]) -> tuple[int, ...]:
    candidates = secrets.SystemRandom().sample(FREE, len(FREE))
    free = (port for port in candidates if port not in taken and is_free(port))
    return tuple(next(free) for _ in range(number))


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: connections that ended do not count
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
