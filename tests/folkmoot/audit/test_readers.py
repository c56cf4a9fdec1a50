from folkmoot.audit.readers import RoundReaders
from tests.support.past import A, B, C


def test_readers_are_counted_in_words() -> None:
    assert str(RoundReaders((A, B), (A, B, C), 0)) == "updates for 2 accounts, the model for 3 accounts"
    assert str(RoundReaders((A,), (A,), 1)) == "updates for 1 account, the model for 1 account and 1 observer"
