"""What a command works with: the settings and, opened when first asked for, the account and the chain behind them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, cast

from eth_account.signers.local import LocalAccount
from web3.types import LogReceipt

from folkmoot.audit.discovery import discovered
from folkmoot.chain import (
    Call,
    Client,
    Deployment,
    FederationContract,
    GasSettings,
    Parameters,
    Receipt,
    Sender,
    TaskContract,
    Token,
    TreasuryContract,
    deployments,
    find_task,
    load_account,
    read_password,
)
from folkmoot.chain.accounts import stated_address
from folkmoot.chain.contract_errors import contract_error
from folkmoot.chain.events.event import Event
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import REPLACED, block_of, decode_logs
from folkmoot.chain.logbook import Logbook, default_folder
from folkmoot.chain.passwords import NO_TERMINAL, PASSWORD_FILE
from folkmoot.cli.asking import ask_secret
from folkmoot.cli.names import BOOK, AddressBook, claimed_names, read_book
from folkmoot.cli.output import Money, Output
from folkmoot.cli.settings_file import found_above
from folkmoot.config import WorkerConfig, load_config
from folkmoot.errors import (
    ChainError,
    ConfigError,
    ContractError,
    DescriptorError,
    FolkmootError,
    NotDeployed,
    StoreError,
)
from folkmoot.learning import Descriptor
from folkmoot.score_meaning import ScoreMeaning
from folkmoot.store import open_store
from folkmoot.store.blobs import KeepingStore
from folkmoot.task_blobs import fetch_descriptor

RECORD = "who sends something needs the deployment record of the federation's operator, in `deployments`"
PATIENCE = 120  # seconds of the chain's time that a transaction may take


class Session:
    """Settings come from `file`, else from `folkmoot.toml` here or in a folder above; what was `given` wins over it.

    Every property raises the `FolkmootError` that says what is wrong with it.
    """

    def __init__(
        self, *, file: Path | None, given: Mapping[str, Any], as_json: bool, sought: str | None = None
    ) -> None:
        self._file, self.given, self.sought = file, given, sought
        self.output = Output(as_json=as_json, label=self.label)
        self._descriptors: dict[bytes, Descriptor | FolkmootError] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "client" in vars(self):
            self.client.close()

    @cached_property
    def file(self) -> Path | None:
        """The settings file, if there is one."""
        return self._file or found_above()

    @cached_property
    def config(self) -> WorkerConfig:
        """The settings, one source over the other."""
        return replace(load_config(self.file) if self.file else WorkerConfig(), **self.given)

    @cached_property
    def store(self) -> KeepingStore:
        """The blob store."""
        return open_store(self.config.store)

    # -------------------------------------------------------------- the names

    @cached_property
    def book(self) -> AddressBook:
        """The address book beside the settings."""
        return read_book((self.file.parent if self.file else Path()) / BOOK)

    def label(self, text: str) -> str:
        """A text with names at its addresses: those of the book, or what applicants call themselves."""
        return self.book.label(text, lambda address: self.claims.get(address, ""))

    def label_error(self, text: str) -> str:
        """An error's text with the book's names, if that can be read; nothing is asked of the chain."""
        try:
            return self.book.label(text)
        except ConfigError:
            return text

    @cached_property
    def claims(self) -> dict[str, str]:
        """What accounts call themselves.

        Empty for a command that needs no federation, and where no node answers: a missing name is no reason to fail.
        """
        with suppress(ChainError):
            return claimed_names(self.history if "record" in vars(self) else ())
        return {}

    # ------------------------------------------------------------ the account

    @cached_property
    def address(self) -> str:
        """The account's address, for which its password is not needed unless the keystore file leaves it out."""
        return stated_address(self.config.keystore) or self.account.address

    @cached_property
    def account(self) -> LocalAccount:
        """The account itself."""
        config = self.config
        return load_account(config.keystore, lambda: self.password(config.keystore), config.password_file)

    def password(self, keystore: Path, *, new: bool = False) -> str:
        """A keystore's password, from its file or from a prompt, which asks twice for a new one."""
        file = self.config.password_file
        if file or not new:
            return read_password(keystore, file)
        return ask_secret(f"New password of {keystore}", NO_TERMINAL, PASSWORD_FILE, twice=True)

    # --------------------------------------------------------------- the chain

    @cached_property
    def client(self) -> Client:
        """The chain."""
        return Client(self.config.rpc, gas=GasSettings(self.config.gas_price, self.config.max_fee))

    @cached_property
    def record(self) -> Deployment:
        """What stands where on it: as recorded or, of a federation that is named by its address, as the chain tells."""
        if self.sought is None:
            return deployments.read(self.config.deployments, self.client)
        with suppress(NotDeployed):
            recorded = deployments.read(self.config.deployments, self.client)
            if recorded.federation == self.sought:
                return recorded
        return discovered(self.client, self.sought)

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

    def descriptor(self, parameters: Parameters) -> Descriptor:
        """A task's descriptor, from the store. Raises `StoreError` and `DescriptorError`."""
        return fetch_descriptor(self.store, parameters.descriptor)

    def scores(self, parameters: Parameters) -> ScoreMeaning:
        """What a task's scores mean, without the metric where its descriptor cannot be read."""
        descriptor = self.known_descriptor(parameters)
        metric = descriptor.metric if isinstance(descriptor, Descriptor) else ""
        return ScoreMeaning.of(parameters, self.record.rules, metric)

    def known_descriptor(self, parameters: Parameters) -> Descriptor | FolkmootError:
        """A task's descriptor, or why it cannot be read, for which a store may have been waited for: asked once."""
        if (pointer := parameters.descriptor) not in self._descriptors:
            try:
                self._descriptors[pointer] = self.descriptor(parameters)
            except (StoreError, DescriptorError) as error:
                self._descriptors[pointer] = error
        return self._descriptors[pointer]

    @cached_property
    def logbook(self) -> Logbook:
        """The contracts' logs, as far as they are kept on disk and from the chain beyond that."""
        return Logbook(self.client, self.config.cache or default_folder())

    @cached_property
    def history(self) -> list[Event]:
        """Every event of the federation, oldest first."""
        return self.logbook.events([self.federation.address], from_block=self.record.first_block)

    def events(self, *contracts: str) -> list[Event]:
        """Every event of some of the federation's contracts, oldest first."""
        return [*decode_logs(self.logs(*contracts))]

    def logs(self, *contracts: str, from_block: int | None = None, to_block: int | None = None) -> list[LogReceipt]:
        """Their logs, oldest first, from the federation's first block, or a task's proposal, to the latest one."""
        first = max(self.record.first_block, from_block or 0)
        starts = {proposal.task: max(0, block_of(proposal) - REPLACED) for proposal in self.proposals}
        return self.logbook.logs(contracts, from_block=first, to_block=to_block, starts=starts)

    @cached_property
    def proposals(self) -> tuple[TaskProposed, ...]:
        """Every task that was ever proposed, in the order of their numbers."""
        return tuple(event for event in self.history if isinstance(event, TaskProposed))

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self.client, self.account)

    def amount(self, units: int) -> str:
        """Whole tokens, from the smallest unit."""
        return self.money.text(units)

    def send(self, call: Call) -> Receipt:
        """Send a call from the account and wait until it is executed. Raises `ChainError`."""
        if self.sought is not None:
            raise ConfigError("a federation that --federation names is only looked at", RECORD)
        sender, _ = self._sender, self.book  # names that cannot be read are told before anything is sent
        with self.output.working(f"{call.name}: waiting for the chain"):
            try:
                sent = sender.send(call, deadline=self.client.now() + PATIENCE)
            except ContractError as error:
                raise contract_error(error.name, error.values, self.amount) from error
            return cast("Receipt", sent)  # no error is success here
