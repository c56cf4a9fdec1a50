import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.aggregation import Circumstances, Contribution, aggregate, rules

ROOT = Path(__file__).parents[3]
MEMBERS = 7

PROGRAM = """
import sys
from hashlib import sha256
import numpy as np
from folkmoot.aggregation import Circumstances, Contribution, aggregate, rules

draw = np.random.Generator(np.random.PCG64(5))
shapes = {"w": (300, 700), "b": (33,)}
updates = [{name: draw.standard_normal(shape, np.float32) for name, shape in shapes.items()} for _ in range(9)]
entries = [Contribution(f"0x{n * 7919 % 251:040x}", n * n, tensors) for n, tensors in enumerate(updates)]
for rule in rules():
    model = aggregate(rule, entries, parent=updates[0], circumstances=Circumstances(f=2)).tensors
    print(rule, sha256(b"".join(tensor.tobytes() for tensor in model.values())).hexdigest())
"""


@cache
def contributions() -> tuple[Contribution, ...]:
    """Updates whose float64 sum depends on its order: the first two are huge and cancel each other."""
    updates = np.random.default_rng(0).standard_normal((MEMBERS, 200), np.float32)
    updates[0] *= 1e20
    updates[1] = -updates[0]
    return tuple(Contribution(f"0x{number:040x}", 10, {"w": update}) for number, update in enumerate(updates))


def digest(name: str, entries: Sequence[Contribution]) -> str:
    return sha256(
        aggregate(name, entries, parent={"w": np.zeros_like(entries[0].tensors["w"])}, circumstances=Circumstances(f=1))
        .tensors["w"]
        .tobytes()
    ).hexdigest()


@pytest.mark.parametrize("name", rules())
@given(st.permutations(range(MEMBERS)))
def test_the_order_of_arrival_does_not_matter(name: str, order: list[int]) -> None:
    entries = contributions()
    assert digest(name, [entries[position] for position in order]) == digest(name, entries)


def test_the_order_of_addresses_does() -> None:
    """Without it the test above would hold for a sum in any order."""
    entries = contributions()
    moved = [Contribution("0x" + "f" * 40, 10, entries[1].tensors), entries[0], *entries[2:]]
    assert digest("fedavg/1", moved) != digest("fedavg/1", entries)


@pytest.mark.parametrize("name", rules())
def test_a_tensors_memory_layout_does_not_matter(name: str) -> None:
    entries = [
        Contribution(entry.address, entry.samples, {"w": entry.tensors["w"].reshape(10, 20)})
        for entry in contributions()
    ]
    turned = [
        Contribution(entry.address, entry.samples, {"w": np.asfortranarray(entry.tensors["w"])}) for entry in entries
    ]
    assert digest(name, turned) == digest(name, entries)


def test_threads_do_not_matter() -> None:
    outputs = []
    for threads in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        outputs.append(dict(line.split() for line in done.stdout.splitlines()))
    assert list(outputs[0]) == rules()
    assert outputs[0] == outputs[1]
