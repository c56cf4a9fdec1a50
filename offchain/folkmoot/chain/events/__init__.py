"""The contracts' events: one frozen dataclass each, and how logs are decoded to them."""

from folkmoot.chain.events.event import Event, Origin
from folkmoot.chain.events.logs import EVENTS, EventFeed, decode_log, decode_logs, fetch_events, fetch_round

__all__ = ["EVENTS", "Event", "EventFeed", "Origin", "decode_log", "decode_logs", "fetch_events", "fetch_round"]
