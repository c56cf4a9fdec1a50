"""Stages of an audit, put together by hand from a task's past."""

from dataclasses import dataclass, field, replace

from folkmoot import rules
from folkmoot.audit.deadlines import Moment
from folkmoot.audit.stage import Stage
from folkmoot.audit.twins import Twins
from folkmoot.chain import Event, TaskState
from tests.support.past import A, B, C, D, after

TWINS = Twins((rules.median_score, rules.median_score_judge), rules.top_score_election, rules.score_share_reward)


@dataclass
class Surroundings:
    """A federation of four members."""

    chain_id: int = 7
    members: set[str] = field(default_factory=lambda: {A, B, C, D})
    hashes: dict[int, bytes] = field(default_factory=dict)

    def is_member(self, account: str) -> bool:
        return account in self.members

    def changed_at(self, _account: str) -> tuple[int, int]:
        return 0, 0

    def hash_of(self, block: int) -> bytes | None:
        return self.hashes.get(block)


def stage(*events: Event, time: int = 100, block: int = 10, twins: Twins = TWINS, **parameters: object) -> Stage:
    """Where a task stands after these events; some of its parameters may be others."""
    s = after(*events)
    s = replace(s, parameters=replace(s.parameters, **parameters))  # type: ignore[arg-type]
    return Stage(s, twins, Surroundings(), s, at=Moment(time, block))


def with_state(where: Stage, **changes: object) -> TaskState:
    """Its state with changes, which it has then."""
    where.state = replace(where.state, **changes)  # type: ignore[arg-type]
    return where.state
