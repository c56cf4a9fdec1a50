"""Refuse words that were given up (tools/retired_words.toml), and sentences of the documents that are too long.

``python -m tools.retired_words`` reads every tracked text file, and prints file, line, word and what to say instead.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tools" / "retired_words.toml"
DOCUMENTS = (
    *("README.md", "SPECIFICATION.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("docs/*.md", "experiments/README.md"),  # `*` stands for folders too
)
MOST_WORDS = 45  # in a sentence

_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_NO_PROSE = re.compile(r"^(?: {4}.*|[ \t]*\|.*|#.*|!\[.*)$", re.MULTILINE)  # indented code, tables, headings, pictures
_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\n]*\)")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)|\n(?=\d+\.\d+ )")
_ABBREVIATION = re.compile(r"\b(al|e\.g|i\.e|vs)\.")
_END = re.compile(r"[.!?][*)”\"]*\s+")


@dataclass(frozen=True, slots=True)
class Word:
    """A retired word, how it is found, and what to say instead."""

    text: str
    pattern: re.Pattern[str]
    instead: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The retired words, the files that may have them, and the lines that may."""

    words: Sequence[Word]
    files: Sequence[str]
    lines: frozenset[str]

    def complaints(self, file: str, text: str) -> Iterator[str]:
        """A line for each retired word in a file's text."""
        if any(fnmatch(file, pattern) for pattern in self.files):
            return
        lower = text.lower()
        words = [word for word in self.words if word.text.lower() in lower]  # most files have few
        for number, line in enumerate(text.splitlines() if words else (), 1):
            if line not in self.lines:
                yield from (f"{file}:{number}: {w.text} → {w.instead}" for w in words if w.pattern.search(line))


def load(path: Path = LIST) -> Rules:
    """Read the list of retired words."""
    listed = tomllib.loads(path.read_text("utf-8"))
    words = (
        *_words(listed["anywhere"], whole=False, flags=re.IGNORECASE),
        *_words(listed["phrases"], whole=True, flags=re.IGNORECASE),
        *_words(listed["words"], whole=True),
    )
    return Rules(words, listed["allowed"]["files"], frozenset(listed["allowed"]["lines"]))


def _words(entries: Mapping[str, str], *, whole: bool, flags: int = 0) -> Iterator[Word]:
    for text, instead in entries.items():
        before = "(?<![A-Za-z0-9])" if whole and text[0].isalnum() else ""
        after = "(?![A-Za-z0-9])" if whole and text[-1].isalnum() else ""
        yield Word(text, re.compile(before + re.escape(text) + after, flags), instead)


def long_sentences(file: str, text: str) -> Iterator[str]:
    """A line for each sentence of a Markdown text that has more than `MOST_WORDS` words; tables and code apart."""
    prose = _NO_PROSE.sub("", _FENCED.sub(_lines_of, text))
    prose = _LINK.sub(r"\1", _CODE.sub(lambda found: f"code{_lines_of(found)}", prose))
    start = 0
    for paragraph in _PARAGRAPH.split(prose):
        place = prose.index(paragraph, start)
        start = place + len(paragraph)
        for sentence in _END.split(_ABBREVIATION.sub(r"\1", paragraph)):
            count = sum(any(map(str.isalnum, word)) for word in sentence.split())
            if count > MOST_WORDS:
                line = prose.count("\n", 0, place) + 1
                yield f"{file}:{line}: {count} words in “{' '.join(sentence.split()[:8])} …”, {MOST_WORDS} are allowed"


def _lines_of(found: re.Match[str]) -> str:
    """Its line ends alone, so that what follows keeps its number."""
    return "\n" * found[0].count("\n")


def is_document(file: str) -> bool:
    """Whether the lengths of a file's sentences are checked."""
    return any(fnmatch(file, pattern) for pattern in DOCUMENTS)


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """The name and the text of every file under `root` that git tracks, but for binary ones."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    for file in filter(None, listed.split("\0")):
        path = root / file
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            yield file, data.decode("utf-8")


def complaints(root: Path, rules: Rules) -> Iterator[str]:
    """Everything that there is to say of the checkout at `root`."""
    for file, text in texts(root):
        yield from rules.complaints(file, text)
        if is_document(file):
            yield from long_sentences(file, text)


def main() -> int:
    """Print all complaints; 1 if there are any."""
    found = list(complaints(ROOT, load()))
    for line in found:
        print(line)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
