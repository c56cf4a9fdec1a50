"""Strategies for what strangers send or a disk spoils: JSON, documents that were changed, bytes that were damaged."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from folkmoot.errors import FolkmootError

Read = TypeVar("Read")

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)
NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, max_side=4)
MODELS = st.dictionaries(
    NAMES, SHAPES.flatmap(lambda shape: arrays.arrays(np.float32, shape, elements=FINITE)), min_size=1
)
"""Tensors of models, by name."""

_LARGE = st.sampled_from([2**31, 2**53, 2**63, 2**64, 10**400])  # where types of others end
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | _LARGE | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
"""Any value, NaN and infinity included, which `json` writes and reads."""


@st.composite
def changed(draw: st.DrawFn, document: Any, most: int = 3) -> Any:
    """A JSON document after 1 to `most` changes anywhere in it."""
    for _ in range(draw(st.integers(1, most))):
        document = _changed(draw, document)
    return document


@st.composite
def damaged(draw: st.DrawFn, whole: bytes, most: int = 4) -> bytes:
    """Bytes after 1 to `most` damages: one or some of them changed, lost, put in or repeated."""
    data = whole
    for _ in range(draw(st.integers(1, most))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        end = draw(st.sampled_from([start, start + 1, end]))
        instead = draw(st.sampled_from([b"", data[start:end] * 2, bytes(end - start)]) | st.binary(max_size=9))
        data = data[:start] + instead + data[end:]
    return data


def read_or_told(read: Callable[[], Read], error: type[FolkmootError]) -> tuple[Read | None, str]:
    """What is read, or else the fault that is told, by an error of just this kind that a terminal can show."""
    try:
        return read(), ""
    except error as raised:
        told = str(raised)
    assert told.isprintable()
    return None, told


def canonical(document: Any) -> bytes:
    """JSON as a descriptor has it: ASCII, sorted, without white space."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


@st.composite
def leaf(draw: st.DrawFn) -> dict[str, Any]:
    """A document in LEAF's format, all samples of one width."""
    width, users = draw(st.integers(1, 9)), draw(st.lists(st.text(max_size=5), max_size=3, unique=True))
    samples = st.tuples(st.lists(FINITE, min_size=width, max_size=width), st.integers(0, 9))
    own = {user: draw(st.lists(samples, max_size=3)) for user in users}
    data = {user: {"x": [x for x, _ in pairs], "y": [y for _, y in pairs]} for user, pairs in own.items()}
    return {"users": users, "num_samples": [len(pairs) for pairs in own.values()], "user_data": data}


_RECORDS = st.just(np.dtype([("a", np.int64), ("b", np.float32, 2)]))
ARRAYS = st.one_of(
    arrays.scalar_dtypes(), arrays.unicode_string_dtypes(), arrays.byte_string_dtypes(), _RECORDS
).flatmap(lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0, max_dims=4, max_side=4)))
"""Arrays of any type and shape that NumPy saves without pickling."""


@st.composite
def npz(draw: st.DrawFn) -> bytes:
    """A file of arrays, fit for a data set or not, of which one may be damaged before its checksum is made."""
    count = draw(st.integers(1, 4))
    numbers = np.arange(count)
    fit = {"x": np.zeros((count, 2), np.float32), "y": numbers, "writer": numbers, "site": numbers}
    chosen = draw(st.dictionaries(st.sampled_from(sorted(fit)), ARRAYS, max_size=3))
    files = {name: _npy(array) for name, array in (fit | chosen).items()}
    spoilt = draw(st.none() | st.sampled_from(sorted(files)))
    if spoilt:
        files[spoilt] = draw(damaged(files[spoilt]))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, data in files.items():
            target.writestr(f"{name}.npy", data)
    return archive.getvalue()


def _npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _changed(draw: st.DrawFn, value: Any) -> Any:
    """One change of a value or, mostly, of something in it."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)) if isinstance(value, dict) else st.integers(0, len(value) - 1))
        return _with(value, key, draw)
    if isinstance(value, dict) and draw(st.booleans()):
        return {**value, draw(st.text(max_size=5)): draw(JSON)}
    if isinstance(value, list) and draw(st.booleans()):
        return [*value, draw(JSON)]
    return draw(st.sampled_from(_alike(value)) | JSON)


def _with(value: Any, key: Any, draw: st.DrawFn) -> Any:
    """A container whose entry under a key is changed or, at times, gone."""
    made = value.copy()
    if draw(st.integers(0, 4)):
        made[key] = _changed(draw, made[key])
    else:
        del made[key]
    return made


def _alike(value: Any) -> list[Any]:
    """What another program might write for a value, or a careless check take for it."""
    near: list[Any] = [None, [value], {"": value}, str(value)]
    if isinstance(value, int):
        near += [bool(value), -value, value + 1, float(value)] if abs(value) < 2**53 else [-value]
    if isinstance(value, str):
        near += [value + " ", value.upper(), value + "\0", value * 100]
    if isinstance(value, list):
        near += [value[::-1], value * 2, value[:-1]]
    return near
