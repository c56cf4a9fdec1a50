"""Answers of a node, shared by all browsers that look at the page.

The latest block is asked for at most twice a second. What a contract says is asked once a block, what cannot change
once: code, receipts and blocks 64 blocks deep, and what was set for good.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from folkmoot.chain import Block, Client
from folkmoot.chain.answers import natural, text
from folkmoot.chain.events.logs import REPLACED
from folkmoot.chain.questions import Question
from folkmoot.errors import ConnectionFailed, FolkmootError
from folkmoot.page.asking import (
    AWAY,
    REFUSED,
    Asked,
    ChainId,
    Code,
    Fault,
    Header,
    HeadNumber,
    Logs,
    ReceiptOf,
    View,
    selector,
)
from folkmoot.page.shelf import Look, Shelf
from folkmoot.page.subject import HEADER, RECEIPT, Answer, Subject, as_json, part

FRESH_S = 0.5  # for which the latest block is the latest
HOLDS_S = 5.0  # for which an answer of the same block holds: some nodes let time go on without a block
MOST_KEPT = 20_000  # answers that do not change

_FOR_GOOD = {
    *(selector("Federation", "treasury"), selector("Treasury", "token")),
    *(selector("IERC20Metadata", "symbol"), selector("IERC20Metadata", "decimals"), selector("MedianScore", "metric")),
}


class LiveSource:
    """Asks a chain by `client`; `shelf` has one of its own, so that a long search holds up nothing else.

    `check` raises a `FolkmootError` where the chain is not the federation's; it is asked until it does not. `verdict`
    gives what the last audit said, `hide` a text without what is secret of URLs. `clock` is in seconds.
    """

    def __init__(
        self,
        subject: Subject,
        client: Client,
        shelf: Shelf,
        *,
        verdict: Callable[[], Mapping[str, Any]],
        check: Callable[[], object] = lambda: None,
        hide: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._subject, self._client, self._shelf = subject, client, shelf
        self._verdict, self._check, self._hide, self._clock = verdict, check, hide, clock
        self._lock = Lock()
        self._is_checked = False
        self._head: tuple[Look, str] | FolkmootError = ConnectionFailed("no node was asked yet")
        self._last: Block | None = None
        self._serial = 0
        self._looked = self._began = float("-inf")
        self._now: dict[Asked, str] = {}  # answers of the latest block
        self._kept: dict[Asked, str] = {}  # answers that do not change

    def settings(self) -> Mapping[str, Any]:
        """As `Source.settings`."""
        return self._subject.settings()

    def audit(self) -> Mapping[str, Any]:
        """As `Source.audit`."""
        return self._verdict()

    def answer(self, asked: Sequence[Asked]) -> list[Answer]:
        """As `Source.answer`. Where no node answers, that is the answer to all of them."""
        try:
            with self._lock:
                look, _ = self._latest()
            found = dict(self._by_logs(dict.fromkeys(asked), look))
            with self._lock:
                found |= self._by_node([one for one in dict.fromkeys(asked) if one not in found])
        except FolkmootError as error:
            return [self._fault(error)] * len(asked)
        return [found[one] for one in asked]

    def _by_logs(self, asked: Iterable[Asked], look: Look) -> Iterable[tuple[Asked, Answer]]:
        """What the logs answer, and what is of no contract that they tell."""
        for one in asked:
            named = one.contracts if isinstance(one, Logs) else (one.contract,) if isinstance(one, View | Code) else ()
            if foreign := [contract for contract in named if not self._is_own(contract, look)]:
                yield one, Fault(REFUSED, f"{foreign[0]} is no contract of the federation: this page shows no other")
            elif isinstance(one, Logs):
                last = look.head.number if one.last is None else one.last
                # A node that is ahead may have told of more: what is there must not seem to be nothing.
                behind = Fault(AWAY, f"no node that answers has block {last} yet")
                found = self._shelf.find(one.contracts, one.first, last, look) if last <= look.head.number else behind
                yield one, found

    def _is_own(self, contract: str, look: Look) -> bool:
        return contract in self._subject.contracts or self._shelf.has(contract, look)

    # ---------------------------------------------------------------- the node

    def _latest(self) -> tuple[Look, str]:
        """The latest block, and what the page gets of it. A moment ago will do, and so will a failure then."""
        if self._clock() - self._looked >= FRESH_S:
            try:
                self._head = self._asked_latest()
            except FolkmootError as error:
                self._head = error
            self._looked = self._clock()
        if isinstance(self._head, FolkmootError):
            raise self._head
        return self._head

    def _asked_latest(self) -> tuple[Look, str]:
        if not self._is_checked:
            self._check()
            self._is_checked = True
        now = self._clock()
        (told,) = self._client.ask_many([_LATEST])
        if isinstance(told, FolkmootError):
            raise told
        head: Block = told[0]
        if head != self._last or now - self._began >= HOLDS_S:
            self._now.clear()
            self._began = now
        if self._last and head.number < self._last.number - REPLACED:
            self._kept.clear()  # the chain was set back
        self._last, self._serial = head, self._serial + 1
        return Look(self._serial, head), as_json(told[1])

    def _by_node(self, asked: Sequence[Asked]) -> dict[Asked, Answer]:
        (_, head), header = self._latest()
        answers: dict[Asked, Answer] = {}
        lacking: list[Asked] = []
        for one in asked:
            known = self._known(one, head, header)
            if known is None:
                lacking.append(one)
            else:
                answers[one] = known
        for one, told in zip(lacking, self._client.ask_many([_question(one) for one in lacking]), strict=True):
            answers[one] = self._fault(told) if isinstance(told, FolkmootError) else self._keep(one, told, head)
        return answers

    def _known(self, one: Asked, head: Block, header: str) -> str | None:
        match one:
            case ChainId():
                return as_json(hex(self._client.chain_id))
            case HeadNumber():
                return as_json(hex(head.number))
            case Header(number=None):
                return header
        return self._kept.get(one) or self._now.get(one)

    def _keep(self, one: Asked, told: Any, head: Block) -> str:
        answer = as_json(told)
        if told is None:
            return answer
        match one:
            case View(data=data):
                is_final = data in _FOR_GOOD
            case Code():
                is_final = told != "0x"
            case Header() | ReceiptOf():
                number = told["number"] if isinstance(one, Header) else told["blockNumber"]
                is_final = natural(number) <= head.number - REPLACED
            case _:
                is_final = False
        if is_final and len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        (self._kept if is_final else self._now)[one] = answer
        return answer

    def _fault(self, error: FolkmootError) -> Fault:
        return Fault(AWAY if isinstance(error, ConnectionFailed) else REFUSED, self._hide(error.message))


def _header(answer: Any) -> Any:
    return answer and {**part(answer, HEADER), "number": hex(natural(answer["number"]))}


def _receipt(answer: Any) -> Any:
    """Nothing of a transaction that is in no block yet."""
    if answer is None or answer["blockNumber"] is None:
        return None
    return {**part(answer, RECEIPT), "blockNumber": hex(natural(answer["blockNumber"]))}


_LATEST = Question("eth_getBlockByNumber", ("latest", False), lambda answer: (Block.of(answer), _header(answer)))


def _question(one: Asked) -> Question:
    match one:
        case Header(number=int(number)):
            return Question("eth_getBlockByNumber", (hex(number), False), _header)
        case ReceiptOf(transaction=transaction):
            return Question("eth_getTransactionReceipt", (transaction,), _receipt)
        case View(contract=contract, data=data):
            return Question("eth_call", ({"to": contract, "data": data}, "latest"), text)
        case Code(contract=contract):
            return Question("eth_getCode", (contract, "latest"), text)
    return Question("web3_clientVersion", (), text)
