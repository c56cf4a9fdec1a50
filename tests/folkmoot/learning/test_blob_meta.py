"""What a blob may say about itself."""

from dataclasses import replace
from typing import Any

import pytest

from folkmoot.errors import CodecError
from folkmoot.learning.blob_meta import MAX_ROUND, BlobMeta

TASK = "0x" + "1a" * 20
AUTHOR = "0x" + "2b" * 20
META = BlobMeta(task=TASK, round=7, author=AUTHOR, parent=bytes(range(32)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"task": TASK.upper()}, "task"),
        ({"task": TASK[2:]}, "task"),
        ({"author": AUTHOR + "\n"}, "author"),
        ({"round": -1}, "round -1"),
        ({"round": MAX_ROUND + 1}, "round"),
        ({"parent": bytes(31)}, "31 bytes, not 32"),
    ],
)
def test_metadata_that_no_blob_may_hold_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        replace(META, **change)
