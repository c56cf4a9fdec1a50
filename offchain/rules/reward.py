"""Reward rules: how a round's pay is shared among its accepted updates."""

from collections.abc import Sequence


def score_share_reward(scores: Sequence[int], samples: Sequence[int], parameters: int) -> list[int]:  # noqa: ARG001 - one form
    """One weight for each accepted update, best first: its score.

    Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus", section IV-A.
    """
    return list(scores)


def pay(weights: Sequence[int], budget: int, total_rounds: int) -> list[int]:
    """What each weight earns in one round of a task, in the fee token's smallest unit; what cannot be divided stays."""
    total, share = sum(weights), budget // total_rounds
    return [share * weight // total if total else 0 for weight in weights]
