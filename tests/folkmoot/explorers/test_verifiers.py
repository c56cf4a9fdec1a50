from collections.abc import Iterator
from dataclasses import replace

import pytest

from folkmoot.chain import sources
from folkmoot.errors import ConfigError
from folkmoot.explorers.verification import Submission
from folkmoot.explorers.verifiers import KINDS, PATIENCE_S, Blockscout, Match, Sourcify, Verdict, Verifier
from tests.support.explorers import Explorer, StandIn, explorer
from tests.support.views import address

RULE = Submission(
    name="FlatReward",
    address=address(1),
    identifier=sources.identifier("FlatReward"),
    compiler=sources.compiler().version,
    standard_input=sources.standard_input("FlatReward"),
    constructor_arguments=b"\x01\x02",
    libraries={},
    transaction="0x" + "ab" * 32,
)
REFUSED = "The bytecodes don't match"


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(stand_in: StandIn, kind: str) -> Iterator[Explorer]:
    with explorer(getattr(stand_in, kind)) as found:
        yield found


@pytest.fixture
def verifier(server: Explorer, kind: str, time: Time) -> Verifier:
    return KINDS[kind](f"{server.url}/", 7, clock=time.clock, sleep=time.sleep)


@pytest.mark.parametrize(("told", "match"), [("exact_match", Match.EXACT), ("match", Match.PARTIAL)])
def test_a_contract_is_sent_and_waited_for(stand_in: StandIn, verifier: Verifier, told: str, match: Match) -> None:
    stand_in.verdict = told
    assert verifier.verify(RULE) == Verdict(match)


@pytest.mark.parametrize("kind", ["sourcify"], indirect=True)
def test_sourcify_is_sent_what_its_api_asks_for(server: Explorer, verifier: Verifier) -> None:
    verifier.verify(RULE)
    job = f"/v2/verify/job-of-{RULE.address}"
    assert server.asked == [("POST", f"/v2/verify/7/{RULE.address}"), ("GET", job), ("GET", job)]
    assert server.sent == [
        {
            "stdJsonInput": RULE.standard_input,
            "compilerVersion": RULE.compiler,
            "contractIdentifier": "contracts/rules/reward/FlatReward.sol:FlatReward",
            "creationTransactionHash": RULE.transaction,
        }
    ]


@pytest.mark.parametrize("kind", ["blockscout"], indirect=True)
def test_blockscout_is_sent_what_its_api_asks_for(server: Explorer, verifier: Verifier) -> None:
    verifier.verify(RULE)
    own = f"/api/v2/smart-contracts/{RULE.address}"
    sending = ("POST", f"{own}/verification/via/standard-input")
    assert server.asked == [("GET", own), sending, ("GET", own), ("GET", own)]
    assert server.sent == [
        {
            "compiler_version": f"v{RULE.compiler}",
            "contract_name": RULE.identifier,
            "autodetect_constructor_args": "false",
            "constructor_args": "0102",
            "license_type": "apache_2_0",
            "files[0]": RULE.standard_input,
        }
    ]


def test_what_is_not_known_is_left_to_the_explorer(server: Explorer, kind: str, verifier: Verifier) -> None:
    verifier.verify(replace(RULE, constructor_arguments=None, transaction=""))
    (sent,) = server.sent
    assert "creationTransactionHash" not in sent
    if kind == "blockscout":
        assert (sent["autodetect_constructor_args"], sent["constructor_args"]) == ("true", "")


def test_a_verified_contract_is_not_judged_again(server: Explorer, verifier: Verifier) -> None:
    verifier.verify(RULE)
    before = len([path for method, path in server.asked if method == "GET"])
    assert verifier.verify(RULE) == Verdict(Match.EXACT)
    assert len([path for method, path in server.asked if method == "GET"]) == before + 1


@pytest.mark.parametrize("kind", ["sourcify"], indirect=True)
def test_sourcify_says_why_it_does_not_verify(stand_in: StandIn, verifier: Verifier) -> None:
    stand_in.verdict = None
    assert verifier.verify(RULE) == Verdict(Match.NONE, REFUSED)


@pytest.mark.parametrize("kind", ["blockscout"], indirect=True)
def test_blockscout_says_nothing_and_is_waited_for_so_long(stand_in: StandIn, verifier: Verifier, time: Time) -> None:
    stand_in.verdict = None
    assert verifier.verify(RULE) == Verdict(Match.NONE, "it did not say within 300 s")
    assert time.now == PATIENCE_S


@pytest.mark.parametrize("kind", ["sourcify"], indirect=True)
def test_an_explorer_with_too_many_requests_is_asked_again(stand_in: StandIn, verifier: Verifier) -> None:
    stand_in.busy = 3
    assert verifier.verify(RULE) == Verdict(Match.EXACT)
    stand_in.busy, stand_in.looks = 100, {}
    assert verifier.verify(RULE) == Verdict(Match.NONE, "slow down")
    assert stand_in.busy == 90


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [(400, {"message": "Invalid compiler version"}, "Invalid compiler version"), (422, {"a": 1}, "{'a': 1}")],
)
def test_what_an_explorer_refuses_is_told(kind: str, status: int, answer: object, reason: str) -> None:
    def refuse(method: str, _path: str, _body: object) -> tuple[int, object]:
        return (status, answer) if method == "POST" else (404, {"message": "Not found"})

    with explorer(refuse) as server:
        assert KINDS[kind](server.url, 7).verify(RULE) == Verdict(Match.NONE, reason)


@pytest.mark.parametrize("answer", [b"<html>", b"[1]", b""])
def test_what_is_no_explorer_is_named(kind: str, answer: bytes) -> None:
    with explorer(lambda *_: (200, answer)) as server, pytest.raises(ConfigError, match=server.url) as caught:
        KINDS[kind](server.url, 7).verify(RULE)
    assert "--api" in caught.value.hint


def test_nobody_there_is_told(kind: str) -> None:
    with pytest.raises(ConfigError, match=r"http://127\.0\.0\.1:1 does not answer"):
        KINDS[kind]("http://127.0.0.1:1", 7).verify(RULE)


def test_the_kinds_are_named() -> None:
    assert {"sourcify": Sourcify, "blockscout": Blockscout} == KINDS
