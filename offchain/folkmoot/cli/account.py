"""`account`: a key of one's own, and money for it on local networks."""

from pathlib import Path
from typing import Annotated

import typer
from web3 import Web3
from web3.types import TxParams

from folkmoot.chain import Call, Client, LocalToken, create_account
from folkmoot.chain.rpc_errors import translated
from folkmoot.cli.amounts import COINS
from folkmoot.cli.balances import holdings, in_words
from folkmoot.cli.command import OptionalAddress, command, group
from folkmoot.cli.output import key_values
from folkmoot.cli.session import Session
from folkmoot.errors import ChainError, ConfigError

app = group("account", "Your key, in an encrypted keystore file.")

LOCAL = ("anvil", "ganache", "hardhat")  # nodes whose accounts hold play money


@command(app)
def new(
    session: Session,
    file: Annotated[Path | None, typer.Argument(help="Default: the settings' keystore.", show_default=False)] = None,
) -> None:
    """Make an account and keep its key in a new keystore file."""
    path = file or session.config.keystore
    account = create_account(path, lambda: session.password(path, new=True))
    document = {"address": account.address, "keystore": path}
    session.output.show(
        document, key_values(document), "Keep a copy of this file and its password: nobody can restore it."
    )


@command(app)
def show(session: Session, account: OptionalAddress = None) -> None:
    """Show an account's address and, where a chain answers, what it holds."""
    address = account or session.address
    try:
        document = {"address": address} | holdings(session, address)
        texts = in_words(session, document)
    except ChainError as error:
        session.output.show({"address": address, "chain": error.message}, address, f"No more is known: {error.message}")
        return
    session.output.show(document, key_values(texts))


@command(app)
def fund(
    session: Session,
    account: OptionalAddress = None,
    *,
    coins: Annotated[str, typer.Option(help="Of the chain's own coin, for gas.")] = "1",
    tokens: Annotated[
        str | None, typer.Option(help="Of the fee token. Default: what an application costs.", show_default=False)
    ] = None,
) -> None:
    """Give an account coins and fee tokens. On local networks only."""
    faucet = faucet_account(session.client)
    address, wei = account or session.address, COINS.units(coins)
    units = session.money.units(tokens) if tokens else session.federation.permission_fee()
    _send(session.client, {"from": faucet, "to": address, "value": Web3.to_wei(wei, "wei")})
    if units:
        _mint(session, faucet, LocalToken(session.client, session.record.token).mint(address, units))
    given = f"{address} got {COINS.text(wei)} and {session.money.text(units)}"
    session.output.show({"address": address, "coins": wei, "tokens": units}, given)


def faucet_account(client: Client) -> str:
    """An account that the node keeps and signs for. Raises `ConfigError` unless the network is a local one."""
    with translated():
        name = client.web3.client_version
        accounts = client.web3.eth.accounts if name.lower().startswith(LOCAL) else ()
    if not accounts:
        raise ConfigError(
            f"only local networks give money away, and this node is {name}",
            "ask the network's operators for coins, and the fee token's issuer for tokens",
        )
    return accounts[0]


def _mint(session: Session, faucet: str, call: Call) -> None:
    try:
        _send(session.client, {"from": Web3.to_checksum_address(faucet), "to": call.to, "data": call.data})
    except ChainError as error:
        symbol = session.money.symbol
        raise ConfigError(f"{symbol} is not a token that anyone may mint", "get it from its issuer") from error


def _send(client: Client, transaction: TxParams) -> None:
    with translated():
        sent = client.web3.eth.send_transaction({**transaction, **client.fees(client.head())})
        client.web3.eth.wait_for_transaction_receipt(sent)
