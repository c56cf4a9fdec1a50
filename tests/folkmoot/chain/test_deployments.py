import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field, replace
from itertools import repeat
from pathlib import Path

import pytest
from eth_abi.abi import encode
from web3 import Web3

from folkmoot.chain import Client, Deployment, deployments
from folkmoot.chain.abi import function
from folkmoot.chain.events.logs import REPLACED
from folkmoot.errors import ChainGone, ConfigError, ConnectionFailed, NotDeployed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import raises

OTHER = "0x" + "ee" * 32
A = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.fixture
def record(client: Client) -> Deployment:
    head = client.head()
    return Deployment(
        chain_id=7, block_number=head.number, block_hash=head.hash, federation="0x" + "11" * 20,
        treasury="0x" + "22" * 20, token="0x" + "33" * 20, task_implementation="0x" + "44" * 20,
        rules={"MedianScore": "0x" + "55" * 20}, libraries={"Settling": "0x" + "66" * 20}, deployed_at=head.time,
        version="0.1.0",
    )  # fmt: skip


@pytest.fixture
def coded(node: MemoryNode, record: Deployment) -> set[str]:
    """The addresses with code."""
    addresses = {record.federation, record.treasury, record.token, record.task_implementation}

    def answer(address: str, _tag: str) -> str:
        return "0x60" if address.lower() in addresses else "0x"

    node.instead["eth_getCode"] = iter([answer] * 100)
    node.instead["eth_call"] = iter([lambda transaction, _tag: named(record, transaction["data"])] * 100)
    return addresses


def named(record: Deployment, data: str) -> str:
    """What the contracts of a record answer of one another."""
    answers = {
        ("Federation", "treasury"): record.treasury,
        ("Federation", "taskImplementation"): record.task_implementation,
        ("Treasury", "token"): record.token,
    }
    by_selector = {Web3.to_hex(function(*name).selector): address for name, address in answers.items()}
    return Web3.to_hex(encode(["address"], [by_selector[data]]))


@pytest.mark.usefixtures("coded")
def test_what_was_written_is_read(tmp_path: Path, record: Deployment, client: Client) -> None:
    path = deployments.write(record, tmp_path / "deployments")
    assert path.name == "7.json"
    assert deployments.read(tmp_path / "deployments", client) == record


@pytest.mark.usefixtures("coded")
def test_earlier_records_are_kept(tmp_path: Path, record: Deployment, client: Client) -> None:
    records = [replace(record, version=version) for version in ("1", "2", "3")]
    for each in records:
        deployments.write(each, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7.1.json", "7.2.json", "7.json"]
    kept = [json.loads((tmp_path / name).read_text())["version"] for name in ("7.1.json", "7.2.json")]
    assert kept == ["1", "2"]
    assert deployments.read(tmp_path, client) == records[-1]


def test_where_an_earlier_record_will_be_kept_is_known_before(tmp_path: Path, record: Deployment) -> None:
    assert deployments.next_kept(7, tmp_path) is None
    deployments.write(record, tmp_path)
    assert deployments.next_kept(7, tmp_path) == tmp_path / "7.1.json"
    deployments.write(record, tmp_path)
    assert deployments.next_kept(7, tmp_path) == tmp_path / "7.2.json"
    assert deployments.next_kept(8, tmp_path) is None


def test_without_a_record_members_and_the_operator_are_told_the_way_to_one(tmp_path: Path, client: Client) -> None:
    with pytest.raises(NotDeployed, match=r"7\.json") as caught:
        deployments.read(tmp_path, client)
    assert "a member copies the record of the federation's operator" in caught.value.hint
    assert "brownie run scripts/deploy.py main federation.toml --network" in caught.value.hint


@pytest.mark.usefixtures("coded")
def test_another_block_of_that_number_and_of_another_time_means_another_chain(
    tmp_path: Path, record: Deployment, client: Client
) -> None:
    deployments.write(replace(record, block_hash=OTHER, deployed_at=record.deployed_at - 31), tmp_path)
    with pytest.raises(ChainGone, match=r"is gone .*the operator has to deploy again"):
        deployments.read(tmp_path, client)


@pytest.mark.usefixtures("coded")
def test_a_deployment_that_was_included_again_after_a_re_organisation_is_there(
    tmp_path: Path, record: Deployment, client: Client
) -> None:
    deployments.write(replace(record, block_hash=OTHER, deployed_at=record.deployed_at - 30), tmp_path)
    assert deployments.read(tmp_path, client).block_hash == OTHER


@pytest.mark.usefixtures("coded")
def test_a_node_that_has_not_the_block_of_a_longer_chain_says_that_it_is_another(
    tmp_path: Path, record: Deployment, node: MemoryNode, client: Client
) -> None:
    deployments.write(record, tmp_path)
    node.instead["eth_getBlockByNumber"] = repeat(lambda _tag, _full: None)
    with pytest.raises(ChainGone):
        deployments.read(tmp_path, client)


@pytest.mark.parametrize("missing", ["federation", "treasury", "token", "task_implementation"])
def test_code_that_is_gone_means_another_chain(
    missing: str, tmp_path: Path, record: Deployment, client: Client, coded: set[str]
) -> None:
    deployments.write(record, tmp_path)
    coded.remove(getattr(record, missing))
    with pytest.raises(ChainGone):
        deployments.read(tmp_path, client)


@pytest.mark.usefixtures("coded")
@pytest.mark.parametrize("block", [None, "another", "no code"])
def test_a_node_that_has_not_all_of_the_chain_yet_is_waited_for(
    block: str | None, tmp_path: Path, record: Deployment, node: MemoryNode, client: Client, coded: set[str]
) -> None:
    deployments.write(replace(record, deployed_at=0), tmp_path)
    node.instead["eth_syncing"] = iter([lambda: {"currentBlock": "0x1", "highestBlock": "0x376"}])
    if block == "no code":
        coded.clear()
    else:
        node.instead["eth_getBlockByNumber"] = repeat(lambda *_: block and {**node.chain.block(), "hash": block})
    with pytest.raises(ConnectionFailed, match="as of block 0, but node-0 still fetches the chain"):
        deployments.read(tmp_path, client)


@pytest.mark.usefixtures("coded")
def test_a_node_that_does_not_say_whether_it_fetches_the_chain_has_it(
    tmp_path: Path, record: Deployment, node: MemoryNode, client: Client, coded: set[str]
) -> None:
    deployments.write(record, tmp_path)
    coded.clear()
    node.instead["eth_syncing"] = repeat(raises(RpcError("the method eth_syncing does not exist", -32601)))
    with pytest.raises(ChainGone):
        deployments.read(tmp_path, client)


# ----------------------------------------------------------- several nodes


@pytest.fixture
def crowd(chain: MemoryChain, record: Deployment, tmp_path: Path) -> Callable[..., list[MemoryNode]]:
    """Nodes with the block numbers that are given; those named as fresh know no contract. The record is of block 5."""
    deployments.write(replace(record, block_number=5, deployed_at=chain.time), tmp_path)

    def made(*heads: int, fresh: Collection[int] = ()) -> list[MemoryNode]:
        nodes = [MemoryNode(replace(chain, number=head, mined={}, pool={})) for head in heads]
        for place, node in enumerate(nodes):
            code = "0x" if place in fresh else "0x60"
            node.instead["eth_getCode"] = repeat(lambda _address, _tag, code=code: code)
            node.instead["eth_call"] = repeat(lambda transaction, _tag: named(record, transaction["data"]))
        return nodes

    return made


@pytest.mark.parametrize("fresh", [0, 1])
def test_a_deployment_is_there_if_one_node_has_it(
    fresh: int, tmp_path: Path, crowd: Callable[..., list[MemoryNode]], connected: Callable[..., Client]
) -> None:
    assert deployments.read(tmp_path, connected(*crowd(7, 7, fresh=[fresh]))).block_number == 5


def test_a_chain_is_gone_if_every_node_says_so(
    tmp_path: Path, crowd: Callable[..., list[MemoryNode]], connected: Callable[..., Client]
) -> None:
    with pytest.raises(ChainGone):
        deployments.read(tmp_path, connected(*crowd(7, 7, fresh=[0, 1])))


def test_a_node_that_ends_before_the_deployment_is_named(
    tmp_path: Path, crowd: Callable[..., list[MemoryNode]], connected: Callable[..., Client]
) -> None:
    found = "as of block 5, but node-0 ends with block 4; node-1 ends with block 3 "
    with pytest.raises(ConnectionFailed, match=found) as caught:
        deployments.read(tmp_path, connected(*crowd(4, 3, fresh=[0, 1])))
    assert "wait until it has all of the chain" in caught.value.hint


def test_nodes_that_end_before_the_deployment_or_do_not_answer_say_nothing_of_it(
    tmp_path: Path, crowd: Callable[..., list[MemoryNode]], connected: Callable[..., Client]
) -> None:
    nodes = crowd(5, 4, 5, fresh=[0, 1])
    nodes[2].down = True
    with pytest.raises(ChainGone):
        deployments.read(tmp_path, connected(*nodes))
    nodes[2].down = False
    assert deployments.read(tmp_path, connected(*nodes)).block_number == 5


def test_a_dead_node_is_not_a_gone_chain(tmp_path: Path, record: Deployment, node: MemoryNode, client: Client) -> None:
    deployments.write(record, tmp_path)
    assert client.chain_id == 7
    node.down = True
    with pytest.raises(ConnectionFailed):
        deployments.read(tmp_path, client)


@pytest.mark.usefixtures("coded")
@pytest.mark.parametrize("other", ["treasury", "token", "task_implementation"])
def test_a_record_that_names_another_contract_than_the_federation_is_told(
    other: str, tmp_path: Path, record: Deployment, node: MemoryNode, client: Client
) -> None:
    node.instead["eth_getCode"] = iter([lambda _address, _tag: "0x60"] * 100)
    deployments.write(replace(record, **{other: record.rules["MedianScore"]}), tmp_path)
    with pytest.raises(ConfigError, match=rf"7\.json names another {other} than its federation") as caught:
        deployments.read(tmp_path, client)
    assert getattr(record, other) in caught.value.message


@pytest.mark.usefixtures("coded")
def test_a_record_of_something_else_than_a_federation_is_told(
    tmp_path: Path, record: Deployment, node: MemoryNode, client: Client
) -> None:
    deployments.write(record, tmp_path)
    node.instead["eth_call"] = iter([lambda _transaction, _tag: "0x"] * 100)
    with pytest.raises(ConfigError, match=r"7\.json names a federation or a treasury that is none"):
        deployments.read(tmp_path, client)


@pytest.mark.usefixtures("coded")
def test_a_record_of_another_chain_under_this_ones_name_is_told(
    tmp_path: Path, record: Deployment, client: Client
) -> None:
    deployments.write(replace(record, chain_id=8), tmp_path).rename(tmp_path / "7.json")
    with pytest.raises(ConfigError, match=r"7\.json is the record of chain 8"):
        deployments.read(tmp_path, client)


@pytest.mark.usefixtures("coded")
def test_addresses_of_one_case_are_read_with_their_checksums(
    tmp_path: Path, record: Deployment, client: Client
) -> None:
    deployments.write(replace(record, rules={"MedianScore": A.lower()}), tmp_path)
    path = tmp_path / "7.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as some editors mark UTF-8
    assert deployments.read(tmp_path, client).rules == {"MedianScore": A}


@pytest.mark.parametrize(
    "place", ["file", "file/deeper", "/dev/null", "gone/below", pytest.param("a" * 300, id="long")]
)
def test_a_folder_that_takes_no_record_is_told_beforehand(place: str, tmp_path: Path, record: Deployment) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="cannot write a deployment record into"):
        deployments.require_writable(tmp_path / place)
    with pytest.raises(ConfigError, match="cannot write a deployment record into"):
        deployments.write(record, tmp_path / place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "gone"]


def test_a_folder_that_is_not_there_yet_takes_records_and_is_not_made(tmp_path: Path) -> None:
    deployments.require_writable(tmp_path / "new" / "deployments")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["", pytest.param("[" * 100_000, id="deep"), "[]", "{}", '{"more": 1}', "cut"])
def test_a_damaged_record_is_told(damage: str, tmp_path: Path, record: Deployment, client: Client) -> None:
    text = json.dumps(asdict(record))
    (tmp_path / "7.json").write_text(text[:40] if damage == "cut" else damage)
    with pytest.raises(ConfigError, match=r"7\.json is no deployment record"):
        deployments.read(tmp_path, client)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"federation": "0x12"}, "federation is no address: '0x12'"),
        ({"token": 5}, "token is no address: '5' is not an address"),
        ({"token": "ab" * 20}, "token is no address"),
        ({"treasury": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"}, "treasury is no address: .* has a wrong checksum"),
        ({"token": "0x" + "0" * 40}, "token is no address: the zero address belongs to no account"),
        ({"version": "\x1b[31m1"}, r"version is no text: '\\x1b\[31m1'"),
        ({"version": 1}, "version is no text: 1"),
        ({"block_hash": None}, "block_hash is no text: None"),
        ({"block_number": "one"}, "block_number is no number: 'one'"),
        ({"block_number": True}, "block_number is no number: True"),
        ({"deployed_at": -1}, "deployed_at is no number: -1"),
        ({"rules": {"MedianScore": None}}, "MedianScore is no address: 'None'"),
        ({"rules": 1}, "rules are no names and addresses: 1"),
        ({"rules": []}, r"rules are no names and addresses: \[\]"),
        ({"libraries": []}, r"libraries are no names and addresses: \[\]"),
        ({"rules": {"\x1b[31m": "0x" + "55" * 20}}, "rules are no names and addresses"),
    ],
)
def test_a_record_with_a_value_of_another_kind_is_told(
    wrong: dict[str, object], told: str, tmp_path: Path, record: Deployment, client: Client
) -> None:
    (tmp_path / "7.json").write_text(json.dumps(asdict(record) | wrong))
    with pytest.raises(ConfigError, match=rf"7\.json is no deployment record: {told}") as caught:
        deployments.read(tmp_path, client)
    assert caught.value.hint


def test_a_folder_in_the_records_place_is_told(tmp_path: Path, client: Client) -> None:
    (tmp_path / "7.json").mkdir()
    with pytest.raises(ConfigError, match=r"cannot read .*7\.json: it is a folder"):
        deployments.read(tmp_path, client)


def test_a_snapshot_is_of_the_head_and_asks_the_federation_for_its_treasury(
    chain: MemoryChain, node: MemoryNode, client: Client, record: Deployment
) -> None:
    def answer(transaction: dict[str, str], _tag: str) -> str:
        assert (transaction["to"], transaction["data"]) == (
            record.federation, Web3.to_hex(function("Federation", "treasury").selector)
        )  # fmt: skip
        return Web3.to_hex(encode(["address"], [record.treasury]))

    node.instead["eth_call"] = iter([answer])
    for _ in range(3):
        chain.mine()
    taken = deployments.snapshot(
        client,
        federation=record.federation,
        token=record.token,
        task_implementation=record.task_implementation,
        rules=record.rules,
        libraries=record.libraries,
        version="0.2.0",
    )
    head = client.head()
    assert head.number == record.block_number + 3
    assert taken == replace(
        record, block_number=head.number, block_hash=head.hash, deployed_at=head.time, version="0.2.0"
    )


@dataclass(slots=True)
class Branches:
    """A chain with a new block after each pause, some of which replace the latest blocks before."""

    chain: MemoryChain
    replacing: dict[int, int]  # how many, by pauses
    pauses: int = 0
    hashes: list[str] = field(default_factory=list)

    def block(self, tag: str, _full: bool) -> dict[str, str]:
        number = int(tag, 16) if tag.startswith("0x") else self.chain.number
        while len(self.hashes) <= number:
            self.hashes.append(f"0x{len(self.hashes)} of pause {self.pauses}")
        return {**self.chain.block(), "number": hex(number), "hash": self.hashes[number]}

    def sleep(self, _seconds: float) -> None:
        self.pauses += 1
        self.chain.mine()
        if depth := self.replacing.get(self.pauses):
            del self.hashes[-depth:]


@pytest.mark.parametrize(
    ("replacing", "number"),
    [({}, 0), ({1: 1}, 3), ({3: 2}, 0), ({3: 3}, 3), ({2: 2, 5: 2}, 6)],
    ids=["none", "the record's", "later ones", "the record's and later ones", "twice"],
)
def test_a_record_is_settled_when_its_block_is_not_replaced_while_others_follow(
    replacing: dict[int, int], number: int,
    chain: MemoryChain, node: MemoryNode, client: Client, record: Deployment,
) -> None:  # fmt: skip
    branches = Branches(chain, replacing)
    node.instead["eth_getBlockByNumber"] = repeat(branches.block)

    def take() -> Deployment:
        head = client.head()
        return replace(record, block_number=head.number, block_hash=head.hash)

    settled = deployments.settled(take, client, 3, branches.sleep)
    assert branches.hashes[settled.block_number] == settled.block_hash
    assert chain.number == settled.block_number + 3
    assert settled.block_number == number


def test_a_record_is_settled_too_where_blocks_come_with_transactions_alone(
    chain: MemoryChain, client: Client, record: Deployment
) -> None:
    def take() -> Deployment:
        return replace(record, block_number=chain.number, block_hash=client.head().hash)

    pauses: list[float] = []
    assert deployments.settled(take, client, 3, pauses.append).block_number == chain.number
    assert sum(pauses) >= 60


@pytest.mark.parametrize(("pauses", "comes_back"), [(REPLACED, True), (REPLACED + 1, False)])
def test_a_federation_that_was_dropped_is_waited_for_as_long_as_blocks_may_be_replaced(
    pauses: int, comes_back: bool, chain: MemoryChain, client: Client, record: Deployment
) -> None:
    def take() -> Deployment:
        if chain.number < pauses:
            raise ChainGone("no such contract answers at this address")
        return replace(record, block_number=chain.number, block_hash=client.head().hash)

    def settle() -> Deployment:
        return deployments.settled(take, client, 0, lambda _: chain.mine())

    if comes_back:
        assert settle().block_number == pauses
    else:
        with pytest.raises(ChainGone):
            settle()
