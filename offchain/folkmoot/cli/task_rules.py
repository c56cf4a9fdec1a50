"""Whether a task's rules are rules: asked before it is proposed, before a manager approves it, and by the doctor."""

from collections.abc import Callable

from folkmoot.chain import Parameters, ScoreRuleContract
from folkmoot.chain.contracts import ElectionRuleContract, RewardRuleContract
from folkmoot.cli.session import Session
from folkmoot.errors import ChainError, ConfigError, ConnectionFailed

_PROVIDER = 4 << 88 | 10_000 << 48 | 1  # a candidate with the best score and a stake of 1


def require_rules(session: Session, parameters: Parameters) -> None:
    """Raise `ConfigError` unless each of a task's rules answers as one of its kind does."""
    client, p = session.client, parameters
    kinds: dict[str, tuple[str, Callable[[], object]]] = {
        "score": (p.score_rule, lambda: ScoreRuleContract(client, p.score_rule).metric()),
        "election": (
            p.election_rule,
            lambda: ElectionRuleContract(client, p.election_rule).elect(
                [_PROVIDER], 1, bytes(32), p.election_parameters
            ),
        ),
        "reward": (
            p.reward_rule,
            lambda: RewardRuleContract(client, p.reward_rule).weights([10_000], [1], 1, 1, p.reward_parameters),
        ),
    }
    for kind, (address, answer) in kinds.items():
        hint = f"a rule of that kind by its name or address; deployed are {', '.join(sorted(session.record.rules))}"
        if not client.has_code(address):
            raise ConfigError(f"{kind}_rule cannot be {address}: there is no contract", hint)
        try:
            answer()
        except ConnectionFailed:
            raise
        except (ChainError, ValueError) as error:
            raise ConfigError(f"{kind}_rule cannot be {address}: that contract is no {kind} rule", hint) from error
