"""A record of a real federation: what it answers is what the node answered."""

from pathlib import Path

from folkmoot.page.asking import (
    CALLS,
    ChainId,
    Code,
    Fault,
    Header,
    HeadNumber,
    Logs,
    ReceiptOf,
    Version,
    View,
    selector,
)
from folkmoot.page.live import LiveSource
from folkmoot.page.record import load
from folkmoot.page.saving import save, taken
from tests.integration.cli.people import Crew


def test_a_record_answers_all_that_the_page_asks_as_the_node_does(
    source: LiveSource, played: Crew, tmp_path: Path
) -> None:
    network, record = played.people.network, load(save(source, tmp_path / "record").parent)
    deployment, rules = network.deployment, played.task.parameters()
    roles = {
        "Federation": deployment.federation,
        "Treasury": deployment.treasury,
        "IERC20Metadata": deployment.token,
        "Task": played.task.address,
        "MedianScore": rules.score_rule,
    }
    views = [View(roles[contract], selector(contract, name)) for contract, names in CALLS.items() for name in names]
    head = network.client.head().number
    contracts = (deployment.federation, deployment.treasury, played.task.address)
    logs = [
        Logs(contracts, deployment.first_block, head),
        Logs(contracts[2:], 0, None),
        Logs(contracts[:2], head - 3, head),
        Logs(contracts, head + 1, None),
    ]
    headers = [Header(None), Header(head), Header(head + 1)]
    codes = [Code(at) for at in (*roles.values(), rules.election_rule, rules.reward_rule)]
    document = taken(source)
    headers += [Header(int(log["blockNumber"], 16)) for log in document["logs"]]
    receipts = [ReceiptOf(log["transactionHash"]) for log in document["logs"]]

    asked = [ChainId(), Version(), HeadNumber(), *headers, *logs, *views, *codes, *receipts]
    told = source.answer(asked)
    assert not [(one, answer) for one, answer in zip(asked, told, strict=True) if isinstance(answer, Fault)]
    assert record.answer(asked) == told
    settings = {**source.settings(), "recordedAt": network.client.head().time}
    assert (record.settings(), record.audit()) == (settings, source.audit())
