"""Reading the small files that people and commands write: whole, but neither without end nor without an answer."""

import errno
import json
import os
import stat
from pathlib import Path

MAX_BYTES = 1 << 20


def read_text(path: Path, *, pipes: bool = False) -> str:
    """The text of a file of at most `MAX_BYTES`, in UTF-8. `pipes`: what a shell's <(...) gives will do, too.

    Raises `OSError` with the reason as `strerror`, also for a larger file, for what is none and for other text.
    """
    descriptor = os.open(path, os.O_RDONLY | (0 if pipes else os.O_NONBLOCK))  # never wait for a pipe's other end
    with os.fdopen(descriptor, "rb") as file:
        if not pipes and not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MAX_BYTES} bytes")
    encoding = json.detect_encoding(data)  # by its mark or its zero bytes
    if not encoding.startswith("utf-8"):
        raise OSError(errno.EILSEQ, f"it is text in {encoding.upper()}, not in UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, "it is not text in UTF-8") from error


def at_home(path: str | Path) -> Path:
    """A path, with the user's home in the place of a `~` at its start, as shells have it."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - `Path.expanduser` raises for a user that there is not
