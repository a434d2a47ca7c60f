"""Turns a prepared call into a method that blocks, or into one that is awaited.

A descriptor with an overload for either kind of client: mypy and editors see the
true signature of every call on both, and no call is written twice.
"""

from abc import ABC, abstractmethod
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
)
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from client.calls.prepared import Batch, Feed, Listing, Prepared, Stream
from client.types.enrollment import BatchOutcome, Enrollee
from client.types.image import Picture
from client.types.stream import Frame

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")


class Blocking(ABC):
    """A client that waits in the caller's thread."""

    @abstractmethod
    def run(self, call: Prepared[R]) -> R:
        """Make a call."""

    @abstractmethod
    def each(self, listing: Listing[R]) -> Iterator[R]:
        """Walk over a list, fetching pages as they are needed."""

    @abstractmethod
    def follow(self, feed: Feed[R]) -> Iterator[R]:
        """Walk over how something stands, until it ends."""

    @abstractmethod
    def watch(self, stream: Stream[R], frames: Iterable[Frame | Picture]) -> Iterator[R]:
        """Send frames, and walk over what is told of them."""

    @abstractmethod
    def enroll(self, batch: Batch, people: Iterable[Enrollee]) -> Iterator[BatchOutcome]:
        """Send people, and walk over what becomes of them."""


class Awaiting(ABC):
    """A client that lets the event loop go on."""

    @abstractmethod
    async def run(self, call: Prepared[R]) -> R:
        """Make a call."""

    @abstractmethod
    def each(self, listing: Listing[R]) -> AsyncIterator[R]:
        """Walk over a list, fetching pages as they are needed."""

    @abstractmethod
    def follow(self, feed: Feed[R]) -> AsyncIterator[R]:
        """Walk over how something stands, until it ends."""

    @abstractmethod
    def watch(self, stream: Stream[R], frames: AsyncIterable[Frame | Picture]) -> AsyncIterator[R]:
        """Send frames, and walk over what is told of them."""

    @abstractmethod
    def enroll(self, batch: Batch, people: AsyncIterable[Enrollee]) -> AsyncIterator[BatchOutcome]:
        """Send people, and walk over what becomes of them."""


class _Call(Generic[P, C]):
    """A function that prepares a call, about to become a method."""

    def __init__(self, call: Callable[P, C]) -> None:
        self._call = call
        self.__doc__ = call.__doc__


class Method(_Call[P, Prepared[R]], Generic[P, R]):
    """A unary call as a method of either client."""

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, R]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> Any:
        """Bind to a client."""
        if client is None:
            return self

        @wraps(self._call)
        def bound(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.run(self._call(*args, **kwargs))

        return bound


class ListMethod(_Call[P, Listing[R]], Generic[P, R]):
    """A paged list as a method of either client: an iterator over everything."""

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, Iterator[R]]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, AsyncIterator[R]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> Any:
        """Bind to a client."""
        if client is None:
            return self

        @wraps(self._call)
        def bound(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.each(self._call(*args, **kwargs))

        return bound


class FeedMethod(_Call[P, Feed[R]], Generic[P, R]):
    """A stream of answers as a method of either client: an iterator until the last one."""

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, Iterator[R]]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, AsyncIterator[R]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> Any:
        """Bind to a client."""
        if client is None:
            return self

        @wraps(self._call)
        def bound(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.follow(self._call(*args, **kwargs))

        return bound


class StreamMethod(_Call[P, Stream[R]], Generic[P, R]):
    """A stream of frames as a method of either client, which takes the frames first."""

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(
        self, client: Blocking, owner: type
    ) -> Callable[Concatenate[Iterable[Frame | Picture], P], Iterator[R]]: ...
    @overload
    def __get__(
        self, client: Awaiting, owner: type
    ) -> Callable[Concatenate[AsyncIterable[Frame | Picture], P], AsyncIterator[R]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> Any:
        """Bind to a client."""
        if client is None:
            return self

        @wraps(self._call)
        def bound(frames: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            return client.watch(self._call(*args, **kwargs), frames)

        return bound


class BatchMethod(_Call[P, Batch], Generic[P]):
    """A stream of people as a method of either client, which takes the people first."""

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(
        self, client: Blocking, owner: type
    ) -> Callable[Concatenate[Iterable[Enrollee], P], Iterator[BatchOutcome]]: ...
    @overload
    def __get__(
        self, client: Awaiting, owner: type
    ) -> Callable[Concatenate[AsyncIterable[Enrollee], P], AsyncIterator[BatchOutcome]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> Any:
        """Bind to a client."""
        if client is None:
            return self

        @wraps(self._call)
        def bound(people: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            return client.enroll(self._call(*args, **kwargs), people)

        return bound
