"""Encrypted tasks under attack, by real workers: nobody honest is struck or locked out."""

import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

import folkmoot.proposal
from folkmoot.blob_keys import FirstReaders, encrypt_first_model
from folkmoot.chain import Phase, phase_end, public_key
from folkmoot.chain.events.rounds import ModelBlockWritten, RoundCarried, SeatFilled
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.testing import Consortium
from tests.integration.test_encryption import OBSERVER, Story, reads_model
from tests.support.network import Network
from tests.support.workers import consortium

LAG_S = 1.0


@pytest.fixture
def members(deployed: Network, tmp_path: Path) -> Iterator[Consortium]:
    with consortium(deployed, tmp_path, 5) as together:
        yield together


@contextmanager
def balancer(url: str) -> Iterator[str]:
    """One address with two nodes behind it: the one that answers `eth_getLogs` lags behind the other."""
    seen: deque[tuple[float, int]] = deque([(0.0, 0)])

    def behind() -> int:
        ask = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
        seen.append((time.monotonic(), int(requests.post(url, json=ask, timeout=10).json()["result"], 16)))
        return max(number for at, number in [*seen] if at <= time.monotonic() - LAG_S or number == 0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body: Any = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            last = behind()
            if isinstance(body, dict) and body["method"] == "eth_getLogs":
                asked = body["params"][0]
                asked["toBlock"] = hex(min(int(asked["toBlock"], 16), last))
                asked["fromBlock"] = hex(min(int(asked["fromBlock"], 16), last))
            answer = requests.post(url, json=body, timeout=10).content
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def struck(story: Story) -> list[tuple[str, str]]:
    return [(event.member, event.reason.name) for event in story.events(MemberStruck)]


@pytest.mark.parametrize("lagging", [slice(0, 3), slice(3, 4)], ids=["all seats", "a trainer"])
def test_who_has_a_node_that_lags_encrypts_for_all(deployed: Network, members: Consortium, lagging: slice) -> None:
    story = Story(deployed, members, total_rounds=1)
    behind = members.members[lagging]
    with balancer(deployed.urls[0]) as url:
        for member in members.members:
            member.start(**({"rpc": [url]} if member in behind else {}))
        members.until_finished(story.task)
    assert struck(story) == []
    last = story.events(ModelBlockWritten)[-1].pointer
    assert all(story.blobs(member.account).fetch_model(last) for member in members.members)


def test_a_proposer_cannot_lock_a_seat_out(
    deployed: Network, members: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entry in model 0 is garbage: the others see it, and hand the key on."""
    victim = members.members[1]

    def forged(content: Any, descriptor: Any, readers: FirstReaders) -> Any:
        keys = {**readers.public_keys, victim.address: public_key(OBSERVER)}
        return encrypt_first_model(content, descriptor, readers._replace(public_keys=keys))

    monkeypatch.setattr(folkmoot.proposal, "encrypt_first_model", forged)
    story = Story(deployed, members, total_rounds=1)
    members.start()
    members.until_finished(story.task)
    assert struck(story) == []


def test_a_round_outlives_its_first_committee(deployed: Network, members: Consortium) -> None:
    """All seats are silent and trainers fill them; updates were for these seats alone, and for their authors."""
    members.join("member-5", member=4)
    brief = deployed.passing_window
    story = Story(deployed, members, total_rounds=1, updates_for="seats", max_attempts=5, committing_window=brief)
    silent = members.members[:3]
    story.enrol(silent)
    for member in members.members[3:]:
        member.start()
    members.until("updates", lambda: story.task.phase() == Phase.COMMITTING)
    ends = phase_end(story.task.round(), story.parameters, Phase.COMMITTING, start_by=0)
    assert ends is not None
    deployed.pass_time(ends - deployed.client.now())
    members.until("fillers", lambda: len(story.events(SeatFilled)) == len(silent))
    members.until_finished(story.task)
    assert story.events(RoundCarried) == []
    assert {*struck(story)} == {(member.address, "ABSENCE") for member in silent}


def test_an_applicant_cannot_take_seats_time(deployed: Network, members: Consortium) -> None:
    """It applied and nothing more, and says that it hands keys on, in blobs that nobody has."""
    story = Story(deployed, members, total_rounds=1, max_enrolled=6)
    late = members.join("Zoe", task=story.task.address)  # for whose sake seats look at what was handed on
    applicant = Account.create()
    local = deployed.local
    local.apply(applicant)
    story.enrol(members.members)
    local.chain.execute(*((applicant, story.task.share_keys(n.to_bytes(32))) for n in range(1, 21)))
    members.start()
    members.until("its key", lambda: reads_model(story, late, story.parameters.model))
    members.until_finished(story.task)
    assert struck(story) == []


def test_no_update_ends_a_worker(deployed: Network, members: Consortium) -> None:
    """Managers replaced a member by an account whose "public key" is none; the contract checks its hash alone."""
    garbage = b"\x01" * 64
    successor = to_checksum_address(keccak(garbage)[-20:])
    story = Story(deployed, members, total_rounds=1)
    zed = members.join("Zed", task=story.task.address)
    deployed.local.decide(deployed.local.contract.replace_member(zed.address, successor, garbage))
    author = members.members[4]
    story.enrol(members.members[:5])
    for member in members.members[:4]:
        member.start()
    members.until("the first round", lambda: story.task.phase() == Phase.TRAINING)
    blobs, parent = story.blobs(author.account), story.parameters.model
    weights = blobs.fetch_model(parent)
    good = b"".join(blobs.encode_update(weights, round=0, author=author.address, parent=parent))  # type: ignore[arg-type]
    end = 81 + 101 * int.from_bytes(good[77:81])
    forged = [*(good[at : at + 101] for at in range(81, end, 101)), bytes.fromhex(successor[2:]) + bytes(81)]
    blob = good[:77] + len(forged).to_bytes(4) + b"".join(sorted(forged)) + good[end:]
    pointer = members.store.put(blob)
    deployed.local.chain.execute((author.account, story.task.submit_update(0, pointer, 100)))
    members.until("the end", lambda: story.task.phase() == Phase.FINISHED)
    assert struck(story) == [(author.address, "UPDATE")]
