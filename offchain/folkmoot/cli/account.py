"""`account`: your keys, in encrypted keystore files, and money for them on local networks."""

import re
from pathlib import Path
from typing import Annotated

import typer
from eth_account.signers.local import LocalAccount
from web3 import Web3

from folkmoot.chain import (
    Call,
    Client,
    LocalToken,
    create_account,
    keystore_address,
    load_account,
    public_key,
    read_password,
)
from folkmoot.chain.accounts import account_of_key, keystores, save_account, write_key
from folkmoot.chain.node_accounts import node_accounts, send_by_node
from folkmoot.cli.asking import ask_secret
from folkmoot.cli.balances import holdings, in_words
from folkmoot.cli.command import OptionalParty, command, group
from folkmoot.cli.output import COINS
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Whole, key_values, table
from folkmoot.errors import AccountError, ChainError, ConfigError, reason
from folkmoot.files import read_text

app = group("account", "Your keys, in encrypted keystore files.")

LOCAL = ("anvil", "ganache", "hardhat")  # nodes whose accounts hold play money
KEEP = "Keep a copy of this file and of its password: nobody can restore them."
_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")


@command(app)
def new(
    session: Session,
    file: Annotated[
        Path | None, typer.Argument(help="New keystore file. Default: the settings' keystore.", show_default=False)
    ] = None,
) -> None:
    """Create an account and keep its key in a new keystore file."""
    path = file or session.config.keystore
    _show_kept(session, create_account(path, lambda: session.password(path, new=True)), path)


@command(app, "import")
def import_(
    session: Session,
    source: Annotated[
        Path | None,
        typer.Argument(help="File with a key in hex, or a keystore file. Default: a prompt.", show_default=False),
    ] = None,
    *,
    source_password_file: Annotated[
        Path | None,
        typer.Option(help="Password file of an imported keystore (prompts if omitted).", show_default=False),
    ] = None,
) -> None:
    """Import a key into a new keystore file, the settings' keystore."""
    account = _imported(source, source_password_file)
    path = session.config.keystore
    save_account(account, path, lambda: session.password(path, new=True))
    _show_kept(session, account, path)


@command(app)
def export(
    session: Session,
    file: Annotated[
        Path | None, typer.Argument(help="New file for the key in hex, readable by you alone.", show_default=False)
    ] = None,
    *,
    reveal: Annotated[bool, typer.Option("--reveal", help="Print the key where no file is given.")] = False,
) -> None:
    """Export the account's unencrypted key. Whoever has it can act as you."""
    if file is None and not reveal:
        keystore_address(session.config.keystore)  # without a keystore there is nothing to export
        raise ConfigError("no file to export the key to", "folkmoot account export FILE; or --reveal prints the key")
    if file is None:
        key = Web3.to_hex(session.account.key)
        session.output.show({"address": session.address, "key": key}, key)
        return
    write_key(session.account, file)
    session.output.show(
        {"address": session.address, "file": file}, f"the unencrypted key of {session.address} is in {file}"
    )


@command(app, "public-key")
def show_public_key(session: Session) -> None:
    """Show the account's public key, which makes it an observer of a task, or puts it in the place of a member."""
    key = public_key(session.account)
    document = {"address": session.address, "public_key": key}
    session.output.show(document, Web3.to_hex(key))


@command(app, "list")
def list_(session: Session) -> None:
    """List the keystore files beside the settings' keystore."""
    chosen = session.config.keystore
    found = keystores(chosen.parent).items()
    document = [{"keystore": file, "address": address or None, "used": file == chosen} for file, address in found]
    rows = [(file, Whole(address) if address else None, file == chosen) for file, address in found]
    grid = table("Keystores", ("file", "address", "used"), rows)
    session.output.show(document, grid if rows else f"There is no keystore in {chosen.parent}.")


@command(app)
def show(session: Session, account: OptionalParty = None) -> None:
    """Show an account's address and, where a chain answers, its balances."""
    address = account or session.address
    try:
        document = {"address": address} | holdings(session, address)
        texts = in_words(session, document)
    except ChainError as error:
        document = {"address": address, "chain": error.message}
        session.output.show(document, key_values({"address": Whole(address)}), f"No more is known: {error.message}")
        return
    session.output.show(document, key_values(texts | {"address": Whole(address)}))


@command(app)
def faucet(
    session: Session,
    account: OptionalParty = None,
    *,
    coins: Annotated[str, typer.Option(help="Amount of the chain's own coin, for gas.")] = "1",
    tokens: Annotated[
        str | None, typer.Option(help="Amount of the fee token. Default: the permission fee.", show_default=False)
    ] = None,
) -> None:
    """Send coins and fee tokens to an account. On local networks only."""
    source = faucet_account(session.client)
    address, wei = account or session.address, COINS.units(coins)
    units = session.money.units(tokens) if tokens else session.federation.permission_fee()
    if wei > (held := session.client.balance(source)):
        raise ConfigError(f"the node's account holds no more than {COINS.text(held)}", "ask for less by --coins")
    send_by_node(session.client, {"from": source, "to": address, "value": Web3.to_wei(wei, "wei")})
    if units:
        _mint(session, source, LocalToken(session.client, session.record.token).mint(address, units))
    given = f"{address} received {COINS.text(wei)} and {session.money.text(units)}"
    session.output.show({"address": address, "coins": wei, "tokens": units}, given)


def faucet_account(client: Client) -> str:
    """An account that the node keeps and signs for. Raises `ConfigError` unless the network is a local one."""
    name = str(client.request("web3_clientVersion"))
    accounts = node_accounts(client) if name.lower().startswith(LOCAL) else []
    if not accounts:
        raise ConfigError(
            f"only local networks give money away, and this node is {name}",
            "ask the network's operators for coins, and the fee token's issuer for tokens",
        )
    return accounts[0]


def _show_kept(session: Session, account: LocalAccount, path: Path) -> None:
    document = {"address": account.address, "keystore": path}
    session.output.show(document, key_values(document | {"address": Whole(account.address)}), KEEP)


def _imported(source: Path | None, password_file: Path | None) -> LocalAccount:
    if source is None:
        typed = ask_secret(
            "Private key in hex", "no key: there is no terminal to type it at", "name a file with the key"
        )
        return account_of_key(typed, "the answer")
    if _KEY.fullmatch(str(source)):
        raise ConfigError("a key on the command line is seen by others", "use another key, by a file or the prompt")
    try:
        text = read_text(source, pipes=True).strip()
    except OSError as error:
        raise AccountError(
            f"cannot read {source}: {reason(error)}", "name a file with a key in hex, or a keystore file"
        ) from None
    if text.startswith("{"):
        return load_account(source, lambda: read_password(source, password_file), password_file)
    return account_of_key(text, str(source))


def _mint(session: Session, source: str, call: Call) -> None:
    try:
        send_by_node(session.client, {"from": Web3.to_checksum_address(source), "to": call.to, "data": call.data})
    except ChainError as error:
        symbol = session.money.symbol
        raise ConfigError(f"{symbol} is not a token that anyone may mint", "get it from its issuer") from error
