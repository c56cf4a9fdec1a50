"""Mixed aggregation: a different robust rule each round, because each is open to attacks tailored to it.

He et al., "Bift: A Blockchain-Based Federated Learning System for Connected and Autonomous Vehicles", Algorithm 2.
"""

from collections.abc import Sequence
from hashlib import sha256

from folkmoot.aggregation.bulyan import bulyan
from folkmoot.aggregation.krum import bift_krum, krum
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Rule, Tensors, rule
from folkmoot.aggregation.trimmed_mean import trimmed_mean

BY_TIME: Sequence[Rule] = (bulyan, bift_krum, trimmed_mean)
BY_DRAW: Sequence[Rule] = (bulyan, krum, trimmed_mean)


@rule("mixed/1", draws=True)
def mixed_by_time(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """By the last update's block time modulo 3: 1 Bift's Krum, 2 the trimmed mean, 0 Bulyan.

    Algorithm 2 has 3 where this has 0, but no remainder is 3. The member that uploads last can choose the rule.
    """
    return BY_TIME[given.last_update % len(BY_TIME)](contributions, parent, given)


@rule("mixed/2", draws=True)
def mixed_by_draw(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """By the round's seed, which is unknown until all updates are in: Krum, the trimmed mean or Bulyan."""
    drawn = int.from_bytes(sha256(b"mixed/2" + given.seed).digest()) % len(BY_DRAW)
    return BY_DRAW[drawn](contributions, parent, given)
