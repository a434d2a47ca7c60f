"""A call before it is made: the same for a blocking and for an asyncio channel."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from client.types.enrollment import BatchOutcome, Enrollee
from client.types.stream import Frame
from faces.paging import Page

A = TypeVar("A", bound=Message)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Prepared(Generic[R]):
    """One unary call: what to send where, and how to read the answer."""

    path: str
    """For example ``/sureface.access.v1.AccessService/Verify``."""

    request: Message

    parse: Callable[[bytes], Any]
    """Bytes to the answer's message."""

    decode: Callable[[Any], R]
    """The answer's message to what the caller gets."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """A paged list: one unary call a page."""

    page: Callable[[str], Prepared[Page[R]]]
    """Takes a page token; empty for the first page."""


@dataclass(frozen=True, slots=True)
class Stream(Generic[R]):
    """A call that takes frames, and tells what becomes of them."""

    path: str

    settings: Message
    """The first message."""

    encode: Callable[[Frame, int], Message]
    """A frame and its time in milliseconds to a message."""

    parse: Callable[[bytes], Any]
    """Bytes to an answer's message."""

    decode: Callable[[Any], R]
    """An answer's message to what the caller gets."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A call that takes people, and answers about each of them."""

    path: str

    encode: Callable[[Enrollee, str], Message]
    """A person and the identifier of their request to a message."""

    parse: Callable[[bytes], Any]
    """Bytes to an answer's message, which has the `request_id` that it is about."""

    decode: Callable[[Enrollee, Any], BatchOutcome]
    """Who is meant, and an answer's message, to what the caller gets."""


@dataclass(frozen=True, slots=True)
class Feed(Generic[R]):
    """A call that tells how something stands, or what comes next, until it ends."""

    path: str
    request: Message

    parse: Callable[[bytes], Any]
    """Bytes to an answer's message."""

    decode: Callable[[Any], R]
    """An answer's message to what the caller gets."""

    is_last: Callable[[R], bool]
    """Whether nothing can follow."""

    onward: Callable[[R], Message] | None = None
    """The request for what follows an answer. Without it, every stream begins with how things
    stand."""


def prepare(request: Message, answer: type[A], decode: Callable[[A], R]) -> Prepared[R]:
    """Prepare the method whose request type this is.

    The protos promise one service a file and requests of the form ``<Method>Request``
    that no two methods share, so the request alone says which method is meant.
    """
    return Prepared(path(request), request, answer.FromString, decode)


def feed(
    request: Message,
    answer: type[A],
    decode: Callable[[A], R],
    *,
    is_last: Callable[[R], bool],
    onward: Callable[[R], Message] | None = None,
) -> Feed[R]:
    """As `prepare`, for a method that answers with a stream."""
    return Feed(path(request), request, answer.FromString, decode, is_last, onward)


def fresh(request_id: str | None) -> str:
    """The identifier that makes a write idempotent; a new one unless the caller has one."""
    return request_id or str(uuid.uuid4())


def to_bytes(message: Message) -> bytes:
    """A message on its way."""
    return message.SerializeToString()


def path(request: Message) -> str:
    """Of the method whose request type this is."""
    descriptor = request.DESCRIPTOR
    (service,) = descriptor.file.services_by_name.values()
    return f"/{service.full_name}/{descriptor.name.removesuffix('Request')}"
