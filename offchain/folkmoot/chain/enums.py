"""The contracts' enums, value for value.

Source: `contracts/types/TaskTypes.sol`; for `Membership` `contracts/interfaces/IFederation.sol`, for `Metric`
`contracts/interfaces/IScoreRule.sol`.
"""

from enum import IntEnum


class Phase(IntEnum):
    """Where a task stands."""

    PROPOSED = 0
    ENROLLING = 1
    SAMPLING = 2
    TRAINING = 3
    COMMITTING = 4
    REVEALING = 5
    SETTLING = 6
    AGGREGATING = 7
    CLOSING = 8
    STALLED = 9
    PAUSED = 10
    FINISHED = 11
    EXPIRED = 12
    CANCELLED = 13


class Milestone(IntEnum):
    """The stored facts about a round that the time alone cannot tell."""

    PROPOSED = 0
    APPROVED = 1
    ENROLLED = 2
    SEATED = 3
    OPEN = 4
    SUBMITTED = 5
    COMMITTED = 6
    SETTLED = 7
    AGREED = 8
    FINISHED = 9
    EXPIRED = 10
    CANCELLED = 11


class Verdict(IntEnum):
    """What the round found about one update."""

    NONE = 0
    FAULT = 1
    REJECTED = 2
    PASSED = 3
    ACCEPTED = 4


class StrikeReason(IntEnum):
    """Why a member was struck."""

    UPDATE = 0
    ABSENCE = 1
    MINORITY = 2


class Metric(IntEnum):
    """What seats measure of an update."""

    ACCURACY = 0
    AVAILABILITY = 1


class Membership(IntEnum):
    """What the federation knows of an address."""

    NONE = 0
    APPLIED = 1
    ADMITTED = 2
    LEFT = 3
    BANNED = 4
