import subprocess
from pathlib import Path

import pytest

from tools import retired_words
from tools.retired_words import MOST_WORDS, ROOT, Word, complaints, is_document, load, long_sentences

RULES = load()
LONGEST = " ".join(["word"] * MOST_WORDS) + "."
TOO_LONG = f"One {LONGEST}"
FOUND = f"{MOST_WORDS + 1} words in"


def found_in(text: str, file: str = "offchain/folkmoot/errors.py") -> list[str]:
    return list(RULES.complaints(file, text))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def track(checkout: Path, file: str, content: bytes) -> None:
    path = checkout / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    subprocess.run(["git", "add", file], cwd=checkout, check=True)


# ------------------------------------------------------------------------------- words


@pytest.mark.parametrize("word", RULES.words, ids=lambda word: word.text)
def test_every_retired_word_is_found(word: Word) -> None:
    assert f"offchain/folkmoot/errors.py:2: {word.text} → {word.instead}" in found_in(f"fine\n({word.text})\n")


@pytest.mark.parametrize(
    "text", ["WITAN_RPC", "WitanError", "witan.toml", "For ever", "find_drill", "scores = seal(x)"]
)
def test_it_is_found_in_other_company(text: str) -> None:
    assert len(found_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "sealed scores; seal the envelope",
        "conceal(x), task.rollback(round, model, committee), vm.roll(3)",
        "a relapse, balloting, drilled, Doctor Labourer",
        "TaskFull(3), departureCount(), folkmoot.chain, offchain/folkmoot/chain",
        "off chain. Then",
    ],
)
def test_other_words_are_not(text: str) -> None:
    assert found_in(text) == []


def test_two_words_of_a_line_are_two_complaints() -> None:
    assert len(found_in("Docket and Yardstick")) == 2


@pytest.mark.parametrize("file", ["experiments/results/matrix.csv", "tests/vectors/pointers.json", "package-lock.json"])
def test_records_keep_their_words(file: str) -> None:
    assert found_in("Witan", file) == []


def test_the_changelog_has_the_old_name_once() -> None:
    (line,) = RULES.lines
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert changes.splitlines().count(line) == 1
    assert found_in(changes, "CHANGELOG.md") == []
    assert found_in(f"{line} Witan", "CHANGELOG.md") != []


# --------------------------------------------------------------------------- sentences


def test_a_sentence_has_so_many_words_at_most() -> None:
    assert list(long_sentences("README.md", LONGEST)) == []
    (complaint,) = long_sentences("README.md", f"# Title\n\n{LONGEST}\n\n{TOO_LONG}\n")
    assert complaint.startswith(f"README.md:5: {FOUND}")


@pytest.mark.parametrize(
    "text",
    [
        f"{LONGEST} {LONGEST}",
        f"# {TOO_LONG}",
        f"| {TOO_LONG} |",
        f"    {TOO_LONG}",
        f"```\n{TOO_LONG}\n```",
        f"- {LONGEST[:-1]}\n- {LONGEST}",
        f"1.1 {' '.join(['word'] * 40)}\n1.2 {' '.join(['word'] * 40)}",
        f"`{TOO_LONG}` counts once",
        f"Is it? {LONGEST}",
    ],
)
def test_what_is_no_sentence_of_its_own_is_not_counted(text: str) -> None:
    assert list(long_sentences("README.md", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        TOO_LONG.replace(" ", "\n"),
        f"By Li et al. {LONGEST}",
        f"[{TOO_LONG[:-1]}](https://example.org/a.b)",
        f"- {TOO_LONG}",
        f"1.1 {LONGEST}",
        f"```\ncode\n```\n{TOO_LONG}",
    ],
)
def test_what_goes_on_is(text: str) -> None:
    assert len(list(long_sentences("README.md", text))) == 1


@pytest.mark.parametrize(
    "before", ["fine\n\n\n| a |\n\n", "```\na\nb\n```\n\n", "| a |\n\n\n\n", "`two\nlines`\n\n", "\n\n    x\n\n"]
)
def test_the_line_is_where_the_sentence_begins(before: str) -> None:
    (complaint,) = long_sentences("README.md", f"{before}{TOO_LONG}")
    assert complaint.startswith(f"README.md:{before.count(chr(10)) + 1}: ")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("README.md", True),
        ("docs/decisions/README.md", True),
        ("CHANGELOG.md", False),
        ("tools/retired_words.py", False),
    ],
)
def test_documents_are_checked(file: str, expected: bool) -> None:
    assert is_document(file) == expected


# ---------------------------------------------------------------------------- checkouts


def test_a_checkout_is_read_file_by_file(checkout: Path) -> None:
    track(checkout, "docs/a.md", f"for ever\n\n{TOO_LONG}\n".encode())
    track(checkout, "a.py", TOO_LONG.encode())
    track(checkout, "picture.png", b"\0Witan")
    (checkout / "untracked.md").write_text("Witan")
    word, sentence = complaints(checkout, RULES)
    assert word.startswith("docs/a.md:1: for ever → ")
    assert sentence.startswith(f"docs/a.md:3: {FOUND}")


@pytest.mark.parametrize(("text", "out"), [("fine", ""), ("Docket", "a.py:1: Docket → EvaluationRequest\n")])
def test_complaints_are_printed_and_fail(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, out: str
) -> None:
    track(checkout, "a.py", text.encode())
    monkeypatch.setattr(retired_words, "ROOT", checkout)
    assert retired_words.main() == bool(out)
    assert capsys.readouterr().out == out
