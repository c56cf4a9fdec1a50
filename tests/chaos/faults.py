"""The faults: each begins when its context is entered, and is over when it is left."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from random import Random

from folkmoot.testing import rpc_faults as rpc
from folkmoot.testing.rpc_proxy import RpcProxy
from tests.chaos import chain_faults, process_faults, server_faults, store_faults
from tests.chaos.besieged import WINDOW_S, Besieged
from tests.chaos.plan import Group, Stroke

Fault = Callable[[Besieged, Stroke], AbstractContextManager[None]]

SENDING = {"eth_sendRawTransaction", "eth_estimateGas"}
HTML = b"<html><head><title>502 Bad Gateway</title></head></html>"
ERRORS: Mapping[str, tuple[int, str]] = {
    "geth: header not found": (-32000, "header not found"),
    "geth: missing trie node": (-32000, "missing trie node 7f3a (path ) state 0x7f3a is not available"),
    "geth: timed out": (-32002, "request timed out"),
    "besu: internal error": (-32603, "Internal error"),
    "besu: block not found": (-32000, "Block not found"),
    "besu: pool not enabled": (
        -32002,
        "Transaction pool not enabled. (Either txpool explicitly disabled, or node not yet in sync).",
    ),
    "erigon: block not found": (-32000, "block not found: 7"),
    "erigon: no state": (-32000, "state not available for block 7"),
    "nethermind: no state": (-32002, "No state available for block 7 (0x7f3a)"),
    "nethermind: limit": (-32016, "Timeout"),
    "infura: rate": (-32005, "daily request count exceeded, request rate limited"),
    "alchemy: rate": (429, "Your app has exceeded its compute units per second capacity."),
}
REFUSALS: Mapping[str, tuple[int, str]] = {  # of transactions, for reasons that do not hold
    "geth: insufficient funds": (-32000, "insufficient funds for gas * price + value: balance 0, tx cost 1"),
    "geth: nonce too low": (-32000, "nonce too low: next nonce 9, tx nonce 8"),
    "geth: already known": (-32000, "already known"),
    "geth: underpriced": (-32000, "transaction underpriced: gas tip cap 0, minimum needed 1"),
    "geth: reverted": (3, "execution reverted"),
    "besu: not authorized": (-32007, "Sender account not authorized to send transactions"),
    "besu: upfront cost": (-32004, "Upfront cost exceeds account balance"),
    "erigon: intrinsic gas": (-32000, "intrinsic gas too low"),
    "nethermind: nonce used": (-32010, "OldNonce, Current nonce: 9, nonce of rejected tx: 8"),
}
LOG_LIMITS: Mapping[str, tuple[int, int, str]] = {
    "besu: log range": (2, -32005, "Requested range exceeds maximum RPC range limit"),
    "infura: log range": (3, -32005, "query returned more than 10000 results"),
    "alchemy: log range": (
        1,
        -32600,
        "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range.",
    ),
}


def _rules(random: Random) -> Mapping[str, Callable[[], rpc.Rule]]:
    often = partial(rpc.sometimes, share=random.choice([0.3, 0.6, 1.0]), random=random)
    plain: Mapping[str, rpc.Rule] = {
        "refuse": rpc.refuse,
        "cut": rpc.cut,
        "truncate": rpc.truncate,
        "html": rpc.say(200, HTML),
        "bad gateway": rpc.say(502, HTML),
        "too many requests": rpc.say(429, b"slow down"),
        "unauthorized": rpc.say(401, b"{}"),
        "slow": rpc.slow(random.uniform(0.2, 2.0)),
        "lag": rpc.lag(random.randint(1, 4)),
        "freeze": rpc.freeze(),
        "reorder": rpc.reorder,
        "drop": rpc.drop,
        "null": rpc.answer(None),
        "wrong type": rpc.answer(random.choice([17, True, "0xzz", "", [], {}, {"number": 5}, "latest", [[]]])),
        "batch refused": rpc.refuse_all(-32600, "batch requests are not supported"),
        "batch limited": rpc.refuse_all(-32005, "too many requests"),
        "other chain": rpc.answer("0x539", {"eth_chainId"}),
    }
    made = {name: partial(_often_or_always, often, rule, name) for name, rule in plain.items()}
    made |= {name: partial(often, rpc.fail(*error)) for name, error in ERRORS.items()}
    made |= {name: partial(often, rpc.fail(*error, SENDING)) for name, error in REFUSALS.items()}
    return made | {name: partial(rpc.limit_logs, *limit) for name, limit in LOG_LIMITS.items()}


def _often_or_always(often: Callable[[rpc.Rule], rpc.Rule], rule: rpc.Rule, name: str) -> rpc.Rule:
    """A node that stands or is on another chain is so for each request."""
    return rule if name in {"freeze", "other chain", "slow"} else often(rule)


RULES = tuple(_rules(Random(0)))


@contextmanager
def by_rule(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    random = Random(stroke.seed)
    rule = _rules(random)[stroke.kind]()
    hit = _hit(siege, stroke)
    for proxy in hit:
        proxy.rules = (*proxy.rules, rule)
    yield
    for proxy in hit:
        proxy.rules = tuple(other for other in proxy.rules if other is not rule)


@contextmanager
def nobody_listens(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    hit = _hit(siege, stroke)
    for proxy in hit:
        proxy.stop()
    yield
    for proxy in hit:
        proxy.start()


def _hit(siege: Besieged, stroke: Stroke) -> list[RpcProxy]:
    nodes = siege.proxies[stroke.victim]
    return nodes if stroke.both else [nodes[stroke.seed % len(nodes)]]


FAULTS: Mapping[str, Fault] = {
    **dict.fromkeys(RULES, by_rule),
    "nobody listens": nobody_listens,
    "kill": process_faults.killed,
    "be absent": process_faults.absent,
    "kill all": process_faults.all_killed,
    "stop": process_faults.stopped,
    "journal read-only": process_faults.journal_read_only,
    "journal damaged": process_faults.journal_damaged,
    "second worker": process_faults.second_worker,
    "twin": process_faults.twin,
    "clock skew": process_faults.clock_skewed,
    "halt": chain_faults.halted,
    "reorganise": chain_faults.reorganised,
    "lose": chain_faults.lost,
    "hostile calls": chain_faults.hostile_calls,
    "store away": store_faults.away,
    "store not mounted": store_faults.not_mounted,
    "store no folder": store_faults.no_folder,
    "store full": store_faults.full,
    "store poisoned": store_faults.poisoned,
    "store deletes": store_faults.deleted,
    "server dies": server_faults.dead,
    "server hangs": server_faults.hanging,
    "server cuts": server_faults.cutting,
    "server slow": server_faults.slow,
}

GROUPS: Mapping[str, Group] = {
    "node": Group(6, 0.5, 6, (*RULES, "nobody listens")),
    "process": Group(4, 0.1, 2, ("kill",) * 6 + ("stop", "clock skew")),
    "journal": Group(0.7, 0.5, 8, ("journal read-only", "second worker")),
    "everybody": Group(0.1, 0.1, 2, ("kill all",), has_victim=False),
    "chain": Group(0.7, 0.5, 4, ("halt", "reorganise", "lose"), has_victim=False),
    "caller": Group(0.4, 5, 20, ("hostile calls",), has_victim=False),
}
LONG: Mapping[str, Group] = {
    "damage": Group(0.1, 0.1, 1, ("journal damaged",)),
    "twin": Group(0.1, 1, 10, ("twin",)),
    "absence": Group(0.03, 1.1 * WINDOW_S, 1.4 * WINDOW_S, ("be absent",)),
}
"""For runs in which there is time to wait until the windows of those pass who cannot act."""
FOLDER: Mapping[str, Group] = {
    "store": Group(1.5, 0.5, 5, ("store away", "store not mounted", "store no folder")),
    "blobs": Group(0.7, 1, 6, ("store full", "store poisoned", "store deletes"), has_victim=False),
}
SERVER: Mapping[str, Group] = {
    "server": Group(1.5, 0.5, 5, ("server dies", "server hangs", "server cuts", "server slow"), has_victim=False)
}


def groups(store: str, *, is_long: bool) -> Mapping[str, Group]:
    """The groups of faults that reach a federation with this kind of store."""
    return {**GROUPS, **(LONG if is_long else {}), **(FOLDER if store == "folder" else SERVER)}
