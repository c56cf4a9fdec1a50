"""Several nodes of one chain, of which one that is well is asked.

A node is well if it answers, well-formed and on the chain of the first that answered, and its head is not behind the
others'. What passes (a time-out, a limit, a block that a node does not have yet) is tried with the next node, and again
after a pause; what a contract or a node refuses for good is an answer.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from folkmoot.chain.answers import natural, text
from folkmoot.chain.connection import Connection, why
from folkmoot.chain.questions import Question
from folkmoot.chain.rpc_errors import AlreadyKnown, NoAnswer, is_final, passes, refusal
from folkmoot.errors import ChainError, ConnectionFailed, NonceTaken

log = logging.getLogger(__name__)

Connect = Callable[[str], Connection]

SILENCE = "no node answers: "
SLIPS = 2  # in a row, until it is logged that a node does not answer
MAX_LAG = 2  # blocks that a node may be behind another: they get them one after the other
LOOK_AROUND_S = 5.0  # between two comparisons of all nodes
REST_S = 60.0  # at most until a node that did not answer is asked again while others do
PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)  # between attempts at one request
PATIENCE_S = 2.0  # for all attempts together


@dataclass(slots=True)
class Node:
    """One node, and how it is."""

    url: str
    connection: Connection
    fault: str = ""  # why it did not answer when it was asked last
    slips: int = 0  # requests without an answer, one after the other
    is_told: bool = False  # in the log, that it does not answer
    head: int = 0
    is_checked: bool = False  # whether it is on the chain, since it last began to answer
    takes_batches: bool = True
    rest: float = LOOK_AROUND_S
    asked_at: float = float("-inf")

    def ask(self, questions: Sequence[Question]) -> list[Any]:
        """What it answers to each question: a value, or a `ChainError` for a refusal. Raises `NoAnswer`."""
        try:
            if len(questions) > 1 and self.takes_batches:
                answers = self.connection.make_batch_request([(q.method, q.params) for q in questions])
                if isinstance(answers, list) and len(answers) == len(questions) and all(map(_is_answer, answers)):
                    return [_read(*pair) for pair in zip(questions, answers, strict=True)]
                if isinstance(answers, dict) and answers.get("error"):
                    self.takes_batches = passes(answers["error"])
            return [_read(q, self.connection.make_request(q.method, q.params)) for q in questions]
        except (OSError, ValueError) as error:
            raise NoAnswer(why(error)) from error


@dataclass(slots=True)
class Nodes:
    """The nodes at some URLs, of which those are preferred that are named first. `clock` and `sleep` are in seconds."""

    urls: Sequence[str]
    connect: Connect
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    chain_id: int | None = None  # of the first that answered
    first: str | None = None  # the hash of that chain's first block
    _nodes: list[Node] = field(init=False)
    _looked: float = float("-inf")

    def __post_init__(self) -> None:
        self._nodes = [Node(url, self.connect(url)) for url in self.urls]

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

    def tell(self, question: Question) -> None:
        """Hand the same to every node that is well: the others may get it late. One that takes it is enough.

        Raises `ConnectionFailed` when none answers, or a node's refusal when none takes it.
        """
        answers: list[Any] = []
        for node in self._in_order():
            if answers and (node.fault or self._is_behind(node)):
                continue
            answers += self._asked(node, [question]) or []
        if not answers:
            raise self._silence()
        refusals = [answer for answer in answers if isinstance(answer, ChainError)]
        if len(refusals) == len(answers) and not any(isinstance(one, AlreadyKnown) for one in refusals):
            raise next((one for one in refusals if isinstance(one, NonceTaken)), refusals[0])

    @property
    def whose(self) -> Question:
        """Which chain a node is on: an answer counts only on that of the first that answered."""
        return Question("eth_chainId", (), self._checked)

    def _checked(self, answer: Any) -> int:
        found = natural(answer)
        self.chain_id = found if self.chain_id is None else self.chain_id
        if found != self.chain_id:
            raise NoAnswer(f"it is on chain {found}, not {self.chain_id}")
        return found

    def _begun(self, first: Any) -> str:
        """Local chains share their ids, but not their first blocks."""
        found = text(first["hash"])
        self.first = found if self.first is None else self.first
        if found != self.first:
            raise NoAnswer(f"it is on another chain of the id {self.chain_id}")
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
        try:
            if not node.is_checked:
                node.ask([self.whose, Question("eth_getBlockByNumber", ("earliest", False), self._begun)])
                node.is_checked = True
            answers = node.ask(questions)
        except NoAnswer as fault:
            self._note(node, str(fault))
            return None
        self._note(node, "")
        return answers

    def _note(self, node: Node, fault: str) -> None:
        """Log once when a node does not answer again and again, and once when it does; a single slip is none."""
        node.slips = node.slips + 1 if fault else 0
        if node.slips == SLIPS:
            log.warning("%s does not answer: %s", node.url, fault)
            node.is_told = True
        elif node.is_told and not fault:
            log.info("%s answers again", node.url)
            node.is_told = False
        node.asked_at = self.clock()
        node.is_checked = node.is_checked and not fault
        node.rest = min(2 * node.rest, REST_S) if fault else LOOK_AROUND_S
        node.fault = fault

    # ------------------------------------------------------------ which node

    def _in_order(self) -> list[Node]:
        if len(self._nodes) > 1 and self.clock() - self._looked >= LOOK_AROUND_S:
            self._looked = self.clock()
            self._compare()
        return sorted(self._nodes, key=lambda node: (bool(node.fault), self._is_behind(node)))

    def _compare(self) -> None:
        """Ask every node for its head. One that did not answer lately is left alone for a while."""
        preferred = self._well()
        for node in self._nodes:
            if not node.fault or self.clock() - node.asked_at >= node.rest:
                found = self._asked(node, [Question("eth_blockNumber", [], natural)])
                if found and isinstance(found[0], int):
                    node.head = found[0]
        if (now := self._well()) and now != preferred:
            log.info("%s is asked from now on, at block %d", now[0].url, now[0].head)

    def _well(self) -> list[Node]:
        return [node for node in self._nodes if not node.fault and not self._is_behind(node)][:1]

    def _is_behind(self, node: Node) -> bool:
        return node.head + MAX_LAG < max(other.head for other in self._nodes)

    def _silence(self) -> ConnectionFailed:
        faults = "; ".join(f"{node.url}: {node.fault}" for node in self._nodes)
        return ConnectionFailed(f"{SILENCE}{faults}", "start the node, or give the URL of one that runs")


def _is_answer(answer: Any) -> bool:
    return isinstance(answer, dict) and ("result" in answer or bool(answer.get("error")))


def _read(question: Question, answer: Any) -> Any:
    try:
        return _checked(question, answer)
    except NoAnswer:
        if question.optional:
            return None
        raise


def _checked(question: Question, answer: Any) -> Any:
    if not _is_answer(answer):
        raise NoAnswer(f"its answer to {question.method} is malformed: {_short(answer)}")
    if error := answer.get("error"):
        return refusal(error, question.method)
    try:
        return question.read(answer["result"])
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NoAnswer(f"its answer to {question.method} is malformed: {_short(answer['result'])}") from error


def _short(answer: Any) -> str:
    return shorten(repr(answer), 80, placeholder="…")
