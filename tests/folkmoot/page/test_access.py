"""Who may look at the page."""

import base64

import pytest

from folkmoot.page.access import EVERY, LOOPBACK, Access, is_loopback

PASSWORD = "correct: hörse"  # noqa: S105 - opens nothing


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8321", "127.0.0.1", "127.0.0.1:8321", "[::1]:8321", "[::1]"])
def test_loopbacks_own_names_are_known_at_any_port(host: str) -> None:
    assert Access().is_known(host, None)
    assert Access().is_known(host, f"http://{host}")


@pytest.mark.parametrize(
    "host", [None, "", ":8321", "evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "[::1", "10.0.0.1"]
)
def test_other_names_are_not(host: str | None) -> None:
    assert not Access().is_known(host, None)


def test_a_proxys_name_is_known_beside_them() -> None:
    access = Access(hosts=LOOPBACK | {"page.example"})
    assert access.is_known("page.example", "https://page.example")
    assert access.is_known("127.0.0.1:8321", "https://page.example")  # a proxy that passes its own name for the server
    assert not access.is_known("page.example", "https://other.example")


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost.evil.example", "file://", "http://["]
)
def test_pages_of_others_are_not_answered(origin: str) -> None:
    assert not Access().is_known("localhost", origin)
    assert not Access(password=PASSWORD).is_known("localhost", origin)


def test_with_a_password_any_name_will_do_for_its_own_page() -> None:
    assert Access(password=PASSWORD).is_known("page.example:80", "http://page.example:80")
    assert not Access(password=PASSWORD).is_known("", None)


def test_the_password_opens_under_any_name() -> None:
    access = Access(password=PASSWORD)
    for user in ("", "anybody"):
        assert access.is_let_in({"Authorization": f"Basic {base64.b64encode(f'{user}:{PASSWORD}'.encode()).decode()}"})
    assert Access().is_let_in({})


@pytest.mark.parametrize("given", ["", "correct", "Correct: hörse", "correct: hörse ", ": hörse"])
def test_another_password_does_not(given: str) -> None:
    encoded = base64.b64encode(f"anybody:{given}".encode()).decode()
    assert not Access(password=PASSWORD).is_let_in({"Authorization": f"Basic {encoded}"})


def test_what_is_reached_from_this_machine_alone() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost", "LocalHost")))
    assert not any(map(is_loopback, (*EVERY, "10.0.0.1", "page.example", "", "localhost.example")))
