"""Calls to contracts, typed reads of them, and the small ones: the treasury, score rules and the fee token.

A method that changes something returns a `Call`, which `Sender.send` sends. A method that reads takes `at`: a block's
number, or `latest`. Every read raises `ConnectionFailed`, or `ChainGone` where no such contract answers. Each of them
raises `ConfigError` for a value that the contract's types cannot hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

from eth_utils.address import is_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3.types import BlockIdentifier

from folkmoot.chain.abi import CODEC, decode_values, function, typed
from folkmoot.chain.calldata import encode_call
from folkmoot.chain.calls import Call
from folkmoot.chain.client import Client
from folkmoot.chain.enums import Metric
from folkmoot.chain.rpc_errors import decoding
from folkmoot.errors import ChainGone, ConfigError, TransactionFailed

T = TypeVar("T")

_WORD = 32
_MISSING = (ChainGone, TransactionFailed)  # an answer of another type or none, or a revert


class Contract:
    """A contract at an address."""

    ABI: ClassVar[str]  # the ABI's name

    def __init__(self, client: Client, address: str) -> None:
        self.address = Web3.to_checksum_address(address)
        self.client = client

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"

    def _call(self, name: str, *args: Any, reserve: int = 0) -> Call:
        return Call(self.address, self._encoded(name, args), name, args, reserve)

    def asks(self, name: str, *args: Any) -> tuple[str, bytes]:
        """Address and encoded call of a read, for the client's `ask_ahead`."""
        return self.address, self._encoded(name, args)

    def _read(self, kind: type[T], name: str, *args: Any, at: BlockIdentifier) -> T:
        answer = self.client.read(self.address, self._encoded(name, args), at)
        with decoding():
            values = decode_values(function(self.ABI, name).outputs, answer)
            result: T = typed(kind, values[0] if len(values) == 1 else values)
        return result

    def _encoded(self, name: str, args: Sequence[Any]) -> bytes:
        """A call's data, made without web3's contracts, which hash the whole ABI for each."""
        called = function(self.ABI, name)
        if not called.inputs:
            return called.selector
        if misfits := ", ".join(self._misfits(called.inputs, args)):
            raise ConfigError(f"{name}: {misfits}", "numbers have a range, addresses a checksum")
        return encode_call(self.ABI, name, *args)

    def _misfits(self, inputs: Iterable[Any], values: Iterable[Any]) -> Iterator[str]:
        for entry, value in zip(inputs, values, strict=True):
            if entry["type"] == "tuple":
                yield from self._misfits(entry["components"], value)
            elif not self._fits(entry["type"], value):
                yield f"{entry['name'].strip('_')} {value!r} does not fit into {entry['type']}"

    def _fits(self, kind: str, value: Any) -> bool:
        if kind.startswith("address"):
            return all(map(is_checksum_address, [value] if kind == "address" else value))
        return CODEC.is_encodable(kind, value)


class TreasuryContract(Contract):
    """Holds the fee token. Amounts are in its smallest unit."""

    ABI = "Treasury"

    def deposit(self, amount: int) -> Call:
        """Add to the pool; the treasury needs an allowance."""
        return self._call("deposit", amount)

    def withdraw(self) -> Call:
        """Send the sender what it is owed."""
        return self._call("withdraw")

    def token(self, *, at: BlockIdentifier = "latest") -> str:
        """The fee token's address."""
        return self._read(str, "token", at=at)

    def escrowed(self, *, at: BlockIdentifier = "latest") -> int:
        """Fees of open applications."""
        return self._read(int, "escrowed", at=at)

    def pool(self, *, at: BlockIdentifier = "latest") -> int:
        """What new budgets can be taken from."""
        return self._read(int, "pool", at=at)

    def budgets(self, *, at: BlockIdentifier = "latest") -> int:
        """The sum of all tasks' budgets."""
        return self._read(int, "budgets", at=at)

    def owed(self, *, at: BlockIdentifier = "latest") -> int:
        """The sum of what is owed to anyone."""
        return self._read(int, "owed", at=at)

    def budget_of(self, task: str, *, at: BlockIdentifier = "latest") -> int:
        """What a task's budget still holds."""
        return self._read(int, "budgetOf", task, at=at)

    def owed_to(self, account: str, *, at: BlockIdentifier = "latest") -> int:
        """What an account can withdraw."""
        return self._read(int, "owedTo", account, at=at)


class ScoreRuleContract(Contract):
    """The rule that turns scores into verdicts; all score rules have this interface."""

    ABI = "MedianScore"

    def metric(self, *, at: BlockIdentifier = "latest") -> Metric:
        """The metric of its scores."""
        return self._read(Metric, "metric", at=at)


class ElectionRuleContract(Contract):
    """The rule that chooses the next seats; all election rules have this interface."""

    ABI = "TopScoreElection"

    def elect(
        self, candidates: Sequence[int], seats: int, seed: bytes, parameters: bytes, *, at: BlockIdentifier = "latest"
    ) -> tuple[int, ...]:
        """Indices of those that it seats. A candidate is one word, as `Candidate.sol` packs it."""
        return self._read(tuple[int, ...], "elect", list(candidates), seats, seed, parameters, at=at)


class RewardRuleContract(Contract):
    """The rule that weighs contributions; all reward rules have this interface."""

    ABI = "ScoreShareReward"

    def weights(
        self,
        scores: Sequence[int],
        samples: Sequence[int],
        updates: int,
        revealed: int,
        parameters: bytes,
        *,
        at: BlockIdentifier = "latest",
    ) -> tuple[int, ...]:
        """A weight for each accepted update, for a seat that revealed and for one that attested the agreed pointer."""
        contributions = list(scores), list(samples), updates, revealed
        return self._read(tuple[int, ...], "weights", *contributions, parameters, at=at)


class Token(Contract):
    """Any ERC-20. Amounts are in its smallest unit. Tokens need have neither decimals nor a symbol."""

    ABI = "IERC20Metadata"

    def approve(self, spender: str, amount: int) -> Call:
        """Allow `spender` to move so much of the sender's tokens."""
        return self._call("approve", spender, amount)

    def transfer(self, to: str, amount: int) -> Call:
        """Move some of the sender's tokens."""
        return self._call("transfer", to, amount)

    def balance_of(self, account: str, *, at: BlockIdentifier = "latest") -> int:
        """What an account holds."""
        return self._read(int, "balanceOf", account, at=at)

    def allowance(self, owner: str, spender: str, *, at: BlockIdentifier = "latest") -> int:
        """What `spender` may still move of the owner's tokens."""
        return self._read(int, "allowance", owner, spender, at=at)

    def total_supply(self, *, at: BlockIdentifier = "latest") -> int:
        """How many there are."""
        return self._read(int, "totalSupply", at=at)

    def decimals(self, *, at: BlockIdentifier = "latest") -> int:
        """How many decimals a token has: 18 means that 10 ** 18 units are one token. 0 where it does not say."""
        with suppress(*_MISSING):
            return self._read(int, "decimals", at=at)
        return 0

    def symbol(self, *, at: BlockIdentifier = "latest") -> str:
        """The token's short name; "units" where it has none."""
        try:
            symbol = self._read(str, "symbol", at=at)
        except _MISSING:
            symbol = self._old_symbol(at)
        return symbol or "units"

    def _old_symbol(self, at: BlockIdentifier) -> str:
        """As tokens older than ERC-20's final form have it: 32 bytes, padded with zeros."""
        data = HexBytes(self._encoded("symbol", ()))
        with suppress(*_MISSING):
            answer = self.client.call({"to": self.address, "data": data}, at)
            return answer.rstrip(b"\0").decode("utf-8", "replace") if len(answer) == _WORD else ""
        return ""


class LocalToken(Token):
    """The fee token of local networks, which anyone may mint."""

    ABI = "FederationToken"

    def mint(self, to: str, amount: int) -> Call:
        """Create new tokens for `to`."""
        return self._call("mint", to, amount)
