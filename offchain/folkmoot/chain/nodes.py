"""Several nodes of one chain, of which one that is well is asked.

A node is well if it answers, well-formed and on the chain of the first that answered, and its head is not behind those
of others that answer. What passes (a time-out, a limit, a block that a node does not have yet) is tried with the next
node, and again after a pause; what a contract or a node refuses for good is an answer.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from folkmoot.chain.answers import natural, text
from folkmoot.chain.connection import Connection, shown
from folkmoot.chain.node import NEVER, REST_S, Node
from folkmoot.chain.questions import HEAD, Question
from folkmoot.chain.rpc_errors import AlreadyKnown, Fault, NoAnswer, is_final
from folkmoot.chain.side_by_side import side_by_side
from folkmoot.chain.watching import UNWATCHED, ChainWatch, watched
from folkmoot.errors import ChainError, ConnectionFailed, NonceTaken

log = logging.getLogger(__name__)

Connect = Callable[[str], Connection]

SILENCE = "no node answers: "
OTHER = "it is on"  # another chain
_OTHER_CHAIN = "give URLs of nodes of one chain; a local chain that was started anew needs a new deployment"
MAX_LAG = 2  # blocks that a node may be behind another: they get them one after the other
LOOK_AROUND_S = 5.0  # between two comparisons of all nodes
CALM_S = 30.0  # the same while all answer and the blocks of the one that is asked come as they should
BATCH = 100  # requests that are sent as one, where many are asked
PROBE_S = 2.0  # until a node has to answer that did not, that is only compared, or that others need not wait for
PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)  # between attempts at one request
PATIENCE_S = 2.0  # for all attempts together


@dataclass(slots=True)
class Nodes:
    """The nodes at some URLs, of which those are preferred that are named first. `clock` and `sleep` are in seconds.

    `connect` makes the connection to one of them, `probe` the same with a time-out of `PROBE_S`.
    """

    urls: Sequence[str]
    connect: Connect
    probe: Connect
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    watch: ChainWatch = UNWATCHED
    chain_id: int | None = None  # of the first that answered
    first: str | None = None  # the hash of that chain's first block
    _nodes: list[Node] = field(init=False)
    is_calm: Callable[[], bool] = lambda: False  # whether blocks come as they should
    _looked: float = float("-inf")

    def __post_init__(self) -> None:
        self._nodes = [Node(shown(url), *self._lines(url)) for url in self.urls]

    def _lines(self, url: str) -> tuple[Connection, Connection]:
        usual, brief = (watched(shown(url), connect(url), self.watch) for connect in (self.connect, self.probe))
        return usual, brief

    def ask(self, *questions: Question) -> list[Any]:
        """The answers to some questions, all by one node: values, or `ChainError`s for refusals.

        Raises `ConnectionFailed` when no node answers all of them.
        """
        started = self.clock()
        for pause in PAUSES_S:
            if (answers := self._once(questions, self._up_to_date())) is not None:
                return answers
            if self.clock() - started + pause > PATIENCE_S:
                break
            self.sleep(pause)
        behind = [node for node in self._nodes if self._is_behind(node)]
        if (answers := self._once(questions, behind)) is not None:  # better than nothing
            return answers
        raise self._silence()

    def identity(self) -> tuple[int, str]:
        """The chain's id and the hash of its first block. Raises `ChainError` where none is told."""
        if self.chain_id is None or self.first is None:
            (answer,) = self.ask(self.whose)
            if isinstance(answer, ChainError):
                raise answer
        return cast("int", self.chain_id), cast("str", self.first)

    def each(self, *questions: Question) -> list[tuple[str, list[Any]]]:
        """What each of those nodes answers that do, beside its URL. Raises `ConnectionFailed` when none does."""
        asked = [(node.url, self._asked(node, questions)) for node in self._in_order()]
        answers = [(url, found) for url, found in asked if found is not None]
        if not answers:
            raise self._silence()
        return answers

    def tell(self, question: Question) -> None:
        """Hand the same to every node that is well: the others may get it late. One that takes it is enough.

        One that gave no answer to such a thing is left out for a minute while others answer. Raises `ConnectionFailed`
        when none answers, or a node's refusal when none takes it.
        """
        nodes, now = self._in_order(), self.clock()
        well = [one for one in nodes if not (one.rests or self._is_behind(one) or now - one.deaf_at < REST_S)]
        answers = self._told(well, question) or self._told([one for one in nodes if one not in well], question)
        if not answers:
            raise self._silence()
        if not any(map(_is_taken, answers)):
            raise next((one for one in answers if isinstance(one, NonceTaken)), answers[0])

    def _told(self, nodes: Sequence[Node], question: Question) -> list[Any]:
        """What those answer that do. All are told at once: one that hangs does not keep it from the others."""
        jobs = [partial(self._asked, node, [question]) for node in nodes]
        found = side_by_side(jobs, lambda answer: answer is not None and _is_taken(answer[0]), PROBE_S)
        for node, answer in zip(nodes, found, strict=True):
            node.deaf_at = self.clock() if answer is None else NEVER
        return [answer[0] for answer in found if answer is not None]

    @property
    def whose(self) -> Question:
        """Which chain a node is on: an answer counts only on that of the first that answered."""
        return Question("eth_chainId", (), self._checked)

    def _checked(self, answer: Any) -> int:
        found = natural(answer)
        self.chain_id = found if self.chain_id is None else self.chain_id
        if found != self.chain_id:
            raise NoAnswer(f"{OTHER} chain {found}, not {self.chain_id}", Fault.OTHER_CHAIN)
        return found

    def _begun(self, first: Any) -> str:
        """Local chains share their ids, but not their first blocks."""
        found = text(first["hash"])
        self.first = found if self.first is None else self.first
        if found != self.first:
            raise NoAnswer(f"{OTHER} another chain of the id {self.chain_id}", Fault.OTHER_CHAIN)
        return found

    def _up_to_date(self) -> list[Node]:
        return [node for node in self._in_order() if not self._is_behind(node)]

    def _once(self, questions: Sequence[Question], nodes: Sequence[Node]) -> list[Any] | None:
        refused: list[Any] | None = None
        for node in nodes:
            answers = self._asked(node, questions)
            if answers is None:
                continue
            if all(is_final(answer) for answer in answers):
                return answers
            refused = refused or answers  # for reasons that another node may not have
        return refused

    def _asked(self, node: Node, questions: Sequence[Question]) -> list[Any] | None:
        """After a fault it has little time, but for the one that answered last: nobody may be better."""
        try:
            answers = self._checked_first(node, questions, briefly=bool(node.fault) and node is not self._last)
        except NoAnswer as fault:
            self._failed(node, fault)
            return None
        node.answered(self.clock())
        return answers

    def _failed(self, node: Node, fault: NoAnswer) -> None:
        node.failed(str(fault), self.clock())
        self.watch.failed(node.url, fault.kind)

    def _checked_first(self, node: Node, questions: Sequence[Question], *, briefly: bool) -> list[Any]:
        if not node.is_checked:
            begun = Question("eth_getBlockByNumber", ("earliest", False), self._begun)
            node.ask([self.whose, begun], briefly=briefly)
            node.is_checked = True
        return node.ask(questions, briefly=briefly)

    # ------------------------------------------------------------ which node

    def _in_order(self) -> list[Node]:
        """Those that are well as they are named, then the others: the one that answered last is the first of them."""
        pause = CALM_S if self.is_calm() and not any(node.fault for node in self._nodes) else LOOK_AROUND_S
        if len(self._nodes) > 1 and self.clock() - self._looked >= pause:
            self._compare()
            self._looked = self.clock()
        return sorted(
            self._nodes, key=lambda one: (one.rests, self._is_behind(one), -one.answered_at if one.rests else 0.0)
        )

    @property
    def _last(self) -> Node:
        return max(self._nodes, key=lambda node: node.answered_at)

    def _compare(self) -> None:
        """Ask each node for its head, and of those that did not answer lately one that had its rest."""
        preferred, now = self._well(), self.clock()
        rested = [node for node in self._nodes if node.rests and now - node.asked_at >= node.rest]
        for node in [*(one for one in self._nodes if not one.fault), *rested[:1]]:
            self._probe(node)
        if (well := self._well()) and well != preferred:
            log.info("%s is asked from now on, at block %d", well[0].url, well[0].head)

    def _probe(self, node: Node) -> None:
        try:
            (node.head,) = self._checked_first(node, [HEAD], briefly=True)
        except NoAnswer as fault:
            self._failed(node, fault)
        else:
            node.is_back = bool(node.fault)

    def _well(self) -> list[Node]:
        return [node for node in self._nodes if not node.fault and not self._is_behind(node)][:1]

    def _is_behind(self, node: Node) -> bool:
        return node.head + MAX_LAG < max((other.head for other in self._nodes if not other.is_lost), default=0)

    def _silence(self) -> ConnectionFailed:
        faults = "; ".join(f"{node.url}: {node.fault}" for node in self._nodes)
        is_other = any(node.fault.startswith(OTHER) for node in self._nodes)
        hint = _OTHER_CHAIN if is_other else "start the node, or give the URL of one that runs"
        return ConnectionFailed(f"{SILENCE}{faults}", hint)


def _is_taken(answer: Any) -> bool:
    return not isinstance(answer, ChainError) or isinstance(answer, AlreadyKnown)
