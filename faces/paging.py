"""Lists in pages: a token is the last key of a page, in a form that only we make."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from faces.errors import FieldInvalid, PageTokenInvalid

T = TypeVar("T")

DEFAULT_SIZE = 100
"""Size of a page if the caller names none."""

MAX_SIZE = 1000
"""Larger sizes are clamped to this one."""

_MARK = "page-1:"
_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, and how to get on."""

    items: Sequence[T]
    next_token: str
    """Empty on the last page."""


def size_of(requested: int) -> int:
    """Clamp a requested page size; 0 means the default.

    Raises:
        FieldInvalid: It is negative.
    """
    if requested < 0:
        raise FieldInvalid(field="page_size", rule="must not be negative")
    return min(requested or DEFAULT_SIZE, MAX_SIZE)


def key_of(token: str) -> str:
    """The key after which a page starts; empty for the first page.

    Raises:
        PageTokenInvalid: We did not make this token.
    """
    if not token:
        return ""
    try:
        text = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise PageTokenInvalid from None
    if not text.startswith(_MARK):
        raise PageTokenInvalid
    return text.removeprefix(_MARK)


def number_of(token: str) -> str:
    """As `key_of`, for lists whose keys are numbers."""
    key = key_of(token)
    if key and not (key.isdecimal() and len(key) <= _MAX_DIGITS):
        raise PageTokenInvalid
    return key


def page(found: Sequence[T], size: int, key: Callable[[T], str]) -> Page[T]:
    """Cut a page of `size` from up to `size + 1` items, found in order of `key`."""
    if len(found) <= size:
        return Page(found, "")
    last = key(found[size - 1])
    token = base64.urlsafe_b64encode(f"{_MARK}{last}".encode()).decode()
    return Page(found[:size], token)
