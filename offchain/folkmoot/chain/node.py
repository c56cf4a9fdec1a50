"""One node as it is asked: what it answers, and how it is."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from folkmoot.chain.connection import Connection, kind_of, why
from folkmoot.chain.questions import Question
from folkmoot.chain.rpc_errors import NoAnswer, passes, refusal

log = logging.getLogger("folkmoot.chain.nodes")  # one of them is no other source

SLIPS = 2  # in a row, until it is logged that a node does not answer
FIRST_REST_S = 5.0  # doubled at each fault
REST_S = 60.0  # at most until a node that did not answer is asked again while others do
NEVER = float("-inf")


@dataclass(slots=True)
class Node:
    """One node, and how it is. A fault is over when a request is answered; its head alone does not show that."""

    url: str
    connection: Connection
    brief: Connection  # the same with a short time-out
    fault: str = ""  # why it did not answer when it was asked last
    slips: int = 0  # requests without an answer, one after the other
    is_told: bool = False  # in the log, that it does not answer
    is_back: bool = False  # whether it told its head after its fault, so that a request may try it
    head: int = 0
    is_checked: bool = False  # whether it is on the chain, since it last began to answer
    takes_batches: bool = True
    rest: float = FIRST_REST_S
    asked_at: float = NEVER
    answered_at: float = NEVER
    deaf_at: float = NEVER  # when it gave no answer to a transaction, if it did not answer to one since

    def ask(self, questions: Sequence[Question], *, briefly: bool = False) -> list[Any]:
        """What it answers to each question: a value, or a `ChainError` for a refusal. Raises `NoAnswer`."""
        line = self.brief if briefly else self.connection
        try:
            if len(questions) > 1 and self.takes_batches:
                answers = line.make_batch_request([(q.method, q.params) for q in questions])
                if isinstance(answers, list) and len(answers) == len(questions) and all(map(_is_answer, answers)):
                    return [_read(*pair) for pair in zip(questions, answers, strict=True)]
                if isinstance(answers, dict) and answers.get("error"):
                    self.takes_batches = passes(answers["error"])
            return [_read(q, line.make_request(q.method, q.params)) for q in questions]
        except (OSError, ValueError) as error:
            raise NoAnswer(why(error), kind_of(error)) from error

    @property
    def rests(self) -> bool:
        """Whether others are asked before it, in whatever order they are named."""
        return bool(self.fault) and not self.is_back

    @property
    def is_lost(self) -> bool:
        """Whether it did not answer again and again, and has not told its head since: nobody is behind it."""
        return self.is_told and not self.is_back

    def answered(self, now: float) -> None:
        """It answered a request."""
        if self.is_told:
            log.info("%s answers again", self.url)
        self.fault, self.slips, self.is_told, self.is_back = "", 0, False, False
        self.rest, self.asked_at, self.answered_at = FIRST_REST_S, now, now

    def failed(self, fault: str, now: float) -> None:
        """It gave no answer. That is logged once when it happens again and again; a single slip is none."""
        self.fault, self.slips, self.is_back, self.is_checked = fault, self.slips + 1, False, False
        self.rest, self.asked_at = min(2 * self.rest, REST_S), now
        if self.slips == SLIPS:
            log.warning("%s does not answer: %s", self.url, fault)
            self.is_told = True


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
