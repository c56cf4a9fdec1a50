"""Reading the small files that people and commands write: whole, but neither without end nor without an answer."""

import errno
import os
import stat
from pathlib import Path

MAX_BYTES = 1 << 20


def read_text(path: Path, *, pipes: bool = False) -> str:
    """The text of a file of at most `MAX_BYTES`, in UTF-8. `pipes`: what a shell's <(...) gives will do, too.

    Raises `OSError` with the reason as `strerror`, also for a larger file and for what is none, and `ValueError`.
    """
    descriptor = os.open(path, os.O_RDONLY | (0 if pipes else os.O_NONBLOCK))  # never wait for a pipe's other end
    with os.fdopen(descriptor, "rb") as file:
        if not pipes and not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MAX_BYTES} bytes")
    return data.decode("utf-8-sig")
