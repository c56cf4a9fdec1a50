"""What lines of the log look like: text for people, or one JSON object each for machines."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from folkmoot.config import JSON
from folkmoot.worker.reporting import CLOCK

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """Time (ISO 8601, UTC), level, logger and message, then what is known: `facts`, and the record's own.

    Whatever a message or a name holds, it stays in one line of ASCII.
    """

    def __init__(self, facts: Callable[[], Mapping[str, object]]) -> None:
        super().__init__()
        self._facts = facts

    def format(self, record: logging.LogRecord) -> str:
        """A record as one JSON object."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        own: Mapping[str, object] = getattr(record, "facts", {})
        line = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._facts(),
            **{name: value for name, value in own.items() if value not in {"", None}},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def formatter(form: str, facts: Callable[[], Mapping[str, object]]) -> logging.Formatter:
    """As the setting `log_format` has it; `facts` are those that hold when a line is written."""
    return JsonLines(facts) if form == JSON else logging.Formatter(_LINE, f"%Y-%m-%d {CLOCK}")
