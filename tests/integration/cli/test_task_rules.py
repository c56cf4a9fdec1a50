"""Rules of every kind, and what is none, on a real chain."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.cli.session import Session
from folkmoot.cli.task_rules import require_rules
from folkmoot.errors import ConfigError
from folkmoot.rule_settings import check_kind
from tests.integration.cli.people import SMALL, People


@pytest.mark.parametrize(
    ("kind", "other"), [("score", "FlatReward"), ("election", "MedianScore"), ("reward", "RandomElection")]
)
def test_a_contract_that_is_no_rule_of_its_kind_is_neither_proposed_nor_approved(
    people: People, kind: str, other: str
) -> None:
    network, wrong = people.network, people.network.token.address
    Path("wrong.toml").write_text(f'{SMALL}\n{kind}_rule = "{wrong}"\n')
    told = people("m0").refused("task", "propose", "wrong.toml")
    assert told.startswith(f"error: {kind}_rule cannot be {wrong}: that contract is no {kind} rule\n")

    wrong = network.deployment.rules[other]
    task = network.propose(network.managers[0], **{f"{kind}_rule": wrong})
    call = task.approve(0, [network.managers[0].address])
    words = ("task", "approve", "--task", task.address, "--budget", "0", "--committee", network.managers[0].address)
    assert f"{kind}_rule cannot be {wrong}: that contract is no {kind} rule" in people("m0").refused(*words)
    assert network.federation.confirmers(network.federation.action_of(call)) == ()

    told = people("m0").run("doctor", "--json", "--task", task.address)
    (found,) = (entry for entry in json.loads(told.stdout) if entry["check"] == "task")
    assert (found["state"], found["message"].partition(":")[0]) == ("wrong", f"{kind}_rule cannot be {wrong}")


def test_each_deployed_rule_answers_as_one_of_its_kind_and_of_no_other(people: People) -> None:
    network, kinds = people.network, ("score", "election", "reward")
    given = {"rpc": network.urls, "deployments": people.folder / "deployments"}

    def accepted(session: Session, kind: str, address: str) -> bool:
        try:
            require_rules(session, replace(network.parameters(), **{f"{kind}_rule": address}))
        except ConfigError:
            return False
        return True

    with Session(file=None, given=given, as_json=True) as session:
        rules = network.deployment.rules.items()
        found = {name: [kind for kind in kinds if accepted(session, kind, address)] for name, address in rules}
    assert {name: list(kind) for name, kind in found.items() if len(kind) != 1} == {}
    for name, (kind,) in found.items():
        check_kind(kind, name)
