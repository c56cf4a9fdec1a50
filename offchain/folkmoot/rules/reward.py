"""Reward rules: how a round's pay is divided among its accepted updates and the seats that judged and attested.

Each returns one weight for each accepted update, best first, then that of a seat that revealed and that of one that
attested the agreed model. `scores` (basis points) and the claimed `samples` are those of the accepted updates in that
order, `updates` counts all that were submitted, `revealed` the seats that judged them.
"""

from collections.abc import Sequence

from folkmoot.rules.score import lower_median

MAX_WEIGHT = 2**24 - 1


def score_share_reward(
    scores: Sequence[int],
    samples: Sequence[int],  # noqa: ARG001 - one form
    updates: int,  # noqa: ARG001
    revealed: int,  # noqa: ARG001
    parameters: int,  # noqa: ARG001
) -> list[int]:
    """An update weighs its score; seats earn nothing.

    Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus", section IV-A.
    """
    return [*scores, 0, 0]


def stake_reward(
    scores: Sequence[int],  # noqa: ARG001 - one form
    samples: Sequence[int],
    updates: int,
    revealed: int,
    parameters: int,
) -> list[int]:
    """A worker earns epochs * samples * r, a validator 2 * r for each update, a miner r for each vote on one.

    Yu et al., PoS-BFL, equations (1) to (3). Samples count up to twice their lower median. `parameters` holds the
    epochs in bits 0-15 and the unit reward r in bits 16-31.
    """
    epochs, unit = parameters & 0xFFFF, parameters >> 16 & 0xFFFF
    most = 2 * lower_median(samples) if samples else 0
    work = [epochs * unit * min(count, most) for count in samples]
    return [min(weight, MAX_WEIGHT) for weight in (*work, 2 * updates * unit, updates * revealed * unit)]


def flat_reward(
    scores: Sequence[int],
    samples: Sequence[int],  # noqa: ARG001 - one form
    updates: int,  # noqa: ARG001
    revealed: int,  # noqa: ARG001
    parameters: int,
) -> list[int]:
    """Every contribution of a kind earns the same.

    He et al., Bift, section III-B. `parameters` holds the weight of an update in bits 0-15, of a seat that revealed in
    bits 16-31 and of one that attested in bits 32-47.
    """
    update, judging, attesting = (parameters >> shift & 0xFFFF for shift in (0, 16, 32))
    return [*[update] * len(scores), judging, attesting]


def contest_reward(
    scores: Sequence[int],
    samples: Sequence[int],  # noqa: ARG001 - one form
    updates: int,  # noqa: ARG001
    revealed: int,  # noqa: ARG001
    parameters: int,
) -> list[int]:
    """Only the best are paid: the first of p prizes weighs p, the last 1; seats earn nothing.

    Toyoda and Zhang, "Mechanism Design for an Incentive-Aware Blockchain-Enabled Federated Learning Platform", 2019.
    `parameters` holds the number of prizes in bits 0-15.
    """
    prizes = parameters & 0xFFFF
    return [*(max(prizes - rank, 0) for rank in range(len(scores))), 0, 0]


def pay(weights: Sequence[int], budget: int, total_rounds: int) -> list[int]:
    """What each weight earns in one round of a task, in the fee token's smallest unit, rounded down.

    `weights` has one entry for each payment: for each accepted update, and for each seat that judged or attested.
    """
    divisor = sum(weights) * total_rounds
    return [budget * weight // divisor if divisor else 0 for weight in weights]
