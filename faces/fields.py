"""What identifiers and other small fields of requests may hold."""

import re
import uuid

from faces.errors import BatchSize, FieldInvalid, FieldMissing

_COLLECTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}")

MAX_LABELS = 32
"""Most labels of one person."""

MAX_LABEL_CHARACTERS = 256
"""Longest key or value of a label."""


def collection_id(text: str, field: str = "collection_id") -> str:
    """Pass an identifier on, or refuse it."""
    return _shaped(text, field, _COLLECTION, "1 to 64 of a-z A-Z 0-9 . _ -")


def person_id(text: str, field: str = "person_id") -> str:
    """Pass an identifier on, or refuse it."""
    return _shaped(text, field, _PERSON, "1 to 128 of a-z A-Z 0-9 . _ - @ :")


def camera_id(text: str) -> str:
    """Pass the optional identifier of a camera on, or refuse it."""
    return (
        _shaped(text, "camera_id", _PERSON, "at most 128 of a-z A-Z 0-9 . _ - @ :") if text else ""
    )


def staff_id(text: str, field: str) -> str:
    """Pass the identifier of an operator or a reviewer on, in small letters.

    Two spellings of one person must not pass for two people.
    """
    return _shaped(text, field, _PERSON, "1 to 128 of a-z A-Z 0-9 . _ - @ :").lower()


def request_id(text: str, field: str = "request_id") -> str:
    """Pass the UUID that makes a write idempotent on, in its canonical spelling.

    Raises:
        FieldMissing: It is empty.
        FieldInvalid: It is no UUID.
    """
    if not text:
        raise FieldMissing(field=field)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise FieldInvalid(field=field, rule="must be a UUID") from None


def words(text: str, field: str, *, limit: int, required: bool = True) -> str:
    """Pass free text on.

    Raises:
        FieldMissing: It is required and blank.
        FieldInvalid: It is longer than `limit` characters.
    """
    if required and not text.strip():
        raise FieldMissing(field=field)
    if len(text) > limit:
        raise FieldInvalid(field=field, rule=f"must have at most {limit} characters")
    return text


def labels(given: dict[str, str]) -> dict[str, str]:
    """Pass labels on, or refuse them as a whole."""
    if len(given) > MAX_LABELS:
        raise FieldInvalid(field="labels", rule=f"must have at most {MAX_LABELS} entries")
    for text in (*given, *given.values()):
        words(text, "labels", limit=MAX_LABEL_CHARACTERS, required=False)
    return given


def within(value: float, field: str, *, low: float, high: float) -> float:
    """Pass a number on that lies in [low, high]; NaN does not."""
    if not low <= value <= high:
        raise FieldInvalid(field=field, rule=f"must be in [{low:g}, {high:g}]")
    return value


def count(number: int, field: str, *, limit: int) -> None:
    """Refuse a batch that is empty or too large."""
    if not 1 <= number <= limit:
        raise BatchSize(field=field, count=number, limit=limit)


def _shaped(text: str, field: str, pattern: re.Pattern[str], rule: str) -> str:
    if not text:
        raise FieldMissing(field=field)
    if not pattern.fullmatch(text):
        raise FieldInvalid(field=field, rule=f"must be {rule}, and start with a letter or digit")
    return text
