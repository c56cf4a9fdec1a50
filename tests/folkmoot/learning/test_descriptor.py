import json
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import public_key
from folkmoot.errors import DescriptorError
from folkmoot.learning import METRICS
from folkmoot.learning.codec import TensorSpec, max_blob_size
from folkmoot.learning.descriptor import MAX_DESCRIPTOR, Descriptor
from folkmoot.learning.descriptor_fields import MAX_BLOB, MAX_INTEGER
from tests.support.foreign_bytes import JSON, canonical, changed, damaged, read_or_told

SPEC = TensorSpec({"1.weight": (32, 64), "1.bias": (32,), "3.weight": (10, 32), "3.bias": (10,)})
DIGITS = Descriptor(
    task="handwritten digits",
    model="folkmoot/mlp",
    arguments={"inputs": 64, "classes": 10, "hidden": (32,)},
    input_shape=(1, 8, 8),
    classes=10,
    epochs=2,
    batch=16,
    learning_rate=Decimal("0.05"),
    optimizer="sgd",
    momentum=Decimal("0.9"),
    aggregation="fedavg/1",
    f=1,
    metric="balanced_loss",
    norm_multiple=Decimal(3),
    direction_guard=False,
    spec=SPEC,
    blob_limit=20_000,
)
BYTES = (
    b'{"aggregation":"fedavg/1","arguments":{"classes":10,"hidden":[32],"inputs":64},"batch":16,"blob_limit":20000,'
    b'"classes":10,"direction_guard":false,"encrypted":false,"epochs":2,"f":1,"input_shape":[1,8,8],"learning_rate":"0.05",'
    b'"metric":"balanced_loss","model":"folkmoot/mlp","momentum":"0.9","norm_multiple":"3","observers":[],"optimizer":"sgd","spec":{"1.bias":[32],"1.weight":[32,64],"3.bias":[10],'
    b'"3.weight":[10,32]},"task":"handwritten digits","updates_for":"participants","version":1}'
)
DOCUMENT: dict[str, Any] = json.loads(BYTES)
KEY = public_key(Account.from_key(b"\1" * 32)).hex()
DEFAULTS = {
    *("momentum", "metric", "norm_multiple", "direction_guard", "encrypted", "observers", "updates_for", "version")
}


def refused(data: bytes, reason: str) -> None:
    with pytest.raises(DescriptorError, match=reason):
        Descriptor.from_bytes(data)


def test_the_bytes_are_pinned() -> None:
    assert DIGITS.to_bytes() == BYTES == canonical(DOCUMENT)


def test_bytes_and_descriptor_are_each_others_image() -> None:
    assert Descriptor.from_bytes(BYTES) == DIGITS
    assert Descriptor.from_bytes(BYTES).spec == SPEC


def test_momentum_metric_and_guards_have_defaults() -> None:
    kept = {name: getattr(DIGITS, name) for name in DOCUMENT.keys() - DEFAULTS}
    plain = Descriptor(**kept)
    assert (plain.momentum, plain.norm_multiple, plain.direction_guard) == (Decimal(0), Decimal(3), False)
    assert plain.metric == json.loads(plain.to_bytes())["metric"] == "accuracy"
    assert json.loads(plain.to_bytes())["momentum"] == "0"


@pytest.mark.parametrize("name", ["folkmoot/cnn", "acme-labs/net-2", "acme.models:net", "model:Net_2"])
def test_a_model_has_a_registered_or_an_import_name(name: str) -> None:
    assert Descriptor.from_bytes(canonical(DOCUMENT | {"model": name})).model == name


def test_arguments_are_kept_apart_from_the_callers() -> None:
    mine: dict[str, Any] = {"inputs": 64}
    descriptor = replace(DIGITS, arguments=mine)
    mine["inputs"] = 65
    assert dict(descriptor.arguments) == {"inputs": 64}
    with pytest.raises(TypeError):
        descriptor.arguments["inputs"] = 65  # type: ignore[index]


DECIMALS = st.integers(1, 10**9).flatmap(lambda n: st.integers(0, 12).map(lambda places: Decimal(n).scaleb(-places)))
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
SCALARS = st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
WORDS = st.text("abcXYZ_", min_size=1, max_size=8)


@given(
    st.builds(
        replace,
        st.just(DIGITS),
        arguments=st.dictionaries(WORDS, SCALARS | st.lists(SCALARS, max_size=3).map(tuple), max_size=4),
        learning_rate=DECIMALS,
        momentum=st.decimals("0", "0.99", places=5),
        norm_multiple=st.decimals("1", "99", places=3),
        metric=st.sampled_from([*METRICS]),
        direction_guard=st.booleans(),
        encrypted=st.booleans(),
        updates_for=st.sampled_from(["participants", "seats"]),
        observers=st.sampled_from([(), (KEY,)]),
        epochs=st.integers(1, MAX_INTEGER),
        f=st.integers(0, 1000),
        input_shape=st.lists(st.integers(1, 1000), min_size=1, max_size=4).map(tuple),
    )
)
def test_every_descriptor_survives_its_bytes(descriptor: Descriptor) -> None:
    data = descriptor.to_bytes()
    assert data.isascii()
    assert Descriptor.from_bytes(data) == descriptor
    assert Descriptor.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize("text", ["0.05", "0.050", "5E-2", "0.0500000"])
def test_a_decimal_has_one_text(text: str) -> None:
    assert replace(DIGITS, learning_rate=Decimal(text)).to_bytes() == BYTES


def test_the_text_does_not_depend_on_the_decimal_context() -> None:
    exact = replace(DIGITS, learning_rate=Decimal("123456789.123456789123456789"))
    with localcontext() as context:
        context.prec = 2
        assert json.loads(exact.to_bytes())["learning_rate"] == "123456789.123456789123456789"
        assert Descriptor.from_bytes(exact.to_bytes()) == exact


@pytest.mark.parametrize("text", ["1e999999999", "1e-999999999", "0e999999999", "-1e999999999"])
def test_a_decimal_is_not_written_out_before_it_is_refused(text: str) -> None:
    with pytest.raises(DescriptorError) as caught:
        replace(DIGITS, learning_rate=Decimal(text))
    assert caught.value.message == f"learning_rate cannot be '{Decimal(text)}'"


# Values out of range, or of another type: refused from code and from bytes alike


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task", ""),
        ("task", " padded"),
        ("task", "dig\nits"),
        ("task", "número"),
        ("task", "x" * 65),
        ("task", 7),
        ("model", "folkmoot.learning.models"),
        ("model", "models:mlp()"),
        ("model", "mlp"),
        ("model", "folkmoot/"),
        ("model", "Folkmoot/mlp"),
        ("model", "folkmoot/mlp/2"),
        ("model", "folkmoot/mlp:mlp"),
        ("model", "models:mlp.evil"),
        ("model", "..models:mlp"),
        ("model", "os:системa"),
        ("model", None),
        ("arguments", None),
        ("arguments", []),
        ("arguments", {"not a name": 1}),
        ("arguments", {"nä": 1}),
        ("arguments", {"a": None}),
        ("arguments", {"a": {}}),
        ("arguments", {"a": [[1]]}),
        ("arguments", {"a": "é"}),
        ("arguments", {"a": "x" * 201}),
        ("arguments", {"a": 2**53}),
        ("input_shape", []),
        ("input_shape", [0]),
        ("input_shape", [True]),
        ("input_shape", ["8"]),
        ("input_shape", 64),
        ("classes", 1),
        ("classes", "10"),
        ("classes", True),
        ("epochs", 0),
        ("batch", 0),
        ("batch", 2**53),
        ("optimizer", "SGD"),
        ("optimizer", ["sgd"]),
        ("aggregation", "fedavg"),
        ("aggregation", "fedavg/0"),
        ("aggregation", "Fedavg/1"),
        ("aggregation", 1),
        ("f", -1),
        ("f", False),
        ("metric", "Accuracy"),
        ("metric", ""),
        ("metric", ["accuracy"]),
        ("metric", None),
        ("direction_guard", 1),
        ("direction_guard", None),
        ("encrypted", 1),
        ("encrypted", None),
        ("updates_for", "everybody"),
        ("updates_for", ["seats"]),
        ("observers", None),
        ("observers", [[KEY]]),
        ("observers", [KEY, KEY]),
        ("observers", [KEY.upper()]),
        ("observers", [f"0x{KEY}"]),
        ("observers", [KEY[2:]]),
        ("observers", [f"{KEY[:-1]}{'1' if KEY[-1] == '0' else '0'}"]),
        ("blob_limit", 0),
        ("blob_limit", MAX_BLOB + 1),
        ("spec", None),
        ("spec", {"w": 3}),
        ("spec", {"w": [0]}),
        ("spec", {"w": [True]}),
        ("spec", {"w": ["3"]}),
        ("spec", {"w": [2**53]}),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(name: str, value: Any) -> None:
    refused(canonical(DOCUMENT | {name: value}), f"^{name} cannot be ")
    changes: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value}
    with pytest.raises(DescriptorError, match=f"^{name} cannot be ") as caught:
        replace(DIGITS, **changes)
    assert caught.value.hint, "what is allowed"


@pytest.mark.parametrize("name", ["learning_rate", "momentum", "norm_multiple"])
@pytest.mark.parametrize("text", ["", "-1", "+1", "1e-2", "1.0", "01", ".5", "1.", "1,5", " 1", "nan", "Infinity", "١"])
def test_a_fraction_in_another_notation_is_refused(name: str, text: str) -> None:
    refused(canonical(DOCUMENT | {name: text}), f"^{name} cannot be '")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("learning_rate", "0"),
        ("momentum", "1"),
        ("momentum", "1.5"),
        ("norm_multiple", "0.999"),
        ("norm_multiple", "1000000000"),
        ("learning_rate", "0.0000000000000000001"),
    ],
)
def test_a_fraction_out_of_range_is_refused(name: str, text: str) -> None:
    refused(canonical(DOCUMENT | {name: text}), f"^{name} cannot be '")
    changes: dict[str, Any] = {name: Decimal(text)}
    with pytest.raises(DescriptorError, match=f"^{name} cannot be '"):
        replace(DIGITS, **changes)


@pytest.mark.parametrize("value", [0.05, 1, True, "0.05", Decimal("NaN"), Decimal("sNaN"), Decimal("-0"), Decimal(-1)])
def test_only_a_positive_decimal_is_a_learning_rate(value: Any) -> None:
    with pytest.raises(DescriptorError, match=r'as the text "0.05"'):
        replace(DIGITS, learning_rate=value)


@pytest.mark.parametrize("name", ["", "ü", "__metadata__"])
def test_a_tensor_name_that_no_blob_may_hold_is_refused(name: str) -> None:
    refused(canonical(DOCUMENT | {"spec": {name: [1]}}), "spec: not a tensor's name")


def test_a_model_without_tensors_is_refused() -> None:
    refused(canonical(DOCUMENT | {"spec": {}}), "spec: a model needs at least one tensor")


def test_momentum_goes_with_sgd_only() -> None:
    refused(canonical(DOCUMENT | {"optimizer": "adam"}), "adam takes no momentum")
    assert replace(DIGITS, optimizer="adam", momentum=Decimal(0)).optimizer == "adam"


def test_the_blob_limit_must_fit_the_tensors() -> None:
    least = max_blob_size(SPEC)
    assert replace(DIGITS, blob_limit=least).blob_limit == least
    with pytest.raises(DescriptorError, match=f"blob_limit cannot be {least - 1} .at least {least}, "):
        replace(DIGITS, blob_limit=least - 1)
    refused(canonical(DOCUMENT | {"spec": {"w": [2**52, 2**52]}}), "blob_limit cannot be 20000 .at least ")


# Bytes that are no descriptor


@pytest.mark.parametrize("name", sorted(DOCUMENT))
def test_every_field_is_needed(name: str) -> None:
    reason = "not a descriptor of version 1" if name == "version" else f"'{name}' is missing"
    refused(canonical({key: value for key, value in DOCUMENT.items() if key != name}), reason)


@pytest.mark.parametrize("name", ["note", "Task", "", "\x1b[2J"])
def test_an_unknown_field_is_refused(name: str) -> None:
    with pytest.raises(DescriptorError, match="is not a known field") as caught:
        Descriptor.from_bytes(canonical(DOCUMENT | {name: 1}))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("version", [0, 2, "1", None, True])
def test_another_version_is_refused(version: Any) -> None:
    refused(canonical(DOCUMENT | {"version": version}), "not a descriptor of version 1")


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(DOCUMENT, sort_keys=True).encode(),
        json.dumps(DOCUMENT, sort_keys=True, separators=(",", ":"), indent=0).encode(),
        json.dumps(dict(reversed(DOCUMENT.items())), separators=(",", ":")).encode(),
        BYTES + b"\n",
        b" " + BYTES,
        BYTES.replace(b'"f":1', b'"f":1,"f":1'),
        BYTES.replace(b'"f":1', b'"f":2,"f":1'),
        BYTES.replace(b"sgd", b"\\u0073gd"),
        BYTES.replace(b'"1.bias":[32],', b"").replace(b"[32,64]", b'[32,64],"1.bias":[32]'),
    ],
)
def test_other_bytes_of_the_same_content_are_refused(data: bytes) -> None:
    refused(data, "not in canonical form")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not plain JSON"),
        (BYTES[:-1], "not plain JSON"),
        (BYTES + b"}", "not plain JSON"),
        (BYTES.replace(b"handwritten", "händisch".encode()), "not plain JSON"),
        (BYTES.decode().encode("utf-16"), "not plain JSON"),
        (b"\xef\xbb\xbf" + BYTES, "not plain JSON"),
        (BYTES.replace(b'"0.05"', b"0.05"), "fractions are written as strings, not 0.05"),
        (BYTES.replace(b'"f":1', b'"f":1.0'), "fractions are written as strings, not 1.0"),
        (BYTES.replace(b'"f":1', b'"f":1e0'), "fractions are written as strings, not 1e0"),
        (BYTES.replace(b'"f":1', b'"f":NaN'), "fractions are written as strings, not NaN"),
        (BYTES.replace(b'"f":1', b'"f":' + b"1" * 5000), "not plain JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "not plain JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"1", "not a JSON object"),
        (b" " * (MAX_DESCRIPTOR + 1), "1048577 bytes, allowed are 1048576"),
    ],
    ids=range(16),
)
def test_what_is_no_json_object_is_refused(data: bytes, reason: str) -> None:
    refused(data, reason)


@pytest.mark.fuzz
@given(st.sampled_from(sorted(DOCUMENT)), JSON)
def test_any_value_is_read_back_or_refused(name: str, value: Any) -> None:
    fault = refused_or_canonical(canonical(DOCUMENT | {name: value}))
    assert not fault or name in fault or "fractions are written as strings" in fault


@pytest.mark.fuzz
@given(changed(DOCUMENT).map(canonical) | JSON.map(canonical) | damaged(BYTES) | st.binary(max_size=200))
def test_whatever_the_bytes_they_are_read_back_or_refused(data: bytes) -> None:
    refused_or_canonical(data)


def refused_or_canonical(data: bytes) -> str:
    """Why they are no descriptor; empty if they are one."""
    descriptor, fault = read_or_told(lambda: Descriptor.from_bytes(data), DescriptorError)
    assert descriptor is None or descriptor.to_bytes() == data
    return fault
