"""What the page is told of a federation."""

from folkmoot.page.subject import Subject, as_json, part
from tests.support.pages import FEDERATION, TASK

HOSTILE = '</script><img src=x onerror="alert(1)">\u2028\u202e\0'


def test_settings_are_those_of_the_interface_and_text_stays_text() -> None:
    subject = Subject(chain_id=7, federation=FEDERATION, first_block=3, contracts={}, names={TASK: HOSTILE}, store="s3")
    assert subject.settings() == {
        "rpc": "rpc",
        "chainId": 7,
        "federation": FEDERATION,
        "firstBlock": 3,
        "names": {TASK: HOSTILE},
        "contracts": {},
        "store": "s3",
        "audit": True,
        "recordedAt": None,
    }
    assert as_json(subject.settings()).isascii()


def test_a_part_has_the_fields_that_there_are() -> None:
    assert part({"a": 1, "b": 2}, ("b", "c")) == {"b": 2}
    assert part(None, ("b",)) is None
