import pytest

from folkmoot.chain import Origin, Phase, Verdict, decode_logs
from folkmoot.chain.events import rounds
from folkmoot.chain.events.rounds import RoundRecovered, RoundSettled, UpdateSubmitted
from tests.support.logs import ENTRIES, SOMEBODY, events_of, log_of, snake, values_of

DECLARED = events_of(rounds)


@pytest.mark.parametrize("name", DECLARED)
def test_events_have_the_contracts_values_in_their_order(name: str) -> None:
    assert values_of(DECLARED[name]) == [snake(value["name"]) for value in ENTRIES[name]["inputs"]]


@pytest.mark.parametrize("name", DECLARED)
def test_every_event_is_decoded_with_its_origin(name: str) -> None:
    (event,) = decode_logs([log_of(name)])
    assert type(event) is DECLARED[name]
    assert event.origin == Origin("0x" + "22" * 20, 12, 3, "0x" + "05" * 32)
    hash(event)


def test_values_have_the_packages_types() -> None:
    submitted, settled, recovered = decode_logs(map(log_of, ("UpdateSubmitted", "RoundSettled", "RoundRecovered")))
    assert submitted == UpdateSubmitted(round=3, author=SOMEBODY, index=3, pointer=b"\7" * 32, samples=3)
    assert isinstance(settled, RoundSettled)
    assert settled.verdicts == (Verdict.ACCEPTED,)
    assert isinstance(recovered, RoundRecovered)
    assert recovered.stalled is Phase.SAMPLING
