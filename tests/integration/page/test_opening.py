"""A federation opened for the page."""

import json
from pathlib import Path

import pytest

from folkmoot.audit.report import Report
from folkmoot.audit.verdict import checkpoint_file, keep_verdict, own_folder
from folkmoot.chain import Client
from folkmoot.page.asking import Logs
from folkmoot.page.opening import kind_of, opened
from tests.integration.cli.people import Crew


def test_the_verdict_of_an_audit_is_shown_as_soon_as_there_is_one(played: Crew, tmp_path: Path) -> None:
    network = played.people.network
    record, urls = network.deployment, network.urls[:1]
    with Client(urls) as client, opened(record, client, urls, folder=tmp_path) as source:
        assert source.audit() == {"found": False}
        checkpoint = checkpoint_file(own_folder(tmp_path, urls[0]), record)
        assert checkpoint
        keep_verdict(
            Report(
                chain_id=record.chain_id,
                federation=record.federation,
                block=7,
                time=100,
                nodes=(),
                rounds=(0, 9),
                models=False,
                version="1",
                tasks=(),
            ),
            checkpoint,
        )
        assert (source.audit()["holds"], source.audit()["block"]) == (True, 7)


def test_what_was_read_is_kept_with_what_commands_keep(played: Crew, tmp_path: Path) -> None:
    network = played.people.network
    record, urls = network.deployment, network.urls[:1]
    with Client(urls) as client, opened(record, client, urls, folder=tmp_path) as source:
        network.pass_blocks(5_000)
        (told,) = source.answer([Logs((record.federation,), 0, None)])
    assert json.loads(str(told))
    assert [*tmp_path.glob(f"*/{record.federation.lower()}.gz")]
    assert (tmp_path / f"page-{record.chain_id}-{record.federation.lower()}").is_file()


def test_names_of_the_record_win_over_those_that_code_tells(played: Crew) -> None:
    network = played.people.network
    record, urls = network.deployment, network.urls[:1]
    rules = {record.rules["MedianScore"]: "another", "0x" + "12" * 20: "MajorityVote"}
    with Client(urls) as client, opened(record, client, urls, rules=rules, names={record.token: "us"}) as source:
        settings = source.settings()
    assert settings["contracts"][record.rules["MedianScore"]] == "MedianScore"
    assert settings["contracts"]["0x" + "12" * 20] == "MajorityVote"
    assert settings["names"] == {record.token: "us"}


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("", ""),
        ("blobs", "folder"),
        (Path("/blobs"), "folder"),
        ("ipfs+http://user@node:5001", "ipfs"),
        ("s3://bucket/key", "s3"),
        ("https://gate", "https"),
    ],
)
def test_of_a_store_only_its_kind_is_told(place: str | Path, kind: str) -> None:
    assert kind_of(place) == kind
