"""What a member holds others' updates against before it runs them: the one that it would have made itself."""

from dataclasses import dataclass, field
from math import inf

from folkmoot.learning import Weights, alignment, update_norm


@dataclass(frozen=True, slots=True)
class UpdateGuard:
    """How far from the model an update may lie and, where the task has a direction guard, where own training goes.

    Cao et al., "FLTrust: Byzantine-robust Federated Learning via Trust Bootstrapping", NDSS 2021, trust no update that
    turns away from what a server's own data ask for; here every judge's data do. Unlike accuracy, the direction tells
    an update that undoes training from one that trains also while the model knows nothing yet.
    """

    max_norm: float = inf  # Euclidean distance over all tensors
    reference: Weights | None = field(default=None, compare=False)

    def fault(self, update: Weights, model: Weights) -> str:
        """Why an update of this model is no honest work; empty if it may be."""
        distance = update_norm(update, model)
        if distance > self.max_norm:
            return f"it lies {distance:.3g} from the model, allowed is {self.max_norm:.3g}"
        if self.reference is not None and alignment(update, self.reference, model) < 0:
            return "it leads away from where own training goes"
        return ""
