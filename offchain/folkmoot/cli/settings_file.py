"""Where the settings are: in `folkmoot.toml`, in the working directory or in a folder above it."""

from pathlib import Path

from folkmoot.errors import ConfigError

CONFIG = "folkmoot.toml"


def found_above() -> Path | None:
    """The settings file in the working directory or the nearest folder above it that has one."""
    try:
        here = Path.cwd()
    except OSError as error:
        raise ConfigError("the working directory is gone", "change to a folder that exists, then try again") from error
    for levels, folder in enumerate((here, *here.parents)):
        if (folder / CONFIG).is_file():
            return Path(*[".."] * levels, CONFIG)  # told as seen from here
    return None
