"""One hundred manipulations, drawn by a seed: of every kind one, and of those of a node some more."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from folkmoot.chain import Client
from folkmoot.testing import LocalChain, run_anvil
from tests.manipulations import beside_truth, blobs, liars, managers, on_chain, real_contracts, told_otherwise
from tests.manipulations.ground import Ground, ground
from tests.manipulations.manipulation import Manipulation

HUNDRED = 100
LIARS = (*told_otherwise.LIARS, *beside_truth.LIARS, *managers.LIARS)
FAMILIES = {
    "contracts": "contracts that do otherwise",
    "managers": "managers and the treasury",
    "node": "a node that tells otherwise",
    "chain": "the chain's state and code",
    "blobs": "blobs and models",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one: `fault` says why it was not caught."""

    manipulation: Manipulation
    number: int
    fault: str = ""


def of_ground(found: Ground) -> list[Manipulation]:
    """Those that start from one record."""
    return [
        *liars.manipulations(LIARS, found),
        *on_chain.manipulations(found),
        *blobs.manipulations(found),
    ]


def of_contracts(chain: LocalChain) -> list[Manipulation]:
    """Those that have contracts of their own."""
    return [*real_contracts.manipulations(chain)]


def try_one(manipulation: Manipulation, seed: int, number: int) -> Result:
    """Whether the audit catches the `number`-th draw of a manipulation. An exception is a fault of the audit, too."""
    random = Random(f"{seed} {number} {manipulation.family} {manipulation.kind}")
    try:
        tried = manipulation.attempt(random)
    except Exception as error:  # noqa: BLE001 - whatever it is, it was not found
        return Result(manipulation, number, f"raised {error!r}")
    return Result(manipulation, number, "" if tried.is_caught else str(tried))


def try_all(folder: Path, seed: int, say: Callable[[Result], None]) -> list[Result]:
    """All one hundred, the contracts beside the others."""

    def tried(chosen: Sequence[tuple[Manipulation, int]]) -> list[Result]:
        results = []
        for manipulation, number in chosen:
            results.append(try_one(manipulation, seed, number))
            say(results[-1])
        return results

    def with_contracts() -> list[Result]:
        with run_anvil() as anvil, Client([anvil.url], connect=anvil.connect) as client:
            return tried([(one, 1) for one in of_contracts(LocalChain(anvil, client))])

    with ThreadPoolExecutor(1) as pool, ground(folder, seed) as found:
        beside = pool.submit(with_contracts)
        rest = tried([*islice(repeated(of_ground(found)), HUNDRED - len(real_contracts.PATCHES))])
        return [*beside.result(), *rest]


def repeated(manipulations: Sequence[Manipulation]) -> Iterator[tuple[Manipulation, int]]:
    """Each once, then each again with another draw."""
    number = 1
    while True:
        yield from ((one, number) for one in manipulations)
        number += 1


def table(results: Sequence[Result]) -> Iterator[str]:
    """By family and kind: how many of how many were caught."""
    for family, what in FAMILIES.items():
        own = [result for result in results if result.manipulation.family == family]
        yield f"{what}: {sum(not result.fault for result in own)} of {len(own)}"
        for kind in dict.fromkeys(result.manipulation.kind for result in own):
            of_kind = [result for result in own if result.manipulation.kind == kind]
            yield f"  {kind:44} {sum(not result.fault for result in of_kind)} of {len(of_kind)}"
