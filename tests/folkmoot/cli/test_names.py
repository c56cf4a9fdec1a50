"""Names of organisations."""

from pathlib import Path

import pytest

from folkmoot.chain.events.federation import MemberReplaced, MembershipApplied
from folkmoot.cli.names import TEMPLATE, AddressBook, Name, check_name, claimed_name, claimed_names, read_book
from folkmoot.errors import ConfigError

A = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
B = "0x" + "1" * 40
BOOK = AddressBook(Path("names.toml"), {"Alice": A})


def write(folder: Path, text: str) -> Path:
    file = folder / "names.toml"
    file.write_text(text)
    return file


# --------------------------------------------------------------------- the book


def test_a_book_is_read(tmp_path: Path) -> None:
    book = read_book(write(tmp_path, f'Alice = "{A.lower()}"\n"General Hospital (Wien)" = "{B}"\n'))
    assert book.addresses == {"Alice": A, "General Hospital (Wien)": B}
    assert (book.address("Alice"), book.name(B), book.name("0x" + "2" * 40)) == (A, "General Hospital (Wien)", "")


def test_without_a_file_the_book_is_empty(tmp_path: Path) -> None:
    assert read_book(tmp_path / "names.toml").addresses == {}


def test_the_template_is_an_empty_book_and_its_example_a_valid_line(tmp_path: Path) -> None:
    assert read_book(write(tmp_path, TEMPLATE)).addresses == {}
    assert set(read_book(write(tmp_path, TEMPLATE.replace('# "', '"'))).addresses) == {"General Hospital"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('Alice = "0x12"', "'Alice': '0x12' is not an address: it has 2 hex digits"),
        ("[Alice]", "'Alice' has no address but {}"),
        (f'"0xA" = "{A}"', "names.toml: '0xA': '0xA' cannot be a name"),
        (f'"5" = "{A}"', "names.toml: '5': '5' cannot be a name"),
        pytest.param(f"Alice = {'[' * 100_000}", "is not valid TOML", id="deep"),
        (f'Alice = "{A}"\nBob = "{A.lower()}"', f"{A} has two names in"),
        (f'Alice = "{A}"\nAlice = "{B}"', "is not valid TOML"),
    ],
)
def test_a_book_with_a_mistake(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_book(write(tmp_path, text))
    assert told in raised.value.message


def test_names_are_resolved_and_other_values_are_not() -> None:
    assert BOOK.resolve(Name("Alice")) == A
    assert BOOK.resolve([B, Name("Alice")]) == [B, A]
    assert [BOOK.resolve(value) for value in ("Alice", None, 3, Path("Alice"))] == ["Alice", None, 3, Path("Alice")]


def test_an_unknown_name_is_an_error_that_helps() -> None:
    with pytest.raises(ConfigError) as raised:
        BOOK.address("Alicia")
    assert (raised.value.message, raised.value.hint) == (
        "there is no name 'Alicia' in names.toml",
        "did you mean 'Alice'?",
    )
    with pytest.raises(ConfigError) as raised:
        BOOK.address("Zoe")
    assert raised.value.hint == 'write there: "Zoe" = "0x…"'


@pytest.mark.parametrize("name", ["", "\x1b[31mx", "a\nb", pytest.param("a" * 300, id="long"), 'a"b'])
def test_no_hint_is_to_write_what_cannot_be_a_name(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a name") as raised:
        BOOK.address(name)
    assert str(raised.value).isprintable()
    assert "write there" not in raised.value.hint


def test_a_mark_of_utf_8_is_no_part_of_a_book(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_bytes(f'\ufeffAlice = "{A}"\n'.encode())
    assert read_book(tmp_path / "names.toml").addresses == {"Alice": A}


# ----------------------------------------------------------------------- labels


def test_an_address_in_the_book_is_shown_by_its_name() -> None:
    assert BOOK.label(f"ban {A.lower()}, {B}") == f"ban Alice (0x5aAe…eAed), {B}"


def test_what_an_account_calls_itself_is_quoted_beside_the_whole_address() -> None:
    assert BOOK.label(f"admit {B}", lambda address: "Alice" if address == B else "") == f'admit "Alice" ({B})'
    assert BOOK.label(A, lambda _: "Mallory") == "Alice (0x5aAe…eAed)", "the book wins"


def test_an_address_is_one_at_the_end_of_a_sentence_too() -> None:
    assert BOOK.label(f"({A}) is banned, not {A}.") == "(Alice (0x5aAe…eAed)) is banned, not Alice (0x5aAe…eAed)."


@pytest.mark.parametrize("text", [f"state/{A}/journal", f"{A}/lock", f"keys/{A}", f"{A}.json is damaged"])
def test_an_address_in_a_files_path_stays(text: str) -> None:
    assert BOOK.label(text) == text


@pytest.mark.parametrize("text", ["0x" + "ab" * 32, "0x12", f"{A}0", f"0{A}", "no address"])
def test_what_is_no_address_stays(text: str) -> None:
    assert AddressBook(Path(), {"Alice": A, "Bob": "0x" + "ab" * 20}).label(text) == text


# ------------------------------------------------------- names of applicants


@pytest.mark.parametrize("name", ["Alice", "Ärzte e. V.", "病院", "\ufffd"])
def test_a_name_that_is_given_is_shown(name: str) -> None:
    assert claimed_name(name) == name


@pytest.mark.parametrize("name", ["", "a\nb", 'a "b"', "0x12", "12", "\u202eecila", "a" * 65])
def test_a_text_that_could_mislead_is_no_name(name: str) -> None:
    assert claimed_name(name) == ""


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "12", "0xab", "0Xab", 'a"b', "a,b", "a\tb", "\u202ea", "a" * 65, "é" * 33]
)
def test_what_cannot_be_a_name(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a name"):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["Alice", "General Hospital (Wien)", "Ärzte e. V.", "病院", "a" * 64, "é" * 32, "4711 GmbH"]
)
def test_what_can_be_a_name(name: str) -> None:
    assert check_name(name) == name


def test_accounts_names_are_those_of_their_applications_and_a_successors_its_predecessors() -> None:
    applied = [
        MembershipApplied(n, account, bytes(64), name, 0, 0) for n, account, name in ((1, A, "Alder"), (2, B, "7"))
    ]
    replaced = MemberReplaced(A, "0x" + "3" * 40, bytes(64))
    assert claimed_names([*applied, replaced]) == {A: "Alder", B: "", "0x" + "3" * 40: "Alder"}
    assert claimed_names([replaced]) == {"0x" + "3" * 40: ""}
