"""What a call's messages say of themselves: ids and counts, for who keeps records of calls.

Which fields those are is read from the protos, so that a request that gets one tells it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

Path = tuple[str, ...]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}")
"""How all ids of ours are spelled. Nobody fills the log with texts of their own."""

_TEXTS = {"case_id": 128, "purpose": 512}
"""Fields that hold free text, and the most characters that they take."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the messages of a method say what is told of them."""

    paths: tuple[Path, ...]
    """Of ids in requests, but for those of lists."""

    lists: tuple[str, ...]
    """In answers, of messages."""


@dataclass(slots=True)
class Said:
    """What all messages of one call say together."""

    shape: Shape
    counts: Counter[str] = field(default_factory=Counter)
    """Messages, and what was in the lists of answers."""

    _ids: dict[str, str] = field(default_factory=dict)
    """Empty where the requests of a stream differ."""

    @property
    def ids(self) -> dict[str, str]:
        """What the requests name, as far as they agree on it."""
        return {name: text for name, text in self._ids.items() if text}

    def ask(self, request: Any) -> None:
        """Take note of a request."""
        self.counts["requests"] += 1
        for path in self.shape.paths:
            name, text = path[-1], _text(request, path)
            if _is_spelled(name, text):
                known = self._ids.setdefault(name, text)
                self._ids[name] = text if text == known else ""

    def answer(self, answer: Any) -> None:
        """Take note of an answer."""
        self.counts["answers"] += 1
        for name in self.shape.lists:
            if found := len(getattr(answer, name)):
                self.counts[name] += found


@cache
def shape_of(method: str) -> Shape:
    """The shape of a method's messages, by its full name as gRPC has it."""
    name = method.removeprefix("/").replace("/", ".")
    found: MethodDescriptor = descriptor_pool.Default().FindMethodByName(name)
    return Shape(tuple(_paths(found.input_type)), tuple(_lists(found.output_type)))


def _paths(message: Descriptor) -> Iterator[Path]:
    """Where messages of a type name what they are about. No type of ours holds itself."""
    for each in message.fields:
        if each.is_repeated:
            continue
        if each.message_type is not None:
            yield from ((each.name, *rest) for rest in _paths(each.message_type))
        elif each.type == FieldDescriptor.TYPE_STRING and _is_told(each.name):
            yield (each.name,)


def _is_told(name: str) -> bool:
    return name.endswith("_id") or name in {"scene", *_TEXTS}


def _is_spelled(name: str, text: str) -> bool:
    """Whether it can be what it is meant for; what cannot was refused."""
    limit = _TEXTS.get(name)
    return bool(_ID.fullmatch(text)) if limit is None else 0 < len(text) <= limit


def _lists(message: Descriptor) -> Iterator[str]:
    for each in message.fields:
        inner = each.message_type
        if each.is_repeated and inner is not None and not inner.GetOptions().map_entry:
            yield each.name


def _text(message: Any, path: Path) -> str:
    """What a message says at a place; empty where a message on the way is absent."""
    *way, name = path
    for step in way:
        if not message.HasField(step):
            return ""
        message = getattr(message, step)
    text: str = getattr(message, name)
    return text
