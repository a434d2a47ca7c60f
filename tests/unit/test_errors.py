"""What the proto publishes of errors, and what the classes say."""

import json
import re
from pathlib import Path
from string import Formatter
from typing import Any

import grpc
import pytest

from faces.errors import BY_REASON, Code, FaceError, FieldInvalid, SceneUnknown
from faces.errors.base import MAX_CHARACTERS
from meshkit import status
from sureface.errors.v1.error_reason_pb2 import ErrorReason

PROTO = Path(__file__).parents[2] / "protos/sureface/errors/v1/error_reason.proto"
_ENTRY = re.compile(r"((?:^ *//.*\n)+) *(ERROR_REASON_\w+) = \d+;", re.MULTILINE)

EVERY_ERROR = [pytest.param(error, id=error.__name__) for error in BY_REASON.values()]


def comments() -> dict[str, str]:
    """The comment above each published reason, without its slashes."""
    found = _ENTRY.findall(PROTO.read_text())
    return {name: re.sub(r"^ *// ?", "", text, flags=re.MULTILINE) for text, name in found}


def example_of(error: type[FaceError]) -> dict[str, Any]:
    """The ErrorInfo that the proto shows for an error."""
    text = comments()[error.reason]
    shown: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return shown


def keys_of(error: type[FaceError]) -> set[str]:
    """The metadata that an error's text is made of."""
    return {key for _, key, _, _ in Formatter().parse(error.text) if key}


def test_reasons_are_published_and_published_reasons_are_raised() -> None:
    """The proto lists what the code can raise: nothing less, nothing more."""
    published = set(ErrorReason.keys()) - {"ERROR_REASON_UNSPECIFIED"}

    assert published == set(BY_REASON)
    assert published == set(comments()) - {"ERROR_REASON_UNSPECIFIED"}


def test_every_subclass_is_listed() -> None:
    """A client finds each class by its reason."""
    assert set(FaceError.__subclasses__()) == set(BY_REASON.values())


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_the_proto_names_the_status_code(error: type[FaceError]) -> None:
    """The comment of a reason promises the code that its class has."""
    [code] = re.findall(r"Status code: `(\w+)`", comments()[error.reason])

    assert code == error.code.name


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_the_proto_shows_the_metadata(error: type[FaceError]) -> None:
    """The example has the reason, the domain and exactly the keys of the class."""
    shown = example_of(error)

    assert (error.reason, status.DOMAIN) == (shown["reason"], shown["domain"])
    assert keys_of(error) == set(shown["metadata"])


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_an_error_builds_from_its_own_keys(error: type[FaceError]) -> None:
    """The published example can be raised, and its text holds every value of it."""
    metadata = example_of(error)["metadata"]

    failure = error(**metadata)

    assert metadata == failure.metadata
    assert [] == [value for value in metadata.values() if value not in str(failure)]


def test_codes_are_grpc_codes() -> None:
    """Code names are spelled as gRPC spells them."""
    assert [] == [code for code in Code if code.name not in grpc.StatusCode.__members__]


def test_a_reason_belongs_to_one_class() -> None:
    """Two classes of one reason could not be told apart on the other side."""
    with pytest.raises(TypeError, match="is taken by SceneUnknown"):
        type("Second", (FaceError,), {"reason": SceneUnknown.reason})


def test_braces_in_a_value_are_only_text() -> None:
    """What callers write is never a format of ours."""
    failure = FieldInvalid(field="{rule}", rule="{0.__class__}")

    assert "{rule} {0.__class__}" == str(failure)


@pytest.mark.parametrize(
    ("length", "kept"),
    [
        pytest.param(MAX_CHARACTERS, MAX_CHARACTERS, id="just fits"),
        pytest.param(MAX_CHARACTERS + 1, MAX_CHARACTERS - 1, id="one too many"),
        pytest.param(10**6, MAX_CHARACTERS - 1, id="a million"),
    ],
)
def test_long_values_are_cut(length: int, kept: int) -> None:
    """An error that repeats its caller's words stays small enough for a trailer."""
    failure = SceneUnknown(scene="x" * length)

    assert kept == failure.metadata["scene"].count("x")
    assert MAX_CHARACTERS == len(failure.metadata["scene"])
    assert failure.metadata["scene"] in str(failure)
