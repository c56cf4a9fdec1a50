import pytest

from folkmoot.chain.block_liveness import BlockLiveness
from folkmoot.testing.memory import MemoryChain


@pytest.fixture
def liveness(chain: MemoryChain) -> BlockLiveness:
    return BlockLiveness(chain.now, halted_after=30)


def test_only_a_block_after_the_first_is_an_advance(liveness: BlockLiveness) -> None:
    assert [liveness.advanced(number) for number in (7, 7, 8, 8, 9)] == [False, False, True, False, True]


def test_silence_is_reported_again_after_each_span(liveness: BlockLiveness, chain: MemoryChain) -> None:
    liveness.advanced(7)
    reported = []
    for chain.clock in (29, 30, 31, 59, 60, 61):
        reported.append(liveness.silence())
    assert reported == [0, 30, 0, 0, 60, 0]


def test_a_block_ends_the_silence(liveness: BlockLiveness, chain: MemoryChain) -> None:
    liveness.advanced(7)
    chain.clock = 29
    liveness.advanced(8)
    chain.clock = 58
    assert liveness.silence() == 0
    chain.clock = 59
    assert liveness.silence() == 30
