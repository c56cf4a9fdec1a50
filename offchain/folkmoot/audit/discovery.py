"""What stands where, found on the chain alone: for who has a node's URL, and no deployment record."""

from collections.abc import Iterable
from dataclasses import replace

from folkmoot.chain import Client, Deployment, FederationContract, TreasuryContract, fetch_events
from folkmoot.chain.bytecode import difference
from folkmoot.chain.compiled import packaged, packaged_names
from folkmoot.chain.events.event import Origin
from folkmoot.chain.events.federation import MinBlocksChanged, TaskProposed
from folkmoot.errors import ChainError, ConfigError, ConnectionFailed
from folkmoot.rule_settings import KNOWN_RULES

_ADDRESS = 20  # bytes


def discovered(client: Client, federation: str | None = None) -> Deployment:
    """A record of the federation at an address, or of the only one on the chain, made of what the chain tells.

    Raises `ConfigError` if there is none, or are several, and `ConnectionFailed`.
    """
    founded = (event.origin for event in fetch_events(client, (), from_block=0, kinds=(MinBlocksChanged,)))
    found = {origin.contract: origin for origin in reversed([*filter(None, founded)])}
    listed = ", ".join(found) or "none"
    if federation is None and len(found) == 1:
        (federation,) = found
    if federation is None:
        raise ConfigError(f"there are {len(found)} federations on this chain", f"name one by --federation: {listed}")
    if federation not in found:
        raise ConfigError(f"no federation stands at {federation}", f"those on this chain: {listed}")
    return _recorded(client, found[federation])


def rule_names(client: Client, record: Deployment, proposals: Iterable[TaskProposed]) -> dict[str, str]:
    """By the addresses of the tasks' rules: which one of this build stands there, by its code. Others are left out."""
    rules = (p.parameters for p in proposals)
    addresses = dict.fromkeys(a for p in rules for a in (p.score_rule, p.election_rule, p.reward_rule))
    named = ((address, _named(client.code(address), address, record)) for address in addresses)
    return {address: name for address, name in named if name}


def _named(code: bytes, address: str, record: Deployment) -> str:
    for name in sorted(KNOWN_RULES & {*packaged_names()}):
        found = difference(code, name, address, record, packaged(name))
        if found is None or found[1]:
            return name
    return ""


def _recorded(client: Client, origin: Origin) -> Deployment:
    federation = FederationContract(client, origin.contract)
    try:
        treasury, task = federation.treasury(), federation.task_implementation()
        token = TreasuryContract(client, treasury).token()
    except ConnectionFailed:
        raise
    except ChainError as error:
        raise ConfigError(f"what stands at {origin.contract} is no federation: {error.message}") from error
    block = client.block(origin.block)
    record = Deployment(
        chain_id=client.chain_id,
        block_number=block.number,
        block_hash=block.hash,
        federation=origin.contract,
        treasury=treasury,
        token=token,
        task_implementation=task,
        rules={},
        libraries=_libraries(client.code(task)),
        deployed_at=block.time,
        version="",
    )
    proposals = fetch_events(client, [record.federation], from_block=record.first_block, kinds=(TaskProposed,))
    named = rule_names(client, record, (event for event in proposals if isinstance(event, TaskProposed)))
    return replace(record, rules={name: address for address, name in named.items()})


def _libraries(code: bytes) -> dict[str, str]:
    """By their names: the addresses that the code of tasks calls where this build has its libraries."""
    expected = packaged("Task")
    places = {name: [place - expected.start for place in found] for name, found in expected.links.items()}
    return {
        name: f"0x{code[found[-1] : found[-1] + _ADDRESS].hex()}" for name, found in places.items() if found[-1] >= 0
    }
