"""What a query in PromQL names: as much of the language as boards and alerts need to be held against metrics."""

import re
from dataclasses import dataclass

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"')
_WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}
_CLAUSE = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_WINDOW = re.compile(r"\[[^\]]*\]|\boffset\s+\w+")
_NAME = re.compile(r"(?<![\w:.$])([a-zA-Z_:][\w:]*)\s*(\(|\{[^}]*\})?")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


@dataclass(frozen=True, slots=True)
class Query:
    """Metrics with the labels that are matched of them, and the labels that are grouped or joined by."""

    metrics: tuple[tuple[str, frozenset[str]], ...]
    grouped: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The metrics' names."""
        return frozenset(name for name, _ in self.metrics)


def read_query(text: str) -> Query:
    """What a query names."""
    bare = _WINDOW.sub("", _TEXT.sub('""', text))
    grouped = {label.strip() for found in _CLAUSE.findall(bare) for label in found.split(",") if label.strip()}
    metrics = [
        (name, frozenset(_MATCHER.findall(behind or "")))
        for name, behind in _NAME.findall(_CLAUSE.sub("", bare))
        if behind != "(" and name.lower() not in _WORDS
    ]
    return Query(tuple(metrics), frozenset(grouped))
