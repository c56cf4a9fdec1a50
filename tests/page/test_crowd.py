"""A federation of 400 members, whose task was played by their own code on real contracts."""

import json
from dataclasses import replace

from experiments.data import digits
from experiments.systems import active, task
from folkmoot.simulation import Plan, simulate
from tests.support.browsing import IN_BROWSER, browse, page_of

pytestmark = IN_BROWSER

MEMBERS, SHARES, SEATS = 400, 100, 40


def test_each_view_of_400_members() -> None:
    chosen = task("bflc", members=MEMBERS, committee=SEATS, epochs=1, total_rounds=1, **active(MEMBERS, 0.7, SEATS))
    shares = digits(SHARES, 3)
    plan = Plan(task=chosen, shares=replace(shares, members=shares.members * (MEMBERS // SHARES)), seed=3)
    with simulate(plan) as played:
        for _ in played.rounds.play():
            played.blobs.begin()
        with page_of("--rpc", played.chain.url, "--federation", played.deployment.federation) as page:
            browse("sound", PAGE=page, VIEWS="7", NAMES=json.dumps([f"Members ({MEMBERS})"]))
