"""Who is drawn to train, where not everybody is."""

from collections.abc import Collection

from folkmoot.rules.election import draw_word

PATIENCE = 8
"""So many draws for each enrolment number are the end of it."""


def draw_trainers(able: Collection[int], wanted: int, seed: bytes, max_enrolled: int) -> list[int]:
    """Enrolment numbers of who trains, in the order of the draw: as many of `able` as are wanted.

    `able` are the numbers of members that may act and have no seat, `seed` (32 bytes) is the last round's. Numbers are
    drawn from 1 to `max_enrolled`; others are passed over.
    """
    trainers: list[int] = []
    for index in range(PATIENCE * max_enrolled):
        if len(trainers) == wanted:
            break
        number = draw_word(seed, index) % max_enrolled + 1
        if number in able and number not in trainers:
            trainers.append(number)
    return trainers
