"""Which participants are sampled to train, where not all are."""

from collections.abc import Collection

from folkmoot.rules.election import draw_word

MAX_DRAWS_PER_NUMBER = 8
"""The sampling ends after this many draws for each enrolment number."""


def sample_trainers(able: Collection[int], wanted: int, seed: bytes, max_enrolled: int) -> list[int]:
    """Enrolment numbers of the trainers, in the order of the draws: `wanted` of those in `able`, or fewer at the end.

    `able` are the numbers of participants that may act and have no seat; `seed` (32 bytes) is the last round's. Each
    draw yields a number from 1 to `max_enrolled`; one that is not in `able`, or came before, is passed over.
    """
    trainers: list[int] = []
    for index in range(MAX_DRAWS_PER_NUMBER * max_enrolled):
        if len(trainers) == wanted:
            break
        number = draw_word(seed, index) % max_enrolled + 1
        if number in able and number not in trainers:
            trainers.append(number)
    return trainers
