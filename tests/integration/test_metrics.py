"""What real workers say of themselves to Prometheus, held against the chain while they play a round."""

import json
import signal
import socket
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from requests import Session

from folkmoot.chain import TaskContract, fetch_events
from folkmoot.chain.connection import HttpConnection
from folkmoot.chain.events.rounds import UpdateBlockWritten
from folkmoot.testing import Consortium, Member, free_port
from folkmoot.testing.consortium import PASSWORD
from folkmoot.testing.rpc_proxy import RpcProxy, rpc_proxy
from tests.support.network import FEE, Network
from tests.support.workers import consortium, small

SECRETS = ("ada", "lovelace", "token-0123456789")

Samples = Mapping[tuple[str, tuple[str, ...]], float]


@pytest.fixture
def members(deployed: Network, tmp_path: Path) -> Iterator[Consortium]:
    with consortium(deployed, tmp_path, 5) as together:
        yield together


@pytest.fixture
def frail(deployed: Network) -> Iterator[RpcProxy]:
    """A node that a worker prefers, and that dies."""
    with Session() as session, rpc_proxy(HttpConnection(deployed.urls[0], 30.0, session)) as proxy:
        yield proxy


def measured(member: Member) -> str:
    """Let its metrics be read, and where."""
    member.settings["metrics"] = f"127.0.0.1:{free_port()}"
    return f"http://{member.settings['metrics']}/metrics"


def scraped(url: str) -> Samples:
    """Values by names and labels' values."""
    said = requests.get(url, timeout=10).text
    families = text_string_to_metric_families(said)
    return {
        (one.name, tuple(value for _, value in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def total(samples: Samples, name: str) -> float:
    return sum(value for (found, _), value in samples.items() if found == name)


def on_chain(network: Network, account: str, first: int) -> list[Mapping[str, Any]]:
    """The receipts of all its transactions from a block on."""
    client = network.client
    blocks = (client.request("eth_getBlockByNumber", hex(n), True) for n in range(first, client.head().number + 1))
    own = (sent["hash"] for block in blocks for sent in block["transactions"] if sent["from"] == account.lower())
    return [client.request("eth_getTransactionReceipt", one) for one in own]


def agree_with_chain(network: Network, task: TaskContract, member: Member, now: Samples, first: int) -> None:
    """A member's metrics say what the chain does, in a round that waits for somebody."""
    assert now["folkmoot_round", ()] == task.round().number == 0
    phases = {labels for (name, labels), value in now.items() if name == "folkmoot_phase" and value}
    assert phases == {(task.phase().name.lower(),)}
    assert now["folkmoot_phase_end_timestamp_seconds", ()] > now["folkmoot_block_timestamp_seconds", ()]
    (info,) = (labels for name, labels in now if name == "folkmoot_worker_info")
    assert {member.address, task.address, network.deployment.federation} < {*info}
    receipts = on_chain(network, member.address, first)
    assert total(now, "folkmoot_transactions_total") == len(receipts) >= 2
    assert total(now, "folkmoot_gas_used_total") == sum(int(one["gasUsed"], 16) for one in receipts)
    assert now["folkmoot_strikes", ()] == task.participant(member.address).strikes
    assert now["folkmoot_blob_read_bytes_total", ()] > 0
    assert now["folkmoot_disk_free_bytes", ("state",)] > 0
    assert total(now, "folkmoot_rpc_request_duration_seconds_count") > 0


def blocks_of(network: Network, task: str, first: int) -> list[UpdateBlockWritten]:
    """What the task has recorded of updates."""
    found = fetch_events(network.client, [task], from_block=first)
    return [event for event in found if isinstance(event, UpdateBlockWritten)]


def test_metrics_of_a_running_round_are_those_of_the_chain_and_hold_no_secret(
    deployed: Network, members: Consortium, frail: RpcProxy
) -> None:
    seat, _, late, trainer, idle = members.members
    own = deployed.urls[0]
    user, password, token = SECRETS
    trainer.settings["rpc"] = [frail.url.replace("//", f"//{user}:{password}@") + f"/{token}", own]
    trainer.settings["log_format"] = "json"
    of_seat, of_trainer = measured(seat), measured(trainer)
    task = members.propose(small("bflc", 5, total_rounds=2), members.members[:3], budget=FEE)
    first_block = deployed.client.head().number
    deployed.local.chain.execute((late.account, task.enrol()))
    for member in members.members:
        if member is not late:
            member.start()
    members.until("two seats have committed, and wait", lambda: task.round().committed == 2)
    waits, block = ("folkmoot_waiting_seconds", ("seats to commit their scores",)), ("folkmoot_block_number", ())

    def is_held(url: str) -> bool:
        now = scraped(url)
        return waits in now and now[block] == deployed.client.head().number

    for url in (of_seat, of_trainer):
        members.until("a wait for the third", partial(is_held, url))

    agree_with_chain(deployed, task, seat, scraped(of_seat), first_block)
    agree_with_chain(deployed, task, trainer, scraped(of_trainer), first_block)
    assert scraped(of_seat)["folkmoot_role", ("judge",)] == 1
    assert scraped(of_seat)["folkmoot_job_duration_seconds_count", ("score",)] == 1
    now = scraped(of_trainer)
    assert now["folkmoot_role", ("trainer",)] == now["folkmoot_job_duration_seconds_count", ("train",)] == 1
    assert now["folkmoot_blob_written_bytes_total", ()] > 0
    assert now["folkmoot_transactions_total", ("submitUpdate", "executed")] == 1
    assert now["folkmoot_balance_coins", ()] * 10**18 >= deployed.client.balance(trainer.address)

    node = f"127.0.0.1:{frail.port}"
    faults = ("folkmoot_rpc_errors_total", ("connection", node))
    assert now[faults] == 0
    frail.stop()
    members.until("a fault of the node that died", lambda: scraped(of_trainer)[faults] > 0)
    said = requests.get(of_trainer, timeout=10).text
    for secret in (*SECRETS, PASSWORD, trainer.account.key.hex()):
        assert secret not in said

    idle.worker.signal(signal.SIGSTOP)  # round 1 waits for it, whatever its role is
    late.start()
    members.until("the next round", lambda: scraped(of_trainer)["folkmoot_round", ()] == 1)
    now = scraped(of_trainer)
    (judged,) = (block for block in blocks_of(deployed, task.address, first_block) if block.author == trainer.address)
    assert (now["folkmoot_update_round", ()], now["folkmoot_update_score_ratio", ()]) == (0, judged.score / 10_000)
    assert total(now, "folkmoot_updates_judged_total") == 1
    owed = deployed.treasury.owed_to(trainer.address)
    assert round(now["folkmoot_owed_tokens", ()] * 10 ** deployed.token.decimals()) == owed > 0
    idle.worker.signal(signal.SIGCONT)
    members.until_finished(task)
    lines = [json.loads(line) for line in trainer.worker.log.splitlines()]
    (trained,) = (line for line in lines if line["message"].startswith("trained on "))
    assert {name: trained[name] for name in ("level", "task", "round")} == {
        "level": "info",
        "task": task.address,
        "round": 0,
    }
    assert [line["round"] for line in lines if line["message"].startswith("round 1: Training")] == [1]
    for url in (of_seat, of_trainer):
        with socket.create_server(("127.0.0.1", int(url.split(":")[2].split("/")[0]))):
            pass  # the port is free again
