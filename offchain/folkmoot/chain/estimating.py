"""How much gas a transaction needs, in whose time it can be told."""

from typing import Any

from web3.types import TxParams

from folkmoot.chain import questions
from folkmoot.chain.nodes import Nodes
from folkmoot.errors import ChainError, ContractError, TransactionFailed

_WAYS = (("pending",), ("latest",), ())
_BY_TIME = {"WrongPhase", "NotPastDue", "TaskNotRunning"}  # errors that another time of a block may not have


def estimate(nodes: Nodes, transaction: TxParams, told: Any = None) -> int:
    """Gas that the transaction would need now. Raises what the contract would: see `rpc_errors.refusal`.

    Estimated on the pending block, because the time of an idle chain's latest block is not the time; on the latest
    where a node refuses that, or where only the time stands against it: Besu has pending blocks 12 s after the latest,
    and a window may end between the two. `told` is the first answer, if a node was asked already.
    """
    refused: ContractError | None = None
    for block in _WAYS:
        answer = nodes.ask(questions.estimate(transaction, *block))[0] if told is None else told
        told = None
        if isinstance(answer, ContractError):
            if refused or answer.name not in _BY_TIME:
                raise refused or answer
            refused = answer
        elif isinstance(answer, ChainError):
            if type(answer) is not TransactionFailed or not block:
                raise answer
        else:
            return int(answer)
    raise AssertionError  # the last way returns or raises
