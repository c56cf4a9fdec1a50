"""`init`: a member's home, the folder from which it uses Folkmoot."""

from pathlib import Path
from typing import Annotated

import typer

from folkmoot.cli.names import BOOK, TEMPLATE
from folkmoot.cli.output import write_new
from folkmoot.cli.session import CONFIG, Session
from folkmoot.cli.worker import settings_file
from folkmoot.errors import ConfigError

IGNORED = """\
# Secrets, and what only this machine needs.
/keys/
*password*
*keystore*
*.key
/state/
/blobs/
"""


def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New home; made where it is missing.")],
) -> None:
    """Make a member's home: settings, a folder for keys, one for deployment records, and an address book."""
    given = {"keystore": folder / "keys" / "account.json", **session.given}
    files = {
        folder / ".gitignore": IGNORED,
        folder / CONFIG: settings_file(folder / CONFIG, given),
        folder / BOOK: TEMPLATE,
    }
    folders = [folder / "keys", folder / "deployments"]
    if (folder / CONFIG).is_file():
        hint = f"nothing was changed. Use it: cd {folder}; folkmoot doctor. Or choose another folder"
        raise ConfigError(f"{folder} is a home already: it has a {CONFIG}", hint)
    if there := [path for path in (*files, *folders) if path.exists()]:
        raise ConfigError(f"{there[0]} exists already", "choose another folder, or move it away")
    for file, text in files.items():
        write_new(file, text)
    for made in folders:
        made.mkdir(mode=0o700 if made.name == "keys" else 0o777)
    document = {"home": folder, "files": sorted(files), "folders": folders}
    session.output.show(
        document,
        f"{folder} is a home: its {CONFIG} holds for every command in it and below",
        f"Next: cd {folder}; folkmoot account new; copy the federation's deployment record to deployments/",
    )
