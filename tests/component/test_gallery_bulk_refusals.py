"""What bulk transfer refuses, and how it says which record is to blame."""

from collections.abc import Iterable
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from services.gallery.codec.records import MAX_RECORDS
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import VECTORS, names, people, record, send, stream
from tests.galleries import CONTRACT, STAFF, Stub, refused

INVALID, MISSING = "FIELD_INVALID", "FIELD_MISSING"
UNKNOWN = {"collection_id": "nowhere"}
LABELS = {f"k{n}": "" for n in range(33)}
PERSON = "must be 1 to 128 of a-z A-Z 0-9 . _ - @ :, and start with a letter or digit"
ENTRIES = "must have at most 32 entries"


def field(name: str, rule: str) -> dict[str, str]:
    return {"field": name, "rule": rule}


def bad(reason: str, metadata: dict[str, str], *records: pb.TemplateRecord, name: str) -> Any:
    """A message whose second record is refused."""
    return pytest.param(stream([record("good"), *records]), reason, metadata, id=name)


def template(**fields: Any) -> pb.TemplateRecord:
    return pb.TemplateRecord(person_id="p", template=pb.NewTemplate(quality=0.5, **fields))


@pytest.mark.parametrize(
    ("messages", "reason", "metadata"),
    [
        pytest.param([], MISSING, {"field": "collection_id"}, id="an empty stream"),
        pytest.param(
            stream([]), "BATCH_SIZE", {"field": "records", "count": "0", "limit": "4096"}, id="none"
        ),
        pytest.param(
            stream(people(MAX_RECORDS + 1)),
            "BATCH_SIZE",
            {"field": "records", "count": "4097", "limit": "4096"},
            id="too many",
        ),
        pytest.param(stream(people(1), import_id=""), MISSING, {"field": "import_id"}, id="no id"),
        pytest.param(
            stream(people(1), import_id="7"),
            INVALID,
            field("import_id", "must be a UUID"),
            id="an id that is no UUID",
        ),
        pytest.param(
            stream(people(1), fingerprint=bytes(65)),
            INVALID,
            field("fingerprint", "must have at most 64 bytes"),
            id="a long fingerprint",
        ),
        pytest.param(
            stream(people(1), first=-1),
            INVALID,
            field("first_sequence", "must not be negative"),
            id="a negative place",
        ),
        pytest.param(
            stream(people(1), contract_id=""), MISSING, {"field": "contract_id"}, id="no contract"
        ),
        pytest.param(
            stream(people(1), contract_id="arc9"),
            "CONTRACT_MISMATCH",
            {"expected": "arc9", "served": CONTRACT},
            id="another contract",
        ),
        pytest.param(
            stream(people(1), collection_id="nowhere"),
            "COLLECTION_NOT_FOUND",
            UNKNOWN,
            id="no such collection",
        ),
        bad(INVALID, field("records[1].person_id", PERSON), record("no one"), name="a name"),
        bad(MISSING, {"field": "records[1].person_id"}, record(""), name="no name"),
        bad(
            INVALID,
            field("records[1].template.quality", "must be in [0, 1]"),
            record("p", quality=1.5),
            name="a quality",
        ),
        bad(
            INVALID,
            field("records[1].template.source_id", "must have at most 256 characters"),
            record("p", source_id="x" * 257),
            name="a source",
        ),
        bad(
            INVALID,
            field("records[1].template.labels", ENTRIES),
            record("p", labels=LABELS),
            name="labels of a template",
        ),
        bad(
            INVALID,
            field("records[1].person_labels", ENTRIES),
            record("p", person_labels=LABELS),
            name="labels of a person",
        ),
        bad(
            INVALID,
            field("records[2].person_labels", "must leave at most 32 entries"),
            record("p", person_labels={f"a{n}": "" for n in range(20)}),
            record("p", person_labels={f"b{n}": "" for n in range(13)}),
            name="labels of a person together",
        ),
        bad(
            INVALID,
            field(
                "records[1].template.capture_time", "must be a time between the years 1 and 9999"
            ),
            record("p", capture_time=Timestamp(seconds=1, nanos=-1)),
            name="a time",
        ),
        bad(
            INVALID,
            field("records[1].template.packed_vector", "must be 4 bytes for each value"),
            template(packed_vector=b"12345"),
            name="a cut vector",
        ),
        bad(
            INVALID,
            field("records[1].template.packed_vector", "must be empty if vector is set"),
            template(packed_vector=VECTORS[0].tobytes(), vector=VECTORS[0]),
            name="two vectors",
        ),
        bad(
            "VECTOR_DIMENSION",
            {"index": "1", "actual_dimension": "7", "expected_dimension": "8"},
            record("p", VECTORS[0][:7]),
            name="a short vector",
        ),
        bad(
            "VECTOR_DIMENSION",
            {"index": "1", "actual_dimension": "0", "expected_dimension": "8"},
            template(),
            name="no vector",
        ),
        bad(
            "VECTOR_NOT_UNIT",
            {"index": "1", "length": "nan"},
            record("p", np.full(8, np.nan, np.float32)),
            name="no numbers",
        ),
    ],
)
async def test_says_what_is_wrong(
    gallery: Stub, messages: Iterable[Any], reason: str, metadata: dict[str, str]
) -> None:
    """A message that is refused stores nothing, and the error names what to change."""
    code, why, about = await refused(send(gallery, messages))

    assert (f"ERROR_REASON_{reason}", metadata) == (why, about)
    assert code in {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.FAILED_PRECONDITION,
    }
    assert [] == await names(gallery)


@pytest.mark.parametrize("after", ["x", "-1", "1" * 19])
async def test_an_export_begins_behind_what_an_export_gave(gallery: Stub, after: str) -> None:
    """Anything else is no place to begin at."""
    request = pb.ExportTemplatesRequest(collection_id=STAFF, after_template_id=after)

    _, _, metadata = await refused(gallery.ExportTemplates(request).read())

    assert field("after_template_id", "must come from an export") == metadata


async def test_a_broken_message_is_refused_behind_the_good_ones(gallery: Stub) -> None:
    """A record that cannot even be decoded takes nothing away from those before it."""
    messages = stream(*([each] for each in people(30)), [record("no one")])

    await refused(send(gallery, messages))

    assert [f"p{n}" for n in range(30)] == await names(gallery)
