"""Rules by versioned name, and `aggregate`, which checks and orders what they get and what they give."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import AggregationError, DuplicateRule, UnknownRule

Tensors = Mapping[str, NDArray[np.float32]]

_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")
_RULES: dict[str, "Rule"] = {}
_STREAMING: set[str] = set()
_DRAWING: set[str] = set()


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """One accepted update: its author's address, the samples it claims to be trained on, and its float32 tensors.

    `source` is these tensors, or what fetches them: then they are fetched each time that they are asked for, and a rule
    that takes one update after the other holds only one. The address is kept in lower case. Raises `AggregationError`
    for one that is not "0x" and 40 hex digits.
    """

    address: str
    samples: int
    source: Tensors | Callable[[], Tensors]

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.address):
            raise AggregationError(f"{self.address!r} is not an address", hint='"0x" and 40 hex digits')
        object.__setattr__(self, "address", self.address.lower())

    @property
    def tensors(self) -> Tensors:
        """The update's tensors by name."""
        return self.source() if callable(self.source) else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a rule may use beside the updates; all members know the same."""

    f: int  # attackers that the descriptor assumes among the accepted updates
    seed: bytes = bytes(32)  # from the committee's salts, revealed after all updates were in
    last_update: int = 0  # block time of the round's last update, seconds since 1970


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate:
    """The next model's float32 tensors, and how they came about."""

    tensors: dict[str, NDArray[np.float32]]
    rule: str = ""  # the rule that made them, where one rule calls another
    f: int = 0  # attackers assumed, clipped to what so many updates allow


Rule = Callable[[Sequence[Contribution], Tensors, Circumstances], Aggregate]
"""`rule(contributions, parent, circumstances)`: the next model.

`aggregate` hands it at least one contribution, in address order, with finite float32 tensors of the parent's names and
shapes, and f >= 0. A rule changes none of them and depends on nothing else: no clock, no random numbers, no threads.
"""


def rule(name: str, *, streaming: bool = False, draws: bool = False) -> Callable[[Rule], Rule]:
    """Register a rule under a versioned name such as "fedavg/1". Raises `DuplicateRule` when the name is taken.

    A `streaming` one asks each contribution for its tensors once, in their order, and holds only one's at a time. Only
    one that `draws` is told the seed and the time of the last update: they are read from the chain's log.
    """

    def register(function: Rule) -> Rule:
        if name in _RULES:
            raise DuplicateRule(f"there is an aggregation rule {name!r} already", hint="give it a new version")
        _RULES[name] = function
        if streaming:
            _STREAMING.add(name)
        if draws:
            _DRAWING.add(name)
        return function

    return register


def rules() -> list[str]:
    """The names of all registered rules, sorted."""
    return sorted(_RULES)


def draws(name: str) -> bool:
    """Whether a rule goes by the round's seed or the time of its last update."""
    return name in _DRAWING


def check_rule(name: str) -> None:
    """Raise `UnknownRule` unless a rule of this name is registered here."""
    if name not in _RULES:
        raise UnknownRule(f"no aggregation rule {name!r}", hint=f"known are {', '.join(rules())}")


def aggregate(
    name: str, contributions: Sequence[Contribution], *, parent: Tensors, circumstances: Circumstances
) -> Aggregate:
    """The next model from the accepted updates by the rule `name`: fresh arrays, sorted by tensor name.

    `parent` is the model that the round started from. The result depends on neither the order of the contributions nor
    the machine; no input is changed; zeros come out positive.

    Raises `UnknownRule`, or `AggregationError` without contributions, for an address that comes twice, for tensors that
    differ from the parent's in names or shapes, are not float32 or not finite, and for a result that is not finite.
    """
    check_rule(name)
    ordered = sorted(contributions, key=lambda contribution: contribution.address)
    _check_contributions(ordered, circumstances.f)
    _check_tensors("the parent", parent, parent)
    _check_arithmetic()
    given = [replace(each, source=partial(_fetch, each, parent)) for each in ordered]
    if name not in _STREAMING:
        given = [replace(each, source=each.tensors) for each in given]
    result = _RULES[name](given, parent, circumstances)
    _check_tensors("the aggregate", result.tensors, parent)
    tensors = {tensor: _canonical(result.tensors[tensor]) for tensor in sorted(result.tensors)}
    return Aggregate(tensors, result.rule or name, result.f)


def clip_samples(samples: Sequence[int]) -> list[int]:
    """Sample counts as weights: at least 1 each, and at most twice the lower median, since counts are mere claims.

    The lower median is taken after the counts were raised to 1. Raises `AggregationError` for no counts.
    """
    raised = [max(1, count) for count in samples]
    if not raised:
        raise AggregationError("no sample counts to clip")
    limit = 2 * sorted(raised)[(len(raised) - 1) // 2]
    return [min(count, limit) for count in raised]


def _fetch(contribution: Contribution, parent: Tensors) -> Tensors:
    tensors = contribution.tensors
    _check_tensors(contribution.address, tensors, parent)
    return tensors


def _check_contributions(ordered: Sequence[Contribution], f: int) -> None:
    if not ordered:
        raise AggregationError("nothing to aggregate", hint="without accepted updates a model is carried forward")
    if f < 0:
        raise AggregationError(f"{f} attackers cannot be assumed", hint="f is 0 or more")
    addresses = [contribution.address for contribution in ordered]
    for first, second in pairwise(addresses):
        if first == second:
            raise AggregationError(f"two contributions of {first}", hint="a member has one update a round")


def _check_tensors(whose: str, tensors: Tensors, parent: Tensors) -> None:
    for name in sorted(tensors.keys() ^ parent.keys()):
        raise AggregationError(f"{whose}: tensor {name!r} is {'missing' if name in parent else 'not expected'}")
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32:
            raise AggregationError(f"{whose}: tensor {name!r} is {tensor.dtype}, not float32")
        if tensor.shape != parent[name].shape:
            raise AggregationError(f"{whose}: tensor {name!r} has the shape {tensor.shape}, not {parent[name].shape}")
        if not np.isfinite(tensor).all():
            raise AggregationError(f"{whose}: tensor {name!r} holds NaN or infinity")


def _check_arithmetic() -> None:
    """Raise `AggregationError` where a library made the processor flush subnormal numbers, which changes results."""
    tiny = np.array([np.finfo(np.float32).smallest_subnormal])
    if not np.multiply(tiny, 1.0, dtype=np.float64)[0]:
        raise AggregationError(
            "this thread's processor flushes subnormal numbers to zero, so results would differ between machines",
            hint="call torch.set_flush_denormal(False), and look for a library that was built with -ffast-math",
        )


def _canonical(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy with all zeros positive; a copy, because the rule may have returned an input."""
    copy = np.array(tensor, order="C")
    copy[copy == 0] = 0.0
    return copy
