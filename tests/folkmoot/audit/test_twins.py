from dataclasses import replace

from folkmoot import rules
from folkmoot.audit.twins import Twins
from tests.support.past import PARAMETERS, A, B, C

P = replace(PARAMETERS, score_rule=A, election_rule=B, reward_rule=C)


def test_rules_are_found_by_the_names_at_their_addresses() -> None:
    twins = Twins.of(P, {A: "MajorityVote", B: "RedrawElection", C: "FlatReward"})
    assert twins.score == (rules.majority_vote, rules.majority_vote_judge)
    assert (twins.election, twins.reward) == (rules.redraw_election, rules.flat_reward)
    assert twins.lacking(P) == []


def test_a_rule_of_another_kind_or_of_ones_own_has_no_twin() -> None:
    twins = Twins.of(P, {A: "FlatReward", B: "Ours"})
    assert twins.lacking(P) == [("score", A), ("election", B), ("reward", C)]
