"""How much gas a transaction needs, in whose time it can be told."""

from typing import Any

from web3.types import TxParams

from folkmoot.chain import questions
from folkmoot.chain.clock import ChainClock
from folkmoot.chain.nodes import Nodes
from folkmoot.errors import ContractError, TransactionFailed

_WAYS = (("pending",), ("latest",), ())
_BY_TIME = {"WrongPhase", "NotPastDue", "TaskNotRunning"}  # errors that another time of a block may not have


def estimate(nodes: Nodes, clock: ChainClock, transaction: TxParams, told: Any = None) -> int | None:
    """Gas that the transaction would need now; None where no node can tell. Raises what the contract would.

    Estimated on the pending block, because the time of an idle chain's latest block is not the time; on the latest
    where a node refuses that, or where only the time stands against it: Besu has pending blocks 12 s after the latest,
    and a window may end between the two. Where blocks come late and only then, as with empty ones suppressed, neither
    has the time of the block that the transaction will be in. `told` is the first answer, if a node was asked already.
    See `rpc_errors.refusal`.
    """
    by_time: ContractError | None = None
    for block in _WAYS:
        answer = nodes.ask(questions.estimate(transaction, *block))[0] if told is None else told
        told = None
        if isinstance(answer, int):
            return answer
        if isinstance(answer, ContractError) and answer.name in _BY_TIME:
            if by_time is None and block:
                by_time = answer
                continue
            if clock.is_ahead:
                return None
        if type(answer) is not TransactionFailed or not block:
            raise by_time or answer
    raise AssertionError  # the last way returns or raises
