import json
import pickle
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from folkmoot.errors import CodecError, MalformedBlob
from folkmoot.learning import codec
from folkmoot.learning.blob_meta import MAX_ROUND, BlobMeta, ExpectedMeta
from folkmoot.learning.codec import TensorSpec, max_blob_size, peek_meta
from tests.support.foreign_bytes import JSON, MODELS, changed, damaged, read_or_told


def encode(tensors: Mapping[str, NDArray[np.float32]], meta: BlobMeta) -> bytes:
    return b"".join(codec.encode(tensors, meta))


def decode(
    blob: bytes, spec: TensorSpec, *, limit: int, meta: BlobMeta | ExpectedMeta
) -> dict[str, NDArray[np.float32]]:
    return codec.decode([blob], spec, limit=limit, meta=meta)


TASK = "0x" + "1a" * 20
AUTHOR = "0x" + "2b" * 20
META = BlobMeta(task=TASK, round=7, author=AUTHOR, parent=bytes(range(32)))
ANYTHING = ExpectedMeta()
TENSORS = {
    "b": np.array([1.0, -2.5, 0.0], np.float32),
    "a.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "10": np.array(3.5, np.float32),
}
SPEC = TensorSpec.of(TENSORS)
BLOB = encode(TENSORS, META)
LIMIT = len(BLOB)
HEADER_END = 8 + int.from_bytes(BLOB[:8], "little")
HEADER: dict[str, Any] = json.loads(BLOB[8:HEADER_END])
DATA = BLOB[HEADER_END:]


def read(blob: bytes) -> dict[str, NDArray[np.float32]]:
    return decode(blob, SPEC, limit=1 << 20, meta=META)


def framed(header: str | bytes | dict[str, Any], data: bytes = DATA, *, align: int = 8) -> bytes:
    """A safetensors file with a header of our choice."""
    text = json.dumps(header, separators=(",", ":")) if isinstance(header, dict) else header
    raw = text.encode() if isinstance(text, str) else text
    raw += b" " * (-len(raw) % align)
    return len(raw).to_bytes(8, "little") + raw + data


def with_metadata(**changes: str | None) -> bytes:
    """The blob with metadata changed, added (new keys last) or left out (`None`)."""
    own = {**HEADER["__metadata__"], **changes}
    return framed({**HEADER, "__metadata__": {key: value for key, value in own.items() if value is not None}})


def with_tensor(**changes: Any) -> bytes:
    """The blob with another entry for tensor b, the last one."""
    return framed({**HEADER, "b": {**HEADER["b"], **changes}})


def refused(blob: bytes, reason: str = ".") -> None:
    with pytest.raises(MalformedBlob, match=reason):
        read(blob)


# What is encoded


def test_the_encoding_is_pinned() -> None:
    blob = encode({"w": np.array([[1.0, -0.0]], np.float32)}, replace(META, parent=bytes(32)))
    header = (
        f'{{"__metadata__":{{"author":"{AUTHOR}","parent":"0x{"0" * 64}","round":"7","task":"{TASK}"}},'
        '"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
    )
    padded = header.encode() + b" " * (-len(header) % 8)
    assert blob == len(padded).to_bytes(8, "little") + padded + bytes.fromhex("0000803f 00000000")


def test_the_frame_used_below_is_the_encoding() -> None:
    assert framed(HEADER) == BLOB


def test_what_was_encoded_comes_back() -> None:
    tensors = read(BLOB)
    assert list(tensors) == sorted(TENSORS)
    for name, tensor in TENSORS.items():
        assert tensors[name].dtype == np.float32
        np.testing.assert_array_equal(tensors[name], tensor, strict=True)


def test_decoded_tensors_are_writable_and_share_nothing() -> None:
    first, second = read(BLOB), read(BLOB)
    for tensor in first.values():
        tensor[...] = 9
    assert encode(second, META) == BLOB
    assert encode(read(BLOB), META) == BLOB


@given(MODELS, st.integers(0, MAX_ROUND))
def test_every_model_has_one_encoding_that_libraries_read(model: dict[str, NDArray[np.float32]], number: int) -> None:
    meta = replace(META, round=number)
    blob = encode(model, meta)
    spec = TensorSpec.of(model)
    tensors = decode(blob, spec, limit=max_blob_size(spec), meta=meta)
    assert encode(dict(reversed(tensors.items())), meta) == blob
    others = safetensors.numpy.load(blob)
    for name, tensor in model.items():
        np.testing.assert_array_equal(tensors[name], tensor)
        np.testing.assert_array_equal(others[name], tensor)


def test_torch_reads_it_into_a_module(tmp_path: Any) -> None:
    module = torch.nn.Linear(3, 2)
    state = {name: tensor.numpy() for name, tensor in module.state_dict().items()}
    blob = encode(state, META)
    torch.nn.Linear(3, 2).load_state_dict(safetensors.torch.load(blob))
    (tmp_path / "model.safetensors").write_bytes(blob)
    with safetensors.safe_open(tmp_path / "model.safetensors", framework="pt") as file:
        assert file.metadata() == HEADER["__metadata__"]
        assert torch.equal(file.get_tensor("weight"), module.weight)


def test_arrays_of_any_layout_are_encoded_alike_and_left_alone() -> None:
    turned = {name: tensor.T.copy().T for name, tensor in TENSORS.items()}
    negative = TENSORS | {"b": np.array([1.0, -2.5, -0.0], np.float32)}
    assert encode(turned, META) == encode(negative, META) == BLOB
    assert np.signbit(negative["b"][2])


@pytest.mark.parametrize("turned", [False, True])
def test_pieces_are_made_in_place(turned: bool) -> None:
    """Beside the tensors nothing needs memory to speak of, whatever their layout."""
    large = {name: np.full((1_000, 1_000), -0.0, np.float32) for name in "abcd"}
    large = {name: tensor.T if turned else tensor for name, tensor in large.items()}
    tracemalloc.start()
    try:
        size = sum(map(len, codec.encode(large, META)))
        assert size > 16_000_000
        assert tracemalloc.get_traced_memory()[1] < 0.1 * size
    finally:
        tracemalloc.stop()


def test_a_blob_is_decoded_into_the_tensors_alone() -> None:
    large = {name: np.ones((1_000, 1_000), np.float32) for name in "abcd"}
    pieces, spec = list(map(bytes, codec.encode(large, META))), TensorSpec.of(large)
    tracemalloc.start()
    try:
        codec.decode(pieces, spec, limit=1 << 30, meta=META)
        assert tracemalloc.get_traced_memory()[1] < 1.1 * 4 * spec.values
    finally:
        tracemalloc.stop()


def test_a_negative_zero_is_found_wherever_it_is() -> None:
    values = np.ones(200_000, np.float32)
    for place in (0, 65_535, 65_536, 199_999):
        negative = values.copy()
        negative[place] = -0.0
        decoded = decode(encode({"w": negative}, META), TensorSpec.of({"w": negative}), limit=1 << 20, meta=META)
        assert not np.signbit(decoded["w"]).any()
        negative[place] = np.nan
        with pytest.raises(CodecError, match="NaN or infinity"):
            encode({"w": negative}, META)


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32, ">f4"])
def test_encode_refuses_other_dtypes(dtype: Any) -> None:
    with pytest.raises(CodecError, match=r"tensor 'w' is .*, not float32"):
        encode({"w": np.ones(2, dtype)}, META)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_encode_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(CodecError, match="tensor 'w' holds NaN or infinity"):
        encode({"w": np.array([0, value], np.float32)}, META)


@pytest.mark.parametrize("name", ["", "__metadata__", "ü", "a\nb", "a\x7f", "\ud800", "n" * 201])
def test_names_that_other_readers_may_not_understand_are_refused(name: str) -> None:
    with pytest.raises(CodecError, match="not a tensor's name"):
        TensorSpec({name: (1,)})


def test_a_spec_is_sorted_frozen_and_not_empty() -> None:
    shapes = {"b": (2,), "a": ()}
    spec = TensorSpec(shapes)
    shapes["c"] = (1,)
    assert list(spec.shapes.items()) == [("a", ()), ("b", (2,))]
    assert spec == TensorSpec({"a": (), "b": (2,)})
    assert spec.values == 3
    with pytest.raises(TypeError):
        spec.shapes["c"] = (1,)  # type: ignore[index]
    with pytest.raises(CodecError, match="at least one tensor"):
        TensorSpec({})
    with pytest.raises(CodecError, match=r"shape \[2, 0\]"):
        TensorSpec({"a": (2, 0)})


# What is read


def test_the_limit_is_the_largest_size_allowed() -> None:
    assert decode(BLOB, SPEC, limit=LIMIT, meta=META)
    with pytest.raises(MalformedBlob, match=f"{LIMIT} bytes, allowed are {LIMIT - 1}"):
        decode(BLOB, SPEC, limit=LIMIT - 1, meta=META)
    with pytest.raises(MalformedBlob, match="allowed are"):
        peek_meta(BLOB, limit=LIMIT - 1)


def test_max_blob_size_fits_every_round() -> None:
    assert len(encode(TENSORS, replace(META, round=MAX_ROUND))) == max_blob_size(SPEC) >= LIMIT


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, HEADER_END - 1, HEADER_END, LIMIT - 4, LIMIT - 1])
def test_a_truncated_blob_is_malformed(length: int) -> None:
    refused(BLOB[:length], "not a safetensors file")


@pytest.mark.parametrize("extra", [b"\0", b" " * 8, BLOB])
def test_trailing_bytes_are_malformed(extra: bytes) -> None:
    refused(BLOB + extra, "not a safetensors file")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_malformed_and_not_run(protocol: int) -> None:
    refused(pickle.dumps(TENSORS, protocol=protocol), "not a safetensors file")


def other(changes: dict[str, NDArray[Any] | None]) -> bytes:
    """A file by the safetensors library, of tensors that differ from the expected ones."""
    tensors = {**TENSORS, **changes}
    return safetensors.numpy.save({name: tensor for name, tensor in tensors.items() if tensor is not None})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"b": None}, "tensor 'b' is missing"),
        ({"c": np.zeros(1, np.float32)}, "tensor 'c' is not expected"),
        ({"b": None, "B": TENSORS["b"]}, "tensor 'B' is not expected"),
        ({"b": np.zeros(4, np.float32)}, r"tensor 'b' has the shape \[4\], expected \[3\]"),
        ({"b": np.zeros((3, 1), np.float32)}, r"tensor 'b' has the shape \[3, 1\], expected \[3\]"),
        ({"a.weight": np.zeros((3, 2), np.float32)}, r"tensor 'a.weight' has the shape \[3, 2\], expected \[2, 3\]"),
        ({"b": np.zeros(3, np.float64)}, "tensor 'b' is F64, not F32"),
        ({"b": np.zeros(3, np.float16)}, "tensor 'b' is F16, not F32"),
        ({"b": np.zeros(3, np.int32)}, "tensor 'b' is I32, not F32"),
        ({}, "metadata: 'author' is missing"),
    ],
)
def test_other_tensors_are_malformed(changes: dict[str, NDArray[Any] | None], reason: str) -> None:
    refused(other(changes), reason)


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        ("0000c07f", "tensor 'b' holds NaN or infinity"),  # NaN
        ("010080ff", "tensor 'b' holds NaN or infinity"),  # a signalling NaN
        ("0000807f", "tensor 'b' holds NaN or infinity"),
        ("000080ff", "tensor 'b' holds NaN or infinity"),
        ("00000080", "tensor 'b' holds a negative zero"),
    ],
)
def test_values_that_no_model_may_hold_are_malformed(bits: str, reason: str) -> None:
    refused(BLOB[:-4] + bytes.fromhex(bits), reason)


def test_subnormal_numbers_are_kept() -> None:
    blob = BLOB[:-4] + bytes.fromhex("01000080")
    assert read(blob)["b"][2] == -np.finfo(np.float32).smallest_subnormal
    assert encode(read(blob), META) == blob


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (with_metadata(author=None), "metadata: 'author' is missing"),
        (with_metadata(note="hello"), "metadata: 'note' is not expected"),
        (with_metadata(round="07"), "metadata: round cannot be '07'"),
        (with_metadata(round="+7"), "metadata: round cannot be"),
        (with_metadata(round="٧"), "metadata: round cannot be"),
        (with_metadata(round="1" * 5000), "metadata: round cannot be '1+'"),
        (with_metadata(round=""), "metadata: round cannot be ''"),
        (with_metadata(round=str(MAX_ROUND + 1)), "metadata: round 18446744073709551616 is not in"),
        (with_metadata(parent="0x" + "00" * 31), "metadata: parent cannot be"),
        (with_metadata(parent="0x" + "FF" * 32), "metadata: parent cannot be"),
        (with_metadata(task=TASK.upper()), "metadata: task .* is not an address"),
        (with_metadata(author="0x" + "é" * 40), "metadata: author .* is not an address"),
        (framed({name: entry for name, entry in HEADER.items() if name != "__metadata__"}), "'author' is missing"),
        (framed({**HEADER, "__metadata__": None}), "'author' is missing"),
    ],
)
def test_metadata_must_be_exactly_the_four_fields(blob: bytes, reason: str) -> None:
    refused(blob, reason)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("task", AUTHOR, f"task is {TASK}, expected {AUTHOR}"),
        ("round", 8, "round is 7, expected 8"),
        ("round", 0, "round is 7, expected 0"),
        ("author", TASK, f"author is {AUTHOR}, expected {TASK}"),
        ("parent", bytes(32), f"parent is 0x0001.*, expected 0x{'00' * 32}"),
    ],
)
def test_metadata_must_be_what_is_expected(field: str, value: Any, reason: str) -> None:
    for expected in (replace(META, **{field: value}), replace(ANYTHING, **{field: value})):
        with pytest.raises(MalformedBlob, match=f"metadata: {reason}"):
            decode(BLOB, SPEC, limit=LIMIT, meta=expected)


def test_what_is_not_known_beforehand_is_not_compared() -> None:
    assert decode(BLOB, SPEC, limit=LIMIT, meta=ANYTHING)
    assert decode(BLOB, SPEC, limit=LIMIT, meta=ExpectedMeta(author=AUTHOR, round=7))


def test_peek_meta_needs_no_spec() -> None:
    assert peek_meta(BLOB, limit=LIMIT) == META


def reordered(mapping: dict[str, Any], *first: str) -> dict[str, Any]:
    return {**{name: mapping[name] for name in first}, **mapping}


def moved(header: dict[str, Any], names: list[str]) -> bytes:
    """The blob with its data, and their offsets, in another order; the header's order stays."""
    changed, data = dict(header), b""
    for name in names:
        start, end = header[name]["data_offsets"]
        changed[name] = {**header[name], "data_offsets": [len(data), len(data) + end - start]}
        data += DATA[start:end]
    return framed(changed, data)


TEXT = json.dumps(HEADER, separators=(",", ":"))
TWICE = (
    TEXT.replace('"round":"7"', '"round":"7","round":"7"'),
    TEXT.replace('"b":', '"b":' + json.dumps(HEADER["b"]) + ',"b":'),
)


@pytest.mark.parametrize(
    "blob",
    [
        framed(reordered(HEADER, "10")),  # __metadata__ not first
        framed(reordered(HEADER, "__metadata__", "b")),  # tensors not sorted
        moved(HEADER, ["b", "a.weight", "10"]),  # data not sorted
        moved(reordered(HEADER, "__metadata__", "b", "a.weight", "10"), ["b", "a.weight", "10"]),  # neither
        framed({**HEADER, "__metadata__": reordered(HEADER["__metadata__"], "task")}),
        framed({**HEADER, "b": reordered(HEADER["b"], "shape")}),
        framed(TEXT + " " * 8),  # padded with more than is needed
        framed(TEXT, align=1),  # not padded at all
        framed(" " * 8 + TEXT),
        framed(TEXT.replace(":[", ": [")),
        framed(TEXT.replace('"a.weight"', '"a\\u002eweight"')),
        framed(TEXT.replace("F32", "\\u004632")),
        with_tensor(extra=1),
        *map(framed, TWICE),
    ],
)
def test_any_other_encoding_of_the_same_content_is_malformed(blob: bytes) -> None:
    content = safetensors.numpy.load(blob)
    assert {name: tensor.tobytes() for name, tensor in content.items()} == {n: t.tobytes() for n, t in TENSORS.items()}
    refused(blob, "not in canonical form")


B = HEADER["b"]


@pytest.mark.parametrize(
    "offsets",
    [
        [24, 40],  # beyond the end
        [32, 40],  # a hole before it
        [24, 36],  # overlapping its neighbour
        [40, 28],  # backwards
        [28, 36],  # shorter than the shape
    ],
)
def test_offsets_that_do_not_follow_from_the_shapes_are_malformed(offsets: list[int]) -> None:
    refused(with_tensor(data_offsets=offsets), "not in canonical form")


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (with_tensor(shape=[2**62, 2**62, 0]), "tensor 'b' has the shape"),
        (with_tensor(shape=[2**64]), "tensor 'b' has the shape"),
        (with_tensor(dtype="F33"), "tensor 'b' is F33, not F32"),
        (framed(TEXT.replace('"b"', '"\\ud800"')), "tensor 'b' is missing"),
        (framed({**HEADER, "\x7f": B}), r"tensor '\\x7f' is not expected"),
    ],
)
def test_tensors_that_cannot_be_are_malformed(blob: bytes, reason: str) -> None:
    refused(blob, reason)


@pytest.mark.parametrize(
    "blob",
    [
        with_tensor(data_offsets=[28, 40, 44]),
        with_tensor(data_offsets=[-4, 40]),
        with_tensor(data_offsets=["28", "40"]),
        with_tensor(data_offsets=[28.0, 40]),
        with_tensor(data_offsets=None),
        with_tensor(shape=[3.0]),
        with_tensor(shape=[True]),
        with_tensor(shape=[-3]),
        with_tensor(dtype=None),
        with_tensor(dtype="\x1b[2J"),
        framed({**HEADER, "b": 3}),
        framed({**HEADER, "__metadata__": {"round": 7}}),
        framed({**HEADER, "__metadata__": []}),
        framed(TEXT[:-1]),
        framed(TEXT + "}"),
        framed(TEXT.encode("utf-16")),
        framed(b"\xef\xbb\xbf" + TEXT.encode()),
        framed(b"\xff" * 64),
        framed(b""),
        framed("[]"),
        framed("null"),
        (2**63).to_bytes(8, "little") + BLOB[8:],
        (HEADER_END - 7).to_bytes(8, "little") + BLOB[8:],
    ],
)
def test_a_broken_frame_is_malformed(blob: bytes) -> None:
    refused(blob, "not a safetensors file")


@pytest.mark.parametrize(
    "value",
    ["9" * 5000, "[" * 100 + "]" * 100, "[" * 100_000 + "]" * 100_000, "1e999", '"\\ud800"', "-0"],
    ids=["long number", "deep", "deeper", "infinite", "half a surrogate", "negative zero"],
)
def test_fields_that_the_library_skips_are_malformed(value: str) -> None:
    refused(framed(TEXT[:-2] + f',"extra":{value}}}}}'))


def test_text_of_the_sender_is_shown_escaped() -> None:
    for blob in (with_metadata(**{"\x1b[2J": ""}), with_metadata(task="\x1b[2J"), with_metadata(round="\x1b[2J")):
        with pytest.raises(MalformedBlob) as caught:
            read(blob)
        assert str(caught.value).isprintable()
    with pytest.raises(MalformedBlob) as caught:
        read(framed({**HEADER, "\x1b[2J": {**B, "data_offsets": [0, 12]}}))
    assert str(caught.value).isprintable()


@pytest.mark.fuzz
@given(st.binary(max_size=300))
def test_random_bytes_are_malformed_and_nothing_else(blob: bytes) -> None:
    refused(blob)


@pytest.mark.fuzz
@given(st.binary(max_size=100), st.binary(max_size=60))
def test_random_headers_are_malformed_and_nothing_else(header: bytes, data: bytes) -> None:
    refused(framed(header, data))


@given(
    st.sampled_from(["__metadata__", "10", "b", "c"]),
    st.sampled_from(["dtype", "shape", "data_offsets", "round"]),
    JSON,
)
def test_random_fields_are_malformed_and_nothing_else(entry: str, field: str, value: Any) -> None:
    changed = {**HEADER, entry: {**HEADER.get(entry, B), field: value}}
    if changed != HEADER:
        refused(framed(changed))
        refused(framed({**HEADER, entry: value}))


@pytest.mark.fuzz
@given(st.integers(0, LIMIT - 1), st.integers(1, 255))
def test_a_flipped_byte_is_malformed_or_another_value(position: int, flip: int) -> None:
    blob = bytearray(BLOB)
    blob[position] ^= flip
    is_malformed_or_canonical(bytes(blob), SPEC)


@pytest.mark.fuzz
@given(MODELS.flatmap(lambda model: st.tuples(st.just(TensorSpec.of(model)), damaged(encode(model, META)))))
def test_a_damaged_blob_is_malformed_or_another_value(pair: tuple[TensorSpec, bytes]) -> None:
    spec, blob = pair
    is_malformed_or_canonical(blob, spec)


@pytest.mark.fuzz
@given(changed(HEADER), st.just(DATA) | damaged(DATA))
def test_a_changed_header_is_malformed_or_another_value(header: Any, data: bytes) -> None:
    is_malformed_or_canonical(framed(json.dumps(header, separators=(",", ":")), data), SPEC)


def is_malformed_or_canonical(blob: bytes, spec: TensorSpec) -> None:
    tensors, _ = read_or_told(lambda: decode(blob, spec, limit=len(blob), meta=ANYTHING), MalformedBlob)
    meta, _ = read_or_told(lambda: peek_meta(blob, limit=len(blob)), MalformedBlob)
    assert tensors is None or (meta and encode(tensors, meta) == blob)


# On the way


@given(st.lists(st.integers(0, LIMIT), max_size=8))
def test_pieces_of_any_sizes_are_one_blob(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), LIMIT]
    pieces = [BLOB[start:end] for start, end in pairwise(ends)]
    tensors = codec.decode(iter(pieces), SPEC, limit=LIMIT, meta=META)
    assert encode(tensors, META) == BLOB


@pytest.mark.parametrize("kind", [bytearray, memoryview, lambda piece: np.frombuffer(piece, np.uint8).data])
def test_pieces_may_be_any_bytes(kind: Callable[[bytes], bytes]) -> None:
    pieces = [kind(BLOB[start : start + 5]) for start in range(0, LIMIT, 5)]
    assert encode(codec.decode(pieces, SPEC, limit=LIMIT, meta=META), META) == BLOB


@pytest.mark.parametrize("place", [HEADER_END + 1, HEADER_END + 4, HEADER_END + 5, LIMIT - 1])
def test_what_is_wrong_is_found_across_pieces(place: int) -> None:
    wrong = BLOB[:-4] + bytes.fromhex("0000c07f")
    with pytest.raises(MalformedBlob, match="tensor 'b' holds NaN"):
        codec.decode([wrong[:place], wrong[place:]], SPEC, limit=LIMIT, meta=META)


@pytest.mark.parametrize(
    "wrong", [bytes(8), BLOB[:8] + b"x" + BLOB[9:], BLOB.replace(b'"7"', b'"8"'), (1 << 40).to_bytes(8, "little")]
)
def test_nothing_is_read_after_what_is_malformed(wrong: bytes) -> None:
    def pieces() -> Iterator[bytes]:
        yield wrong
        raise AssertionError("read on")

    with pytest.raises(MalformedBlob):
        codec.decode(pieces(), SPEC, limit=LIMIT, meta=META)


def test_a_header_that_would_fill_the_memory_is_not_read() -> None:
    """Parsing JSON takes many times its bytes."""
    length, taken = 1 << 30, []

    def pieces() -> Iterator[bytes]:
        yield length.to_bytes(8, "little")
        for _ in range(length >> 16):
            taken.append(1)
            yield b"[" * (1 << 16)

    with pytest.raises(MalformedBlob, match=f"a header of {length} bytes, allowed are"):
        codec.decode(pieces(), SPEC, limit=2 << 30, meta=META)
    assert not taken


def test_an_encoding_begins_anew_and_knows_its_size() -> None:
    encoding = codec.encode(TENSORS, META)
    assert b"".join(encoding) == b"".join(encoding) == BLOB
    assert encoding.size == len(BLOB)


def test_ten_megabytes_come_back() -> None:
    tensors = {f"layer.{number}": np.full((500, 500), number + 0.5, np.float32) for number in range(10)}
    blob = encode(tensors, META)
    decoded = decode(blob, TensorSpec.of(tensors), limit=len(blob), meta=META)
    assert len(blob) > 10_000_000
    assert all(np.array_equal(decoded[name], tensor) for name, tensor in tensors.items())
