"""What a command works with: the settings and, opened when first asked for, the account and the chain behind them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, cast

import typer
from eth_account.signers.local import LocalAccount

from folkmoot.chain import (
    Call,
    Client,
    Deployment,
    FederationContract,
    Receipt,
    Sender,
    TaskContract,
    Token,
    TreasuryContract,
    deployments,
    find_task,
    keystore_address,
    load_account,
    read_password,
)
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import fetch_events
from folkmoot.cli.amounts import Money
from folkmoot.cli.output import Output
from folkmoot.config import WorkerConfig, load_config
from folkmoot.store import LocalStore

CONFIG = Path("folkmoot.toml")  # read if it is in the working directory
PATIENCE = 120  # seconds of the chain's time that a transaction may take


class Session:
    """Settings come from `file` (else `folkmoot.toml`, if it is here), then from what was `given` beside it.

    Every property raises the `FolkmootError` that says what is wrong with it.
    """

    def __init__(self, *, file: Path | None, given: Mapping[str, Any], output: Output) -> None:
        self.file, self.given, self.output = file, given, output

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "client" in vars(self):
            self.client.close()

    @cached_property
    def config(self) -> WorkerConfig:
        """The settings, one source over the other."""
        file = self.file or (CONFIG if CONFIG.is_file() else None)
        return replace(load_config(file) if file else WorkerConfig(), **self.given)

    @cached_property
    def store(self) -> LocalStore:
        """The blob store."""
        return LocalStore(self.config.store)

    # ------------------------------------------------------------ the account

    @cached_property
    def address(self) -> str:
        """The account's address, for which its password is not needed."""
        return keystore_address(self.config.keystore)

    @cached_property
    def account(self) -> LocalAccount:
        """The account itself."""
        return load_account(self.config.keystore, lambda: self.password(self.config.keystore))

    def password(self, keystore: Path, *, new: bool = False) -> str:
        """A keystore's password, from its file or from a prompt, which asks twice for a new one."""
        file = self.config.password_file
        if file or not new:
            return read_password(keystore, file)
        answer: str = typer.prompt(f"New password of {keystore}", hide_input=True, confirmation_prompt=True, err=True)
        return answer

    # --------------------------------------------------------------- the chain

    @cached_property
    def client(self) -> Client:
        """The chain."""
        return Client(self.config.rpc)

    @cached_property
    def record(self) -> Deployment:
        """What stands where on it."""
        return deployments.read(self.config.deployments, self.client)

    @cached_property
    def federation(self) -> FederationContract:
        """The federation."""
        return FederationContract(self.client, self.record.federation)

    @cached_property
    def treasury(self) -> TreasuryContract:
        """Its treasury."""
        return TreasuryContract(self.client, self.record.treasury)

    @cached_property
    def token(self) -> Token:
        """The fee token."""
        return Token(self.client, self.record.token)

    @cached_property
    def money(self) -> Money:
        """How to read the fee token's amounts."""
        return Money("".join(filter(str.isprintable, self.token.symbol())), self.token.decimals())

    @cached_property
    def task(self) -> TaskContract:
        """The task that the settings name."""
        return find_task(self.federation, self.config.task)

    @cached_property
    def proposals(self) -> tuple[TaskProposed, ...]:
        """Every task that was ever proposed, in the order of their numbers."""
        events = fetch_events(self.client, [self.federation.address], from_block=self.record.block_number)
        return tuple(event for event in events if isinstance(event, TaskProposed))

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self.client, self.account)

    def send(self, call: Call) -> Receipt:
        """Send a call from the account and wait until it is executed. Raises `ChainError`."""
        sender = self._sender
        with self.output.working(f"{call.name}: waiting for the chain"):
            return cast("Receipt", sender.send(call, deadline=self.client.now() + PATIENCE))  # no error is success here
