"""What a judge checks an update against before running it: the update that its own training would have made."""

from dataclasses import dataclass, field
from math import inf

from folkmoot.learning.learner import Weights, alignment, update_norm


@dataclass(frozen=True, slots=True)
class UpdateGuard:
    """The largest distance from the model and, where the task has a direction guard, the judge's own update.

    Cao et al., "FLTrust: Byzantine-robust Federated Learning via Trust Bootstrapping", NDSS 2021, trust no update that
    points against the one that a server trains on data of its own; here every judge trains one. Unlike accuracy, the
    direction separates an update that undoes training from one that trains while the model still knows nothing.
    """

    max_norm: float = inf  # Euclidean distance over all tensors; an update exactly that far passes
    reference: Weights | None = field(default=None, compare=False)

    def fault(self, update: Weights, model: Weights) -> str:
        """Why an update of this model scores 0 without being run; empty if it is to be run."""
        distance = update_norm(update, model)
        if distance > self.max_norm:
            return f"it lies {distance:.3g} from the model, allowed is {self.max_norm:.3g}"
        if self.reference is not None and alignment(update, self.reference, model) < 0:
            return "it points against the judge's own update"
        return ""
