"""The one shape of all commands: their own options and the common ones, a session, and errors told in a sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_utils.address import (
    is_address,
    is_checksum_address,
    is_checksum_formatted_address,
    to_checksum_address,
)

from folkmoot.cli.output import Output, print_error
from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError

Body = Callable[..., None]

PANEL = "Common options"
FAILED, INTERRUPTED = 1, 130  # exit codes


def open_session(
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="FOLKMOOT_CONFIG",
            help="Settings, as `worker init` writes them; folkmoot.toml if it is here. Options win over it.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    rpc: Annotated[
        list[str] | None,
        typer.Option(envvar="FOLKMOOT_RPC", help="URL of a node; several, the best first.", rich_help_panel=PANEL),
    ] = None,
    deployments: Annotated[
        Path | None,
        typer.Option(envvar="FOLKMOOT_DEPLOYMENTS", help="Folder of deployment records.", rich_help_panel=PANEL),
    ] = None,
    keystore: Annotated[
        Path | None,
        typer.Option(envvar="FOLKMOOT_KEYSTORE", help="Encrypted keystore file.", rich_help_panel=PANEL),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            envvar="FOLKMOOT_PASSWORD_FILE", help="File with its password; else a prompt asks.", rich_help_panel=PANEL
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(envvar="FOLKMOOT_STORE", help="Folder of the blob store.", rich_help_panel=PANEL),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(envvar="FOLKMOOT_TASK", help="The task's number or address.", rich_help_panel=PANEL),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer in JSON, for machines.", rich_help_panel=PANEL)
    ] = False,
) -> Session:
    """A session by the common options; those that are not given are left to the settings file."""
    given = {
        "rpc": tuple(rpc or ()) or None,
        "deployments": deployments,
        "keystore": keystore,
        "password_file": password_file,
        "store": store,
        "task": int(task) if task and task.isdecimal() else task,
    }
    given = {name: value for name, value in given.items() if value is not None}
    return Session(file=config, given=given, output=Output(as_json=as_json))


_COMMON = signature(open_session).parameters


def command(app: typer.Typer, name: str | None = None) -> Callable[[Body], Body]:
    """Register a function as a command; its first parameter, the session, is made of the common options."""

    def register(body: Body) -> Body:
        app.command(name)(with_session(body))
        return body

    return register


def with_session(body: Body) -> Body:
    """A function for typer: it takes the common options in the place of `body`'s session."""
    own = list(signature(body).parameters.values())[1:]
    parameters = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in (*own, *_COMMON.values())]

    @wraps(body)
    def run(**given: Any) -> None:
        common = {name: given.pop(name) for name in _COMMON}
        with report_errors(as_json=common["as_json"]), open_session(**common) as session:
            body(session, **given)

    vars(run)["__signature__"] = Signature(parameters)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


@contextmanager
def report_errors(*, as_json: bool) -> Iterator[None]:
    """End the process with an error's sentence and hint, or quietly when the user interrupts."""
    try:
        yield
    except FolkmootError as error:
        print_error(error, as_json=as_json)
        raise typer.Exit(FAILED) from error
    except (KeyboardInterrupt, typer.Abort):
        raise typer.Exit(INTERRUPTED) from None


def group(name: str, about: str, *, runs: bool = False) -> typer.Typer:
    """An empty group of commands; one that `runs` does something by itself, others show their help."""
    return typer.Typer(name=name, help=about, no_args_is_help=not runs)


def address(text: str) -> str:
    """An address in its checksummed form. Raises `typer.BadParameter`, also for one whose checksum shows a slip."""
    if not is_address(text) or (is_checksum_formatted_address(text) and not is_checksum_address(text)):
        raise typer.BadParameter(f'{text!r} is no address: "0x" and 40 hex digits, copied without a slip')
    return to_checksum_address(text)


def addresses(texts: list[str]) -> list[str]:
    """Addresses of an option that takes several, by commas or by repeating it. Raises as `address` does."""
    return [address(text.strip()) for given in texts for text in given.split(",")]


Address = Annotated[str, typer.Argument(parser=address, metavar="ADDRESS", show_default=False)]
OptionalAddress = Annotated[
    str | None, typer.Argument(parser=address, metavar="ADDRESS", help="Default: the keystore's.", show_default=False)
]
