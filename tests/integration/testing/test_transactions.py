"""What a task's transactions did and cost, read back from a real chain."""

from folkmoot.chain.events.tasks import TaskCancelled
from folkmoot.presets import preset
from folkmoot.proposal import draft
from folkmoot.testing import account_of, local_federation
from folkmoot.testing.transactions import transactions


def test_transactions_are_told_by_their_functions() -> None:
    with local_federation(fee=5) as (_, federation):
        member = account_of("a member")
        federation.admit(member)
        assert federation.treasury.pool() == 5
        sizes = {"committee": 3, "updates_per_round": 3, "min_updates": 2, "max_updates": 5, "max_enrolled": 5}
        made = draft(preset("bflc", **sizes), federation.deployment.rules)
        task = federation.propose(made.parameters, member)
        federation.chain.execute((member, task.cancel()))
        client = federation.chain.client
        sent = list(transactions(client, task.address, range(client.head().number + 1)))
        assert [(one.function, one.succeeded) for one in sent] == [("cancel", True)]
        assert all(one.gas > 21_000 for one in sent)
        assert [type(event) for one in sent for event in one.events][-1] is TaskCancelled
