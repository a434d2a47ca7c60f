"""Requests to every call of the public API: plausible, with something odd here and there."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

from bench.operations.fuzz.pictures import damaged, images
from client.sdk import SERVICES

METHODS = tuple(method for service in SERVICES for method in service.methods)

_ODD_STRINGS = (
    "",
    " ",
    ".",
    "../..",
    "\0",
    "a b",
    "a" * 65,
    "ß" * 5000,
    "🦊",
    "%s%n{0}",
    "'--",
    "*",
)
_INTEGERS = (0, 1, 2, 7, -1, 101, 2**31 - 1, -(2**31))
_LONG = (2**63 - 1, -(2**63), 253402300800)
_NUMBERS = (0.5, 0.0, 1.0, -1.0, 1e38, float("inf"), float("-inf"), float("nan"))

_KINDS = FieldDescriptor
_LONGS = {_KINDS.TYPE_INT64, _KINDS.TYPE_UINT64, _KINDS.TYPE_SINT64}
_REALS = {_KINDS.TYPE_FLOAT, _KINDS.TYPE_DOUBLE}

_MANY = (1, 1, 1, 2, 3, 0, 20)
"""How many of what may be repeated."""


_TOLD = 4000
"""Characters of a call that are printed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A call: its messages as bytes, which may be no messages at all."""

    method: MethodDescriptor
    messages: tuple[bytes, ...]

    def __repr__(self) -> str:
        told = ", ".join(each.hex() for each in self.messages)
        return f"{self.method.name}({told[:_TOLD]})"


@st.composite
def requests(draw: st.DrawFn, known: Mapping[str, str]) -> Sent:
    """Draw a call.

    Args:
        draw: Hypothesis's.
        known: What fields of these names hold when they are plausible.
    """
    method = draw(st.sampled_from(METHODS))
    if method.name.startswith("Delete"):
        known = {**known, "collection_id": "gone", "person_id": "nobody"}
    count = draw(st.sampled_from(_MANY)) if method.client_streaming else 1
    return Sent(method, tuple(draw(_raw(method.input_type, known)) for _ in range(count)))


@st.composite
def _raw(draw: st.DrawFn, kind: Descriptor, known: Mapping[str, str]) -> bytes:
    raw: bytes = _message(draw, kind, known).SerializeToString()
    return draw(damaged(raw)) if draw(_seldom()) else raw


def _seldom() -> st.SearchStrategy[bool]:
    return st.integers(0, 9).map(lambda drawn: drawn == 9)  # noqa: PLR2004  # simplest is no


def _message(draw: st.DrawFn, kind: Descriptor, known: Mapping[str, str]) -> Any:
    message: Any = GetMessageClass(kind)()
    chosen = {oneof.name: draw(st.sampled_from(list(oneof.fields))) for oneof in kind.oneofs}
    for field in kind.fields:
        oneof = field.containing_oneof
        if draw(_seldom()) or (oneof and chosen[oneof.name] is not field):
            continue
        _fill(draw, message, field, known)
    return message


def _fill(draw: st.DrawFn, message: Any, field: FieldDescriptor, known: Mapping[str, str]) -> None:
    if field.message_type and field.message_type.GetOptions().map_entry:
        getattr(message, field.name)[draw(_text(field, known))] = draw(_text(field, known))
    elif field.is_repeated:
        count = draw(st.sampled_from(_MANY))
        values = [_value(draw, field, known) for _ in range(count)]
        getattr(message, field.name).extend(values)
    elif field.message_type:
        getattr(message, field.name).CopyFrom(_value(draw, field, known))
    else:
        setattr(message, field.name, _value(draw, field, known))


def _value(draw: st.DrawFn, field: FieldDescriptor, known: Mapping[str, str]) -> Any:
    if field.message_type:
        return _message(draw, field.message_type, known)
    if field.type == _KINDS.TYPE_STRING:
        return draw(_text(field, known))
    if field.type == _KINDS.TYPE_BYTES:
        return draw(images())
    if field.type == _KINDS.TYPE_BOOL:
        return draw(st.booleans())
    if field.type in _REALS:
        return draw(st.sampled_from(_NUMBERS))
    return draw(st.sampled_from(_INTEGERS + (_LONG if field.type in _LONGS else ())))


@st.composite
def _text(draw: st.DrawFn, field: FieldDescriptor, known: Mapping[str, str]) -> str:
    if draw(_seldom()):
        return draw(st.sampled_from(_ODD_STRINGS) | st.text(max_size=40))
    if field.name in {"request_id", "import_id"}:
        return str(uuid.UUID(int=draw(st.integers(0, 2**128 - 1)), version=4))
    plain = known.get(field.name, "")
    if field.name == "text" and draw(st.booleans()):
        return draw(damaged(plain.encode())).decode(errors="replace")
    return plain
