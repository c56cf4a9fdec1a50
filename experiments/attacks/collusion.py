"""Attacks by those who judge, and by those who keep back what they owe."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from numpy.random import Generator

from experiments.attacks.attack import Decide
from folkmoot.worker import View
from folkmoot.worker.actions import Action, Reveal, Wait

PRAISE = (9_000, 10_000)
BLAME = (0, 1_000)


def colluding_committee(
    authors: Sequence[str],
    colluders: Collection[str],
    rng: Generator,
    *,
    praise: tuple[int, int] = PRAISE,
    blame: tuple[int, int] = BLAME,
) -> list[int]:
    """A score for each author, drawn from `praise` for a friend and from `blame` for anybody else, both inclusive.

    Li et al. (BFLC), section V-B: a malicious committee gives "random high scores (for example, 90%–100%)" to malicious
    updates. What the others get is not said there: here as far from the top as that is from the bottom.
    """
    known = {friend.lower() for friend in colluders}
    ranges = [praise if author.lower() in known else blame for author in authors]
    return [int(rng.integers(low, high, endpoint=True)) for low, high in ranges]


def withheld_blob(decide: Decide) -> Decide:
    """Submits a pointer, and never publishes the blob: the worker believes that it lies there already."""

    def withholding(view: View) -> Action:
        updates = tuple(
            replace(entry, found=True) if entry.update.author == view.account else entry for entry in view.updates
        )
        return decide(replace(view, updates=updates))

    return withholding


def withheld_reveal(decide: Decide) -> Decide:
    """Seals scores, and never opens them."""

    def withholding(view: View) -> Action:
        action = decide(view)
        return Wait("the next round, its scores kept back", view.deadline) if isinstance(action, Reveal) else action

    return withholding
