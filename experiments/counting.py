"""What a round took: evaluations, counted as a seat makes them, and gas, read from the chain's own blocks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from eth_typing import ABIFunction
from eth_utils.abi import function_abi_to_4byte_selector
from numpy import float32
from numpy.typing import NDArray
from web3.types import TxData

from experiments.chain import Chain
from folkmoot.chain.abi import abi
from folkmoot.learning import Learner, Weights
from folkmoot.worker.compute import Evaluation, EvaluationRequest, LocalCompute, Progress, evaluate

BASELINE, UPDATE = "baseline", "update"


@dataclass(slots=True)
class CountingLearner:
    """Another learner that counts in `tally` what it evaluates: `model`, or anything else that was loaded."""

    learner: Learner
    model: Weights
    tally: Counter[str]
    loaded: str = ""

    @property
    def samples(self) -> int:
        """As `Learner.samples`."""
        return self.learner.samples

    def weights(self) -> Weights:
        """As `Learner.weights`."""
        return self.learner.weights()

    def load(self, weights: Mapping[str, NDArray[float32]]) -> None:
        """As `Learner.load`."""
        self.loaded = BASELINE if weights is self.model else UPDATE
        self.learner.load(weights)

    def fit(self, **settings: Any) -> int:
        """As `Learner.fit`."""
        return self.learner.fit(**settings)

    def evaluate(self) -> int:
        """As `Learner.evaluate`."""
        self.tally[self.loaded] += 1
        return self.learner.evaluate()


@dataclass(frozen=True, kw_only=True)
class CountingLabour(LocalCompute):
    """A member whose evaluations are counted; its exchange decodes the round's model only once."""

    tally: Counter[str]

    def evaluate(self, request: EvaluationRequest, progress: Progress) -> Evaluation:
        """As `LocalCompute.evaluate`."""
        model = self.blobs.fetch_model(request.parent)
        learner = CountingLearner(self.learner, model, self.tally)
        return evaluate(request, learner, self.blobs, progress=progress)


def gas_by_function(chain: Chain, blocks: Iterable[int]) -> dict[str, list[int]]:
    """The gas of each successful call of a task in some blocks, by the function's name."""
    eth, names = chain.client.web3.eth, _names()
    found: dict[str, list[int]] = defaultdict(list)
    for number in blocks:
        sent = cast("Sequence[TxData]", eth.get_block(number, full_transactions=True)["transactions"])
        for transaction, receipt in zip(sent, eth.get_block_receipts(number), strict=True):
            if receipt["status"]:
                found[names[transaction["input"][:4]]].append(receipt["gasUsed"])
    return found


def _names() -> dict[bytes, str]:
    """A task's functions by their selectors."""
    functions = [cast("ABIFunction", entry) for entry in abi("Task") if entry["type"] == "function"]
    return {function_abi_to_4byte_selector(entry): entry["name"] for entry in functions}
