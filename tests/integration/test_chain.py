"""The client and the sender on a real Anvil: fees, failures, halts, nonces, deployments."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from eth_abi.abi import encode
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.chain import (
    Call,
    Client,
    LocalToken,
    Phase,
    Receipt,
    Sender,
    TaskContract,
    Token,
    deployments,
    extend_digest,
    fetch_events,
    fetch_round,
    score_commitment,
)
from folkmoot.chain.calls import MARGIN
from folkmoot.chain.events import logs
from folkmoot.chain.events.federation import MembershipApplied
from folkmoot.chain.events.rounds import RoundOpened, UpdateSubmitted
from folkmoot.chain.events.treasury import Credited
from folkmoot.errors import (
    ChainGone,
    ConnectionFailed,
    ContractError,
    DeadlinePassed,
    InsufficientFunds,
    NotDeployed,
    OutOfGas,
)
from folkmoot.testing import Anvil, LocalChain, free_port, run_anvil
from tests.support.network import FEE, Network, create, new_account, salt_of, word
from tools import contracts

PATIENCE = 120  # seconds of the chain's time that a transaction may take


@pytest.fixture
def by_hand(anvil: Anvil) -> Iterator[Anvil]:
    """The chain makes a block only when it is told to."""
    anvil.automine(False)
    yield anvil
    anvil.automine(True)
    anvil.mine()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def mint(network: Network, sender: Sender, amount: int = 1) -> Call:
    return network.token.mint(sender.address, amount)


def send(network: Network, sender: Sender, call: Call) -> Receipt | None:
    return sender.send(call, deadline=network.client.now() + PATIENCE)


# ---------------------------------------------------------------- gas and fees


@pytest.mark.parametrize(
    ("evm", "options", "fields"),
    [
        ("berlin", (), {"gasPrice"}),
        ("london", (), {"maxFeePerGas", "maxPriorityFeePerGas"}),
        ("prague", (), {"maxFeePerGas", "maxPriorityFeePerGas"}),
        ("london", ("--block-base-fee-per-gas", "0"), {"gasPrice"}),
    ],
)
def test_fees_suit_the_chain(evm: str, options: tuple[str, ...], fields: set[str]) -> None:
    with run_anvil(*options, evm=evm) as chain, Client([chain.url]) as client:
        account = new_account()
        if not options:
            chain.fund(account)
        greeting = Call(new_account().address, b"hello", "greet", ())
        receipt = Sender(client, account).send(greeting, deadline=client.now() + PATIENCE)
        assert receipt is not None
        sent = client.request("eth_getTransactionByHash", receipt.hash)
        assert fields <= set(sent)
        assert ("maxFeePerGas" in sent) == ("maxFeePerGas" in fields)
        assert (client.balance(account.address) > 0) == (not options)


@pytest.mark.usefixtures("costly_gas")
def test_an_account_without_coin_is_told_so(deployed: Network) -> None:
    poor = Sender(deployed.client, new_account())
    with pytest.raises(InsufficientFunds, match="holds 0 wei"):
        send(deployed, poor, mint(deployed, poor))


def test_a_call_too_large_for_a_block_is_out_of_gas() -> None:
    contracts.build()
    with run_anvil("--block-base-fee-per-gas", "0") as chain, Client([chain.url]) as client:
        token = LocalToken(client, create(LocalChain(chain, client), "FederationToken"))
        chain.ask("evm_setBlockGasLimit", hex(40_000))
        chain.mine()
        account = new_account()
        with pytest.raises(OutOfGas):
            Sender(client, account).send(token.mint(account.address, 5), deadline=client.now() + PATIENCE)


# -------------------------------------------------------------------- failures


def test_a_contract_error_has_its_name_its_values_and_a_hint(deployed: Network) -> None:
    stranger = deployed.sender()
    with pytest.raises(ContractError, match=f"{stranger.address} is not a manager") as caught:
        send(deployed, stranger, deployed.federation.set_fee(3))
    assert (caught.value.name, caught.value.values) == ("NotManager", {"caller": stranger.address})
    assert caught.value.hint


def test_errors_of_the_token_are_told_too(deployed: Network) -> None:
    stranger = deployed.sender()
    with pytest.raises(ContractError, match="may take 0 smallest units of the token from the account") as caught:
        send(deployed, stranger, deployed.treasury.deposit(5))
    assert caught.value.name == "ERC20InsufficientAllowance"


def test_what_was_done_before_is_success(deployed: Network) -> None:
    sender, _ = deployed.apply()
    call = deployed.federation.apply_for_membership(bytes(64))
    assert sender.send(call, deadline=deployed.client.now() + PATIENCE, done={"WrongMembership"}) is None


def test_a_transaction_that_fails_only_in_its_block_is_explained(
    deployed: Network, by_hand: Anvil, pool: ThreadPoolExecutor
) -> None:
    by_hand.automine(True)
    sender = deployed.sender()
    send(deployed, sender, mint(deployed, sender, 7))
    by_hand.automine(False)
    spending = pool.submit(send, deployed, sender, deployed.token.transfer(deployed.treasury.address, 7))
    wait_for_pool(by_hand)
    by_hand.ask("anvil_dealERC20", sender.address, deployed.token.address, hex(3))  # 4 are gone meanwhile
    by_hand.mine()
    with pytest.raises(ContractError, match="holds 3 smallest units of the token, needed are 7") as caught:
        spending.result()
    assert caught.value.name == "ERC20InsufficientBalance"


def wait_for_pool(chain: Anvil, count: int = 1) -> None:
    """Until so many transactions wait for a block."""
    Retrying(retry=retry_if_result(lambda pending: pending < count), wait=wait_fixed(0.01), stop=stop_after_delay(60))(
        lambda: int(chain.ask("txpool_status")["pending"], 16)
    )


# ------------------------------------------------------------ waiting for blocks


def test_a_halted_chain_is_pending_not_failed(
    deployed: Network, by_hand: Anvil, pool: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    account = by_hand.fund(new_account())
    with caplog.at_level(logging.INFO, "folkmoot.chain"), Client([by_hand.url], halted_after=0.2) as client:
        patient = Sender(client, account)
        waiting: Future[object] = pool.submit(patient.send, mint(deployed, patient), deadline=client.now() + 50)
        while "the chain stands" not in caplog.text:
            assert not waiting.done()
        by_hand.pass_time(100)
        time.sleep(1)
        assert not waiting.done()
        by_hand.mine()
        assert waiting.result() is not None
        client.head()
        assert "the chain goes on" in caplog.text


def test_a_deadline_ends_the_wait_and_the_next_transaction_goes_on(
    deployed: Network, by_hand: Anvil, pool: ThreadPoolExecutor
) -> None:
    sender = deployed.sender()
    waiting = pool.submit(sender.send, mint(deployed, sender, 3), deadline=deployed.client.now() + 100)
    wait_for_pool(by_hand)
    by_hand.ask("anvil_setBlockGasLimit", hex(21_000))  # too little for it
    by_hand.pass_time(100)
    by_hand.mine()
    with pytest.raises(DeadlinePassed, match="mint came into no block in time"):
        waiting.result()
    by_hand.ask("anvil_setBlockGasLimit", hex(30_000_000))
    by_hand.automine(True)
    send(deployed, sender, mint(deployed, sender, 4))
    assert deployed.token.balance_of(sender.address) == 7


def test_a_transaction_keeps_up_with_the_fee(deployed: Network, by_hand: Anvil, pool: ThreadPoolExecutor) -> None:
    sender = deployed.sender()
    waiting = pool.submit(send, deployed, sender, mint(deployed, sender, 5))
    wait_for_pool(by_hand)
    base_fee = deployed.client.head().base_fee
    assert base_fee is not None
    while not waiting.done():
        by_hand.ask("anvil_setNextBlockBaseFeePerGas", hex(50 * base_fee))
        by_hand.mine()
        time.sleep(0.1)
    by_hand.ask("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
    assert waiting.result() is not None
    assert deployed.token.balance_of(sender.address) == 5


def test_time_is_the_chains_even_without_blocks(anvil: Anvil) -> None:
    with Client([anvil.url]) as client:  # another one has seen blocks made by hand
        head, before = client.look()
        anvil.pass_time(500)
        assert client.look()[1] >= before + 500
        assert client.head() == head


# ---------------------------------------------------------------------- nonces


def test_two_processes_with_one_account_do_not_stop_each_other(deployed: Network) -> None:
    account = deployed.chain.fund(new_account())
    senders = [Sender(deployed.client, account) for _ in range(2)]
    for _ in range(3):
        for amount, sender in enumerate(senders, 1):  # the same call with the same nonce would be one transaction
            send(deployed, sender, mint(deployed, sender, amount))
    assert deployed.token.balance_of(account.address) == 9


def test_threads_share_a_sender(deployed: Network, pool: ThreadPoolExecutor) -> None:
    sender = deployed.sender()
    sent = [pool.submit(send, deployed, sender, mint(deployed, sender)) for _ in range(20)]
    assert len({future.result().hash for future in sent}) == 20
    assert deployed.token.balance_of(sender.address) == 20


@pytest.mark.parametrize("blocks", [0, 3])
def test_a_nonce_that_a_re_organisation_gave_back_is_used_again(blocks: int) -> None:
    """On a chain that makes blocks only for transactions; it may have as many again as it lost, or fewer."""
    contracts.build()
    with run_anvil("--block-base-fee-per-gas", "0") as chain, Client([chain.url]) as client:
        token = LocalToken(client, create(LocalChain(chain, client), "FederationToken"))
        account = new_account()
        sender, deadline = Sender(client, account), client.now() + PATIENCE
        sender.send(token.mint(account.address, 1), deadline=deadline)
        state = chain.ask("evm_snapshot")
        for _ in range(2):
            sender.send(token.mint(account.address, 10), deadline=deadline)
        assert chain.ask("evm_revert", state)
        if blocks:
            chain.mine(blocks)
        assert sender.send(token.mint(account.address, 100), deadline=deadline) is not None
        assert token.balance_of(account.address) == (101 if blocks else 121), "what was dropped may be done again"


# ----------------------------------------------------------------------- nodes


def test_a_dead_node_is_passed_over(deployed: Network) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with Client([dead, *deployed.urls]) as client:
        assert client.head().number > 0


def test_no_node_at_all_is_told() -> None:
    with Client([f"http://127.0.0.1:{free_port()}"]) as client, pytest.raises(ConnectionFailed, match="start the node"):
        client.head()


def test_a_node_that_was_restarted_gets_the_transaction(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    contracts.build()
    port, state = free_port(), ("--state", str(tmp_path / "state.json"), "--block-base-fee-per-gas", "0")
    with run_anvil(*state, port=port) as chain, Client([chain.url]) as client:
        token = LocalToken(client, create(LocalChain(chain, client), "FederationToken"))
        account = new_account()
        sender, deadline = Sender(client, account), client.now() + 1_000
        sender.send(token.mint(account.address, 1), deadline=deadline)
        chain.process.terminate()
        chain.process.wait()
        waiting = pool.submit(sender.send, token.mint(account.address, 2), deadline=deadline)
        with run_anvil(*state, port=port):
            assert waiting.result() is not None
            assert token.balance_of(account.address) == 3


# ---------------------------------------------------------------------- events


def test_events_are_found_over_many_pages(deployed: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "PAGE", 4)
    first, _ = deployed.apply()
    start = deployed.client.head().number
    deployed.pass_blocks(16)
    second, _ = deployed.apply()
    federation, treasury = deployed.federation.address, deployed.treasury.address
    found = list(fetch_events(deployed.client, [federation, treasury], from_block=start))
    applied = [event for event in found if isinstance(event, MembershipApplied)]
    assert [event.member for event in applied] == [first.address, second.address]
    assert [event.fee for event in applied] == [FEE, FEE]
    origins = [event.origin for event in found if event.origin]
    assert [(o.block, o.index) for o in origins] == sorted((o.block, o.index) for o in origins)
    assert {o.contract for o in origins} == {federation, treasury}


@pytest.mark.parametrize("blocks", [0, 4, 20])
def test_a_round_is_found_however_long_ago_it_opened(
    deployed: Network, monkeypatch: pytest.MonkeyPatch, blocks: int
) -> None:
    monkeypatch.setattr(logs, "LOOK_BACK", 1)
    monkeypatch.setattr(logs, "PAGE", 8)
    members = deployed.join(6)
    seats, trainers = members[:3], members[3:]
    task = deployed.propose(members[0])
    deployed.start(task, seats, trainers, budget=9_000)
    deployed.pass_blocks(blocks)
    deployed.submit(task, trainers)
    found = fetch_round(deployed.client, task.address, 0, to_block=deployed.client.head().number)
    assert isinstance(found[0], RoundOpened)
    authors = [event.author for event in found if isinstance(event, UpdateSubmitted)]
    assert authors == [trainer.address for trainer in trainers]
    places = [(event.origin.block, event.origin.index) for event in found if event.origin]
    assert len(set(places)) == len(found)
    assert places == sorted(places)


# -------------------------------------------------------------------- contracts


def test_a_round_is_read_as_the_contract_tells_it(deployed: Network) -> None:
    members = deployed.join(6)
    seats, trainers = members[:3], members[3:]
    task = deployed.propose(members[0])
    assert task.parameters() == deployed.parameters()
    assert (task.proposer(), task.federation()) == (members[0].address, deployed.federation.address)
    deployed.start(task, seats, trainers, budget=9_000)
    assert deployed.treasury.budget_of(task.address) == task.budget() == 9_000
    before = deployed.client.head().number
    deployed.submit(task, trainers)
    assert task.round(at=before).submitted == 0
    assert task.round().submitted == 3
    updates, pointers = task.updates(0, 10)
    digest = bytes(32)
    for update, pointer in zip(updates, pointers, strict=True):
        digest = extend_digest(digest, update.author, pointer, update.samples)
    assert task.updates_digest() == digest
    assert task.phase() == Phase.COMMITTING
    opinion = (2_000, (6_000, 7_000, 5_000))
    commitment = score_commitment(
        chain_id=deployed.client.chain_id, task=task.address, round=0, attempt=0, member=seats[0].address,
        updates_digest=digest, baseline=opinion[0], scores=opinion[1], salt=salt_of(seats[0]),
    )  # fmt: skip
    assert task.score_commitment(seats[0].address, *opinion, salt_of(seats[0])) == commitment
    deployed.judge(task, dict.fromkeys(seats, opinion))
    assert task.progress().accepted == 3
    deployed.attest(task, seats[:2], word(9))
    assert [(tally.pointer, tally.votes) for tally in task.tallies()] == [(word(9), 2)]
    closed = deployed.anyone(task.close(100))
    (credited,) = [event for event in closed.events if isinstance(event, Credited)]
    assert {credited.task} == {task.address}
    assert sum(credited.amounts) == sum(deployed.treasury.owed_to(trainer.address) for trainer in trainers) > 0
    assert task.ledger(1) == word(9)


class Together(Client):
    """Broadcasts at first when the other one does, too: neither estimate knows of the other's transaction."""

    def __init__(self, url: str, meeting: Barrier) -> None:
        super().__init__([url])
        self._meeting, self._sent = meeting, set[bytes]()

    def broadcast(self, signed: bytes) -> None:
        if signed not in self._sent:
            self._sent.add(signed)
            self._meeting.wait(PATIENCE)
        super().broadcast(signed)


def test_the_last_two_seats_may_act_in_one_block(deployed: Network, by_hand: Anvil, pool: ThreadPoolExecutor) -> None:
    """The later one does more than it estimated: it settles the round, or closes it."""
    by_hand.automine(True)
    members = deployed.join(6)
    first, *last = seats = members[:3]
    task = deployed.propose(first)
    deployed.start(task, seats, members[3:], budget=9_000)
    deployed.submit(task, members[3:])
    opinion = (2_000, (6_000, 7_000, 5_000))
    for seat in seats:
        deployed.commit(task, seat, *opinion)
    deployed.reveal(task, first, *opinion)
    meeting = Barrier(2)
    senders = [Sender(Together(by_hand.url, meeting), seat._account) for seat in last]

    def act(calls: list[Call]) -> set[int]:
        by_hand.automine(False)
        deadline = deployed.client.now() + PATIENCE
        sent = [pool.submit(sender.send, call, deadline=deadline) for sender, call in zip(senders, calls, strict=True)]
        wait_for_pool(by_hand, 2)
        by_hand.mine()
        by_hand.automine(True)
        return {receipt.block for receipt in (future.result() for future in sent) if receipt}

    reveals = [task.reveal_scores(0, deployed.seat(task, seat), *opinion, salt_of(seat)) for seat in last]
    assert len(act(reveals)) == 1
    assert task.phase() == Phase.AGGREGATING
    deployed.attest(task, [first], word(9))
    assert len(act([task.attest(0, deployed.seat(task, seat), word(9)) for seat in last])) == 1
    assert (task.round().number, task.current_model()) == (1, word(9))


def test_a_managers_call_has_a_name_until_it_is_executed(deployed: Network) -> None:
    call = deployed.federation.set_fee(FEE + 1)
    send(deployed, deployed.managers[0], call)
    action = deployed.federation.action_of(call)
    assert deployed.federation.confirmers(action) == (deployed.managers[0].address,)
    send(deployed, deployed.managers[0], deployed.federation.revoke(action))
    assert deployed.federation.confirmers(action) == ()
    assert deployed.federation.permission_fee() == FEE


def test_a_token_need_have_neither_decimals_nor_a_symbol(deployed: Network) -> None:
    token = Token(deployed.client, create(deployed.chain, "NoReturnToken"))
    assert (token.symbol(), token.decimals()) == ("units", 0)


@pytest.mark.parametrize(("word", "symbol"), [(b"MKR", "MKR"), (b"\xff" * 32, "\ufffd" * 32), (b"", "units")])
def test_a_symbol_of_32_bytes_is_read(word: bytes, symbol: str, deployed: Network) -> None:
    assert Token(deployed.client, answering(deployed, word.ljust(32, b"\0"))).symbol() == symbol


def test_a_symbol_that_is_no_text_is_read_as_one(deployed: Network) -> None:
    answer = encode(["bytes"], [b"\xff\xfe\x80"])
    assert Token(deployed.client, answering(deployed, answer)).symbol() == "\ufffd" * 3


def answering(network: Network, answer: bytes) -> str:
    """A contract that answers everything by these bytes, a multiple of 32."""
    places = range(0, len(answer), 32)
    stored = b"".join(b"\x7f" + answer[at : at + 32] + bytes([0x60, at, 0x52]) for at in places)  # PUSH, PUSH, MSTORE
    code = stored + bytes([0x60, len(answer), 0x60, 0, 0xF3])  # PUSH, PUSH, RETURN
    size = len(code).to_bytes(2)
    copies = b"\x61" + size + b"\x60\x0e\x60\0\x39" + b"\x61" + size + b"\x60\0\xf3"  # CODECOPY and RETURN
    address = network.chain.create("answering", copies + code)
    network.chain.settle()
    return address


def test_an_address_without_a_contract_is_told(deployed: Network) -> None:
    with pytest.raises(ChainGone, match="no such contract answers"):
        TaskContract(deployed.client, new_account().address).round()


# ------------------------------------------------------------------ deployments


def test_a_deployment_is_read_until_its_chain_is_gone(deployed: Network, tmp_path: Path) -> None:
    client = deployed.client
    with pytest.raises(NotDeployed):
        deployments.read(tmp_path, client)
    deployments.write(deployed.deployment, tmp_path)
    assert deployments.read(tmp_path, client) == deployed.deployment
    with run_anvil("--chain-id", str(client.chain_id)) as other, Client([other.url]) as elsewhere:
        assert elsewhere.chain_id == client.chain_id
        with pytest.raises(ConnectionFailed, match=f"{other.url} ends with block 0"):
            deployments.read(tmp_path, elsewhere)
        other.mine(deployed.deployment.block_number)
        with pytest.raises(ChainGone, match="deploy again"):
            deployments.read(tmp_path, elsewhere)
    deployments.write(replace(deployed.deployment, federation=new_account().address), tmp_path)
    with pytest.raises(ChainGone):
        deployments.read(tmp_path, client)


def test_a_call_that_others_come_before_in_its_block_still_has_gas(anvil: Anvil, deployed: Network) -> None:
    """The last update of a round may be the first one at its place, and so the first to write there."""
    members = deployed.join(8)
    seats, trainers = members[:3], members[3:]
    task = deployed.propose(members[0], min_updates=3, min_enrolled=6)
    deployed.start(task, seats, trainers, budget=9_000)
    deployed.submit(task, trainers[:3])
    anvil.pass_time(1_001)
    anvil.mine()
    deployed.judge(task, dict.fromkeys(seats, (2_000, (6_000, 7_000, 5_000))))
    deployed.attest(task, seats[:2], word(9))
    deployed.anyone(task.close(100))
    assert task.round().number == 1
    *others, last = [member for member in members if member.address not in {seat.account for seat in task.seats()}]
    call, head = task.submit_update(1, word(5), 10), deployed.client.head()
    first = deployed.client.estimate_gas(call.request(last.address))
    deployed.submit(task, others)
    needed = deployed.client.estimate_gas(call.request(last.address))
    assert first
    assert needed
    assert needed > first * (1 + MARGIN)
    assert call.gas_limit(head, first) >= needed
