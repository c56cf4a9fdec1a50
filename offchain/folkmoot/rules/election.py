"""Election rules: who sits in the next committee.

Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus", section IV-B. The
providers of accepted updates are ordered by the rule's own key; vacancies go to proven members before strangers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from eth_abi.abi import encode
from eth_utils.crypto import keccak

KEY_BITS = 128


class Standing(IntEnum):
    """How close a candidate is to the round's work, from the last to be seated to the first."""

    STRANGER = 0
    TIRED = 1
    PROVEN = 2
    SITTING = 3
    PROVIDER = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an election rule knows of a candidate.

    `score` and `reputation` are basis points, `presence` rounds since the last absence, at most 10. The enrolment
    `number` is the key of draws: who else is a candidate does not change it.
    """

    number: int
    standing: Standing
    score: int
    stake: int
    presence: int
    reputation: int

    @property
    def packed(self) -> int:
        """The word that an election rule on chain reads."""
        marks = self.stake | self.score << 48 | self.presence << 64 | self.reputation << 72
        return marks | self.standing << 88 | self.number << 96


def draw_word(seed: bytes, index: int) -> int:
    """A number below 2^256 for `index`, from the round's seed (32 bytes)."""
    return int.from_bytes(keccak(encode(["bytes32", "uint256"], [seed, index])))


def draw(seed: bytes, number: int) -> int:
    """A number below 2^128 for the candidate with this enrolment number, from the round's seed (32 bytes)."""
    return draw_word(seed, number) % (1 << KEY_BITS)


def vacancy_order(candidates: Sequence[Candidate], keys: Sequence[int], seats: int, seed: bytes) -> list[int]:
    """Indices of the candidates that are seated, first seat first; ties go to the earlier candidate.

    The order is by standing, then providers by their key, strangers by draw, all others by stake, the largest first.
    """

    def rank(index: int) -> tuple[int, int]:
        candidate = candidates[index]
        if candidate.standing == Standing.PROVIDER:
            return candidate.standing, keys[index]
        if candidate.standing == Standing.STRANGER:
            return candidate.standing, draw(seed, candidate.number)
        return candidate.standing, candidate.stake

    return sorted(range(len(candidates)), key=rank, reverse=True)[:seats]


def top_score_election(candidates: Sequence[Candidate], seats: int, seed: bytes, parameters: int) -> list[int]:  # noqa: ARG001
    """The providers with the best scores first."""
    return vacancy_order(candidates, [candidate.score for candidate in candidates], seats, seed)


def random_election(candidates: Sequence[Candidate], seats: int, seed: bytes, parameters: int) -> list[int]:  # noqa: ARG001
    """The providers by draw."""
    return vacancy_order(candidates, [draw(seed, candidate.number) for candidate in candidates], seats, seed)


def redraw_election(candidates: Sequence[Candidate], seats: int, seed: bytes, parameters: int) -> list[int]:  # noqa: ARG001
    """All candidates by draw, whatever their standing.

    Yu et al., PoS-BFL, section 5.3.1; He et al., Bift, section IV-B.
    """
    return sorted(
        range(len(candidates)), key=lambda index: (draw(seed, candidates[index].number), index), reverse=True
    )[:seats]


def multi_factor_election(candidates: Sequence[Candidate], seats: int, seed: bytes, parameters: int) -> list[int]:
    """The providers by a weighted sum of four factors in basis points.

    Score, stake relative to the richest candidate, presence and reputation. `parameters` holds their weights in this
    order, 16 bits each, the lowest first.
    """
    score, stake, presence, reputation = (parameters >> shift & 0xFFFF for shift in (0, 16, 32, 48))
    richest = max([1, *(candidate.stake for candidate in candidates)])
    keys = [
        one.score * score
        + one.stake * 10_000 * stake // richest
        + one.presence * 1_000 * presence
        + one.reputation * reputation
        for one in candidates
    ]
    return vacancy_order(candidates, keys, seats, seed)
