"""Attacks by those who judge, and by those who withhold what they owe."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from numpy.random import Generator

from folkmoot.chain import Phase
from folkmoot.simulation.attacks.attack import Decide
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
    """A score for each author, drawn from `praise` for a colluder and from `blame` for any other, both inclusive.

    Li et al. (BFLC), section V-B: a malicious committee gives "random high scores (for example, 90%–100%)" to malicious
    updates. The paper does not say what the others get; here it is as far from the top as that is from the bottom.
    """
    known = {colluder.lower() for colluder in colluders}
    ranges = [praise if author.lower() in known else blame for author in authors]
    return [int(rng.integers(low, high, endpoint=True)) for low, high in ranges]


def praise_all(authors: Sequence[str], colluders: Collection[str], rng: Generator) -> list[int]:  # noqa: ARG001
    """A score drawn from `PRAISE` for every author, whatever its update is worth."""
    return [int(rng.integers(*PRAISE, endpoint=True)) for _ in authors]


def silence(decide: Decide) -> Decide:
    """Does nothing at all in a round in which the account has a seat."""

    def silent(view: View) -> Action:
        if view.seat and Phase.SAMPLING <= view.phase <= Phase.PAUSED:
            return Wait("the next round, in simulated silence", view.deadline)
        return decide(view)

    return silent


def withheld_blob(decide: Decide) -> Decide:
    """Submits a pointer and never publishes the blob: the worker believes that it is stored already."""

    def withholding(view: View) -> Action:
        updates = tuple(
            replace(entry, found=True) if entry.update.author == view.account else entry for entry in view.updates
        )
        return decide(replace(view, updates=updates))

    return withholding


def withheld_reveal(decide: Decide) -> Decide:
    """Commits to scores and never reveals them."""

    def withholding(view: View) -> Action:
        action = decide(view)
        return Wait("the next round, its scores withheld", view.deadline) if isinstance(action, Reveal) else action

    return withholding
