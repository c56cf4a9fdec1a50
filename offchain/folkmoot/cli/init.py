"""`init`: a member's home, the folder from which it uses Folkmoot."""

from contextlib import ExitStack
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from folkmoot.cli.names import BOOK, TEMPLATE
from folkmoot.cli.output import write_new
from folkmoot.cli.session import Session
from folkmoot.cli.settings_file import CONFIG
from folkmoot.cli.worker import settings_file
from folkmoot.errors import ConfigError, reason

IGNORED = """\
# Secrets, and what only this machine needs.
/keys/
*password*
*keystore*
*.key
/state/
/blobs/
"""


def _folder(text: str) -> Path:
    if not text:
        raise typer.BadParameter("it is empty; this folder is .")
    return Path(text)


def init(
    session: Session,
    folder: Annotated[
        Path, typer.Argument(parser=_folder, metavar="FOLDER", help="New home; made where it is missing.")
    ],
) -> None:
    """Make a member's home: settings, a folder for keys, one for deployment records, and an address book."""
    given = {"keystore": folder / "keys" / "account.json", **session.given}
    files = {
        folder / ".gitignore": IGNORED,
        folder / CONFIG: settings_file(folder / CONFIG, given),
        folder / BOOK: TEMPLATE,
    }
    folders = [folder / "keys", folder / "deployments"]
    enter = f"cd {quote(str(folder))}"
    records = session.given.get("deployments", "deployments/")
    try:
        there = [path for path in (folder / CONFIG, *files, *folders) if path.exists()]
    except OSError as error:
        raise ConfigError(f"cannot make {folder}: {reason(error)}", "choose another folder") from error
    if there and there[0] == folder / CONFIG and there[0].is_file():
        hint = f"nothing was changed. Use it: {enter}; folkmoot doctor. Or choose another folder"
        raise ConfigError(f"{folder} is a home already: it has a {CONFIG}", hint)
    if there:
        raise ConfigError(f"{there[0]} exists already", "choose another folder, or move it away")
    with ExitStack() as undo:
        for file, text in files.items():
            write_new(file, text)
            undo.callback(file.unlink)
        for made in folders:
            made.mkdir(mode=0o700 if made.name == "keys" else 0o777)
            undo.callback(made.rmdir)
        undo.pop_all()
    document = {"home": folder, "files": sorted(files), "folders": folders}
    session.output.show(
        document,
        f"{folder} is a home: its {CONFIG} holds for every command in it and below",
        f"Next: {enter}; folkmoot account new; copy the federation's deployment record to {records}",
    )
