"""confirm is for tasks: how it counts what managers say to them stands in test_confirmations.py."""

from tests.support.evm import reverts_with


def test_only_tasks(cast, managers):
    with reverts_with("NotTask", managers[0]):
        cast.federation.confirm(managers[0], b"", {"from": managers[0]})


def test_only_managers_count(cast, by_task, member):
    with reverts_with("NotManager", member):
        cast.federation.confirm(member, b"anything", by_task)
