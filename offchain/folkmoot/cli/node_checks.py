"""What the doctor looks for at the nodes, one by one, and at the chain that they tell of."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from folkmoot.chain import Client, questions
from folkmoot.chain.connection import shown
from folkmoot.chain.finality import finality
from folkmoot.chain.log_search import MAX_SPAN
from folkmoot.chain.nodes import MAX_LAG, SILENCE
from folkmoot.chain.rpc_errors import LogsLimited
from folkmoot.chain.side_by_side import side_by_side
from folkmoot.cli.examination import Finding, doubt, fine
from folkmoot.cli.output import duration
from folkmoot.cli.session import Session
from folkmoot.cli.standstill import standing
from folkmoot.errors import ChainError, ConnectionFailed
from folkmoot.plurals import counted

SKEW = 60  # seconds that clocks may differ without a warning
LOOKS = 5  # a second apart, at nodes of which one is behind, until another has a new block
_CATCHING_UP = "see that it runs and has peers; meanwhile workers ask the others"


class Sight(NamedTuple):
    """A node's chain, by its id and first block, and its latest block; or why it does not answer."""

    url: str
    chain: str = ""
    head: int = -1
    fault: str = ""


def nodes(session: Session) -> Finding:
    """Nodes answer, all are on one chain, and none is behind."""
    seen = look(session.config.rpc)
    silent, answering = [one.fault for one in seen if one.fault], [one for one in seen if not one.fault]
    if not answering:
        raise ConnectionFailed(f"{SILENCE}{'; '.join(silent)}", "start one, or correct `rpc`")
    if len({one.chain for one in answering}) > 1:
        found = ", ".join(f"{one.url}: {one.chain}" for one in answering)
        raise ChainError(f"the nodes are on different chains ({found})", "list nodes of one chain only")
    slow = list(behind(answering, lambda: [one for one in look(session.config.rpc) if not one.fault]))
    if silent:
        said = "; ".join([f"no answer from {'; '.join(silent)}", *slow])
        return doubt(said, "start these nodes, or leave them out")
    if slow:
        return doubt("; ".join(slow), _CATCHING_UP)
    return fine(f"chain {session.client.chain_id}, block {max(one.head for one in seen)}")


def look(urls: Sequence[str]) -> list[Sight]:
    """Every node, all at the same time."""
    jobs = [partial(_seen, url) for url in urls]
    return [found for found in side_by_side(jobs, lambda _: False, 0) if found]


def _seen(url: str) -> Sight:
    try:
        with Client([url]) as client:
            first = client.block(0).hash
            return Sight(shown(url), f"{client.chain_id} begun with {first[:10]}…", client.head().number)
    except ConnectionFailed as error:
        return Sight(shown(url), fault=error.message.removeprefix(SILENCE))


def behind(
    seen: Sequence[Sight], again: Callable[[], Sequence[Sight]], sleep: Callable[[float], None] = time.sleep
) -> Iterator[str]:
    """Which nodes lack blocks that another has, in words, and of these which stand; `again` looks at them again."""
    newest, before = max(one.head for one in seen), {one.url: one.head for one in seen}
    if newest - min(before.values()) <= MAX_LAG:
        return
    for _ in range(LOOKS):
        sleep(1)
        seen = again() or seen
        if max(one.head for one in seen) > newest:
            break
    now = max(one.head for one in seen)
    for one in seen:
        lag = now - one.head
        if lag > MAX_LAG:
            has_moved = now == newest or one.head != before.get(one.url)
            said = f"is {counted(lag, 'block')} behind"
            yield f"{one.url} {said}" if has_moved else f"{one.url} stands at block {one.head} and {said}"


def ends(session: Session) -> Finding:
    """How soon what a command says is done cannot be undone."""
    return fine(str(finality(session.client)))


def clock(session: Session) -> Finding:
    """The chain goes on, and its time is this machine's."""
    head, now = session.client.look()
    ahead = now - int(time.time())
    if standing(session.client, head):
        age = duration(int(time.time()) - head.time)
        said = f"the chain stands: its latest block is {age} old, and they came by themselves before"
        return doubt(said, "tell its operators; workers wait, and go on when it does")
    if ahead > SKEW:
        return doubt(f"the chain is {duration(ahead)} ahead of this machine's clock", "set the clock by NTP")
    if ahead < -SKEW:
        hint = "if the chain is not just idle, tell its operators; check this machine's clock, too"
        return doubt(f"the latest block is {duration(-ahead)} old", hint)
    return fine("the chain's time is this machine's")


def logs(session: Session) -> Finding:
    """Nodes search as many blocks at once as workers ask for."""
    found = [fault for url in session.config.rpc if (fault := _log_fault(url, session))]
    if not found:
        return fine("the nodes search all blocks that workers ask for at once")
    return doubt("; ".join(found), "let it search more blocks at once; Besu: --rpc-max-logs-range=0")


def _log_fault(url: str, session: Session) -> str:
    """Why searches take longer at a node, in words; "" if they do not, or it does not answer at all."""
    with Client([url]) as client:
        try:
            last = client.head().number
        except ConnectionFailed:
            return ""
        try:
            asked = max(1, min(MAX_SPAN, last - session.record.first_block + 1))
            span = _searched(client, session.record.federation, asked, last)
        except ConnectionFailed as error:
            return f"{shown(url)} answers no logs: {error.message.removeprefix(SILENCE)}"
    most = f"{shown(url)} answers logs in ranges of {counted(span, 'block')} at most: searches take longer"
    return most if span < asked else ""


def _searched(client: Client, contract: str, most: int, last: int) -> int:
    """How many of the latest blocks a node searches at once, up to `most`."""

    def refuses(span: int) -> bool:
        ((_, (answer,)),) = client.ask_each(questions.logs([contract], last - span + 1, last))
        return isinstance(answer, LogsLimited)

    if not refuses(most):
        return most
    return bisect_left(range(1, most), True, key=refuses)
