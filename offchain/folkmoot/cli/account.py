"""`account`: your keys, in encrypted keystore files, and money for them where it costs nothing."""

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
from folkmoot.chain.rpc_errors import Reverted
from folkmoot.cli.asking import ask_secret
from folkmoot.cli.balances import holdings, in_words
from folkmoot.cli.command import OptionalParty, command, group
from folkmoot.cli.output import COINS
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Whole, key_values, table
from folkmoot.errors import AccountError, ChainError, ConfigError, ConnectionFailed, ContractError, reason
from folkmoot.files import read_text

app = group("account", "Your keys, in encrypted keystore files.")

NO_COINS = "no coins: this node keeps no account that holds any"
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
    coins: Annotated[
        str | None,
        typer.Option(help="Amount of the chain's coin, for gas. Default: 1 on a local network.", show_default=False),
    ] = None,
    tokens: Annotated[
        str | None, typer.Option(help="Amount of the fee token. Default: the permission fee.", show_default=False)
    ] = None,
) -> None:
    """Give an account fee tokens, where anyone may mint them, and on local networks coins."""
    address, units = account or session.address, _tokens(session, tokens)
    source = faucet_account(session.client)
    wei = COINS.units(coins or ("1" if source else "0"))
    if wei and not source:
        raise ConfigError(NO_COINS, "ask the network's operators for coins; --coins 0 gives tokens alone")
    if wei > (held := session.client.balance(source) if source else 0):
        raise ConfigError(f"the node's account holds no more than {COINS.text(held)}", "ask for less by --coins")
    mint = LocalToken(session.client, session.record.token).mint(address, units)
    if units:
        _require_mintable(session, source or session.address, mint)
    if wei and source:
        send_by_node(session.client, {"from": source, "to": address, "value": Web3.to_wei(wei, "wei")})
    if units:
        _mint(session, source, address, mint)
    given = " and ".join(filter(None, [COINS.text(wei) if wei else "", session.money.text(units)]))
    missing = "" if source or coins else f"; {NO_COINS}"
    session.output.show({"address": address, "coins": wei, "tokens": units}, f"{address} received {given}{missing}")


def faucet_account(client: Client) -> str | None:
    """An account that the node keeps and signs for, as on local networks, and that holds coins; None without one."""
    try:
        kept = node_accounts(client)
    except ConnectionFailed:  # of nodes that refuse to tell
        return None
    return next((account for account in kept if client.balance(account)), None)


def _tokens(session: Session, amount: str | None) -> int:
    return session.money.units(amount) if amount else session.federation.permission_fee()


def _require_mintable(session: Session, sender: str, call: Call) -> None:
    try:
        session.client.estimate_gas(call.request(sender))
    except (ContractError, Reverted) as error:
        raise _not_mintable(session) from error


def _mint(session: Session, source: str | None, to: str, call: Call) -> None:
    """By the node's account, or by one's own where it keeps none."""
    before = session.token.balance_of(to)
    if source:
        send_by_node(session.client, {"from": Web3.to_checksum_address(source), "to": call.to, "data": call.data})
    else:
        session.send(call)
    if session.token.balance_of(to) == before:  # a contract may take any call and do nothing
        raise _not_mintable(session)


def _not_mintable(session: Session) -> ConfigError:
    return ConfigError(f"{session.money.symbol} is not a token that anyone may mint", "get it from its issuer")


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
