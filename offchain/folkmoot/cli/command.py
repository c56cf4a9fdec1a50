"""The shape of every command: its own options and the common ones, a session, and errors as one sentence and a hint."""

import re
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from functools import wraps
from inspect import Parameter, Signature, signature
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from folkmoot.chain import read_address
from folkmoot.cli.names import Name
from folkmoot.cli.output import MAX_DIGITS, Output, print_error
from folkmoot.cli.session import Session
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.exit_codes import FAILED, INTERRUPTED
from folkmoot.files import at_home
from folkmoot.settings import from_text

Body = Callable[..., None]

PANEL = "Common options"
_NEGATIVE = re.compile(r"-[0-9.]")
_PUBLIC_KEY = re.compile("0x[0-9a-fA-F]{128}")


def open_session(
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="FOLKMOOT_CONFIG",
            help="Settings file. Default: folkmoot.toml in this folder or above. Options win over it.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    rpc: Annotated[
        list[str] | None,
        typer.Option(
            envvar="FOLKMOOT_RPC", help="JSON-RPC URL; several by commas, the best first.", rich_help_panel=PANEL
        ),
    ] = None,
    federation: Annotated[
        str | None,
        typer.Option(
            envvar="FOLKMOOT_FEDERATION",
            callback=lambda text: text and party(text),
            help="The federation's address, for who has no deployment record and only looks.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    deployments: Annotated[
        Path | None,
        typer.Option(envvar="FOLKMOOT_DEPLOYMENTS", help="Folder of deployment records.", rich_help_panel=PANEL),
    ] = None,
    keystore: Annotated[
        Path | None,
        typer.Option(
            envvar="FOLKMOOT_KEYSTORE", help="Encrypted keystore file of your account.", rich_help_panel=PANEL
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            envvar="FOLKMOOT_PASSWORD_FILE", help="Password file (prompts if omitted).", rich_help_panel=PANEL
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            envvar="FOLKMOOT_STORE",
            help="Folder or URL of the blob store; several by commas, as in the settings.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            envvar="FOLKMOOT_CACHE",
            help="Folder for what was read of the chain. Default: ~/.cache/folkmoot; /dev/null: none.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(envvar="FOLKMOOT_TASK", help="Task number or address.", rich_help_panel=PANEL),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with addresses and no names.", rich_help_panel=PANEL)
    ] = False,
) -> Session:
    """A session by the common options; those that are not given are left to the settings file."""
    given = {
        "rpc": from_text(WorkerConfig, "rpc", _urls(rpc)) if rpc else None,
        "deployments": deployments,
        "keystore": keystore,
        "password_file": password_file,
        "store": from_text(WorkerConfig, "store", store) if store else None,
        "cache": cache,
        "task": int(task) if task and task.isdecimal() and len(task) <= MAX_DIGITS else task,
    }
    given = {name: value for name, value in given.items() if value is not None}
    return Session(file=config, given=given, as_json=as_json, sought=federation)


def _urls(given: list[str]) -> str:
    """All as one text; a variable's has been split at its spaces, which no URL has."""
    return text if (text := " ".join(given)).startswith("[") else ",".join(text.split())


_COMMON = signature(open_session).parameters


def command(app: typer.Typer, name: str | None = None, failed: int = FAILED) -> Callable[[Body], Body]:
    """Register a function as a command, whose session is made of the common options; `failed` ends it on an error."""

    def register(body: Body) -> Body:
        app.command(name, cls=_Command)(with_session(body, failed))
        return body

    return register


class _Command(TyperCommand):
    """Takes what begins with a minus and a digit for a value, so that the command says what is wrong with it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As `TyperCommand.parse_args`."""
        if any(map(_NEGATIVE.match, args)):
            args = _options_first(
                args, {name for p in self.params for name in p.opts if not getattr(p, "is_flag", True)}
            )
        return super().parse_args(ctx, args)


def _options_first(args: list[str], with_value: Collection[str]) -> list[str]:
    """The same arguments with all values behind "--", where none is taken for an option."""
    options: list[str] = []
    values: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            values += rest
        elif arg.startswith("-") and not _NEGATIVE.match(arg):
            options += [arg, *islice(rest, arg in with_value)]
        else:
            values.append(arg)
    return [*options, "--", *values]


def with_session(body: Body, failed: int = FAILED) -> Body:
    """A function for typer: it takes the common options in the place of `body`'s session."""
    own = list(signature(body).parameters.values())[1:]
    parameters = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in (*own, *_COMMON.values())]

    @wraps(body)
    def run(**given: Any) -> None:
        given = {name: at_home(value) if isinstance(value, Path) else value for name, value in given.items()}
        common = {name: given.pop(name) for name in _COMMON}
        with open_session(**common) as session, report_errors(session, failed), _answer_alone(session.output):
            body(session, **{name: session.book.resolve(value) for name, value in given.items()})

    vars(run)["__signature__"] = Signature(parameters)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


@contextmanager
def report_errors(session: Session, failed: int = FAILED) -> Iterator[None]:
    """End the process with an error's sentence and hint, or quietly when the user interrupts."""
    try:
        yield
    except FolkmootError as error:
        print_error(error, as_json=session.output.as_json, label=session.label_error)
        raise typer.Exit(failed) from error
    except (KeyboardInterrupt, typer.Abort):
        raise typer.Exit(INTERRUPTED) from None


def _answer_alone(output: Output) -> AbstractContextManager[object]:
    """What others' code prints goes to standard error where the answer is for machines."""
    return redirect_stdout(sys.stderr) if output.as_json and sys.stderr else nullcontext()


def group(name: str, about: str, *, runs: bool = False) -> typer.Typer:
    """An empty group of commands; one that `runs` does something by itself, others show their help."""
    return typer.Typer(name=name, help=about, no_args_is_help=not runs)


def party(text: str) -> str:
    """An address in its checksummed form, or a `Name`. Raises `typer.BadParameter` for neither."""
    if not text.lower().startswith("0x"):
        return Name(text)
    try:
        return read_address(text)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error


def public_key(text: str) -> bytes:
    """A public key of 64 bytes, as 0x and hex digits. Raises `typer.BadParameter` for anything else."""
    if not _PUBLIC_KEY.fullmatch(text):
        raise typer.BadParameter(f"{text} is no public key; its owner prints it by: folkmoot account public-key")
    return bytes.fromhex(text.removeprefix("0x"))


def parties(texts: list[str]) -> list[str]:
    """Addresses and names of an option that takes several, separated by commas or repeated. Raises as `party` does."""
    return [party(text.strip()) for given in texts for text in given.split(",")]


def _party(about: str, metavar: str = "ADDRESS") -> Any:
    return typer.Argument(parser=party, metavar=metavar, help=about, show_default=False)


OptionalParty = Annotated[str | None, _party("Address or name of the account. Default: the keystore's.")]
Parties = Annotated[list[str], _party("Addresses or names of accounts.")]
PublicKey = Annotated[
    bytes,
    typer.Argument(parser=public_key, metavar="PUBLIC_KEY", help="The successor's: 0x and digits.", show_default=False),
]
Author = Annotated[str, _party("Address or name of its author.", "AUTHOR")]
Manager = Annotated[str, _party("Address or name of the manager.", "MANAGER")]
Member = Annotated[str, _party("Address or name of the member.", "MEMBER")]
Successor = Annotated[str, _party("Address or name of the account that takes its place.", "SUCCESSOR")]
Committee = Annotated[
    list[str],
    typer.Option(
        callback=parties,
        metavar="ADDRESS,...",
        help="Comma-separated committee addresses or names.",
        show_default=False,
    ),
]
FirstCommittee = Annotated[
    list[str] | None,
    typer.Option(
        callback=lambda texts: parties(texts or []),
        metavar="ADDRESS,...",
        help="Comma-separated committee addresses or names. Default: drawn at the start.",
        show_default=False,
    ),
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help='In whole tokens, such as "12.5".', show_default=False)]
