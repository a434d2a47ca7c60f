"""Requests within the collections and scenes of a credential that is limited to some.

Which fields of a request name them is read from the protos: `collection_id` and `scene`, at any
depth. A request type that gets one is held to it from then on.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from faces.errors import OutOfReach
from gateway.identity.asking import Identity, asking
from gateway.identity.roles import RULES, Reach
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context

Path = tuple[str, ...]

NAMES = ("collection_id", "scene")
"""Fields that name what a credential may be limited to."""


class Scopes:
    """Refuses requests that name what is out of reach. To be applied to decoded requests."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # requests tell
        """Implement `Layer.wrap`."""
        rule = RULES.get(method)
        if rule is None or rule.reach in {Reach.FOUND, Reach.NONE}:
            return call
        whole, found = rule.reach is Reach.WHOLE, paths(request_type(method))

        async def within(request: Any, context: Context) -> Any:
            who = asking()
            if who is None or not who.limited:
                return await call(request, context)
            if whole:
                raise OutOfReach(field="every collection and scene")
            if hasattr(request, "__aiter__"):
                return await call(_each(request, found, who), context)
            _require(request, found, who, follows=False)
            return await call(request, context)

        return within


def request_type(method: str) -> Descriptor:
    """The message that a method takes, by its full name."""
    name = method.removeprefix("/").replace("/", ".")
    found: Descriptor = descriptor_pool.Default().FindMethodByName(name).input_type
    return found


def paths(message: Descriptor) -> tuple[Path, ...]:
    """Where messages of a type name collections and scenes. No type of ours holds itself."""
    found: list[Path] = []
    for field in message.fields:
        if field.type == FieldDescriptor.TYPE_STRING and field.name in NAMES:
            found.append((field.name,))
        elif field.message_type is not None:
            found += [(field.name, *rest) for rest in paths(field.message_type)]
    return tuple(found)


async def _each(requests: AsyncIterator[Any], found: tuple[Path, ...], who: Identity) -> Any:
    follows = False
    async for request in requests:
        _require(request, found, who, follows=follows)
        follows = True
        yield request


def _require(request: Any, found: tuple[Path, ...], who: Identity, *, follows: bool) -> None:
    """Refuse what is out of reach. What follows in a stream need not name it again."""
    for path in found:
        allowed = who.collections if path[-1] == "collection_id" else who.scenes
        for named in _named(request, path) if allowed else ():
            if named not in allowed and (named or not follows):
                raise OutOfReach(field=path[-1])


def _named(message: Any, path: Path) -> Iterator[str]:
    """What a message names at a path: nothing where a message on the way is absent."""
    field, *rest = path
    if not rest:
        yield getattr(message, field)
    elif message.DESCRIPTOR.fields_by_name[field].is_repeated:
        for each in getattr(message, field):
            yield from _named(each, tuple(rest))
    elif message.HasField(field):
        yield from _named(getattr(message, field), tuple(rest))
