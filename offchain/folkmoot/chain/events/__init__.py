"""From logs to events: one frozen dataclass for each event of the contracts."""

from folkmoot.chain.events.event import Event, Origin
from folkmoot.chain.events.logs import EVENTS, decode_log, decode_logs, fetch_events, fetch_round

__all__ = ["EVENTS", "Event", "Origin", "decode_log", "decode_logs", "fetch_events", "fetch_round"]
