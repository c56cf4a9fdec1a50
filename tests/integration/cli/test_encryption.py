"""Encrypted tasks on the command line: who reads a model, and how its key is handed on."""

import pytest

from tests.integration.cli.people import SMALL, Crew, People, propose

SECRET = SMALL.replace("encrypted = false", "encrypted = true")


@pytest.fixture
def secret(people: People, crew_members: dict[str, object]) -> Crew:
    """An encrypted task with an observer."""
    people.account("observer")
    key = people("observer").ok("account", "public-key").strip()
    (people.folder / "secret.toml").write_text(f'{SECRET}observers = ["{key}"]\n')
    yield propose(people, crew_members, "secret.toml")  # type: ignore[arg-type]
    (people.folder / "observer.json").unlink()


def test_members_and_observers_read_and_late_ones_are_handed_the_key(people: People, secret: Crew) -> None:
    assert secret("s0").json("status")["encrypted"] is True
    assert "encrypted, for the members that take part and 1 observer" in secret("s0").ok("status")
    for reader in ("s0", "t2", "observer"):
        secret(reader).ok("model", "get", "0", "--output", f"of-{reader}.safetensors")
    assert len({(people.folder / f"of-{reader}.safetensors").read_bytes() for reader in ("s0", "t2", "observer")}) == 1

    people.member("zoe")
    refused = secret("zoe").refused("model", "get", "0", "--output", "of-zoe.safetensors")
    assert "it is encrypted, and" in refused
    assert "has no key for it" in refused
    assert "model 0 is known to all members that take part" in secret("s0").ok("model", "share", "0")
    secret.approve("0")
    secret("zoe").ok("task", "enrol")
    handed_on = secret("s0").json("model", "share", "0")
    assert handed_on["recipients"] == [secret("zoe").json("account", "show")["address"]]
    secret("zoe").ok("model", "get", "0", "--output", "of-zoe.safetensors")
    assert "model 0 is known to all" in secret("s0").ok("model", "share", "0")


@pytest.mark.usefixtures("people")
def test_a_clear_task_has_no_keys(played: Crew) -> None:
    assert played("s0").json("status")["encrypted"] is False
    assert "in the clear, for whoever can read the store" in played("s0").ok("status")
    assert "not encrypted" in played("s0").refused("model", "share")


@pytest.mark.usefixtures("crew_members")
@pytest.mark.parametrize("key", ["0x12", "00" * 64])
def test_an_observer_needs_a_public_key(people: People, key: str) -> None:
    (people.folder / "wrong.toml").write_text(f'{SECRET}observers = ["{key}"]\n')
    refused = people("s0").refused("task", "propose", "wrong.toml", "--preset", "bflc")
    assert "observers cannot be" in refused
    assert "folkmoot account public-key" in refused
