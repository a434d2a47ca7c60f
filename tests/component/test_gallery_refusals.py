"""What the gallery refuses, with the code, reason and metadata that the proto promises."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from services.gallery.app import open_app
from services.gallery.config import Config
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    CONTRACT,
    STAFF,
    Stub,
    add,
    create,
    delete,
    new_id,
    refused,
    score,
    search,
    stub,
    unit_vectors,
)

ADA = unit_vectors(1)[0]
NAN = np.full(8, np.nan, np.float32)
INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
FAILED = grpc.StatusCode.FAILED_PRECONDITION
NOBODY = {"collection_id": STAFF, "person_id": "eve"}
NOWHERE = {"collection_id": "x"}


def config(path: Path, **more: Any) -> Config:
    return Config(path=path, host="127.0.0.1", port=0, drain_s=0, grace_s=5, **more)


@pytest.fixture(name="gallery")
async def _gallery(tmp_path: Path) -> AsyncIterator[Stub]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        await gallery.AddTemplates(add("ada", ADA))
        yield gallery


def forget(template_id: str) -> pb.DeleteTemplateRequest:
    return pb.DeleteTemplateRequest(
        request_id=new_id(), collection_id=STAFF, template_id=template_id
    )


def field(name: str, rule: str) -> dict[str, str]:
    return {"field": name, "rule": rule}


def table(call: str, request: Any, *refusal: Any, name: str) -> Any:
    return pytest.param(call, request, refusal, id=name)


@pytest.mark.parametrize(
    ("call", "request_", "refusal"),
    [
        table(
            "CreateCollection", create(), grpc.StatusCode.ALREADY_EXISTS, "COLLECTION_EXISTS",
            {"collection_id": STAFF}, name="a name that is taken",
        ),
        table(
            "CreateCollection", create("x", dimension=0), INVALID, "FIELD_INVALID",
            field("dimension", "must be in [1, 4096]"), name="no dimension",
        ),
        table(
            "CreateCollection", create("x", contract_id=" "), INVALID, "FIELD_MISSING",
            {"field": "contract_id"}, name="no contract",
        ),
        table(
            "CreateCollection", create("x", request_id=""), INVALID, "FIELD_MISSING",
            {"field": "request_id"}, name="no request id",
        ),
        table(
            "CreateCollection", create("x", request_id="1"), INVALID, "FIELD_INVALID",
            field("request_id", "must be a UUID"), name="a request id that is no UUID",
        ),
        table(
            "GetCollection", pb.GetCollectionRequest(collection_id="x"), NOT_FOUND,
            "COLLECTION_NOT_FOUND", NOWHERE, name="get an unknown collection",
        ),
        table(
            "AddTemplates", add("eve", ADA, collection_id="x"), NOT_FOUND,
            "COLLECTION_NOT_FOUND", NOWHERE, name="add to an unknown collection",
        ),
        table(
            "SearchPersons", search(ADA, collection_id="x"), NOT_FOUND,
            "COLLECTION_NOT_FOUND", NOWHERE, name="search an unknown collection",
        ),
        table(
            "ListPersons", pb.ListPersonsRequest(collection_id="x"), NOT_FOUND,
            "COLLECTION_NOT_FOUND", NOWHERE, name="list an unknown collection",
        ),
        table(
            "GetPerson", pb.GetPersonRequest(collection_id=STAFF, person_id="eve"), NOT_FOUND,
            "PERSON_NOT_FOUND", NOBODY, name="get an unknown person",
        ),
        table(
            "DeletePerson", delete("eve"), NOT_FOUND, "PERSON_NOT_FOUND", NOBODY,
            name="delete an unknown person",
        ),
        table(
            "ScorePerson", score("eve", ADA), NOT_FOUND, "PERSON_NOT_FOUND", NOBODY,
            name="score an unknown person",
        ),
        table(
            "DeleteTemplate", forget("4711"), NOT_FOUND, "TEMPLATE_NOT_FOUND",
            {"collection_id": STAFF, "template_id": "4711"}, name="an unknown template",
        ),
        table(
            "DeleteTemplate", forget("9" * 60), NOT_FOUND, "TEMPLATE_NOT_FOUND",
            {"collection_id": STAFF, "template_id": "9" * 60}, name="a number that is no key",
        ),
        table(
            "AddTemplates", add("eve", ADA, contract_id="other"), FAILED, "CONTRACT_MISMATCH",
            {"expected": "other", "served": CONTRACT}, name="add under a foreign contract",
        ),
        table(
            "SearchPersons", search(ADA, contract_id="other"), FAILED, "CONTRACT_MISMATCH",
            {"expected": "other", "served": CONTRACT}, name="search under a foreign contract",
        ),
        table(
            "SearchPersons", search(ADA, contract_id=""), INVALID, "FIELD_MISSING",
            {"field": "contract_id"}, name="search under no contract",
        ),
        table(
            "AddTemplates", add("eve"), INVALID, "BATCH_SIZE",
            {"field": "templates", "count": "0", "limit": "64"}, name="no template",
        ),
        table(
            "AddTemplates", add("eve", *[ADA] * 65), INVALID, "BATCH_SIZE",
            {"field": "templates", "count": "65", "limit": "64"}, name="too many templates",
        ),
        table(
            "SearchPersons", search(*[ADA] * 65), INVALID, "BATCH_SIZE",
            {"field": "probes", "count": "65", "limit": "64"}, name="too many probes",
        ),
        table(
            "AddTemplates", add("eve", ADA, ADA[:5]), INVALID, "VECTOR_DIMENSION",
            {"index": "1", "actual_dimension": "5", "expected_dimension": "8"},
            name="a short template",
        ),
        table(
            "SearchPersons", search(ADA[:0]), INVALID, "VECTOR_DIMENSION",
            {"index": "0", "actual_dimension": "0", "expected_dimension": "8"},
            name="an empty probe",
        ),
        table(
            "AddTemplates", add("eve", ADA, 2 * ADA), INVALID, "VECTOR_NOT_UNIT",
            {"index": "1", "length": "2.0000"}, name="a long template",
        ),
        table(
            "SearchPersons", search(NAN), INVALID, "VECTOR_NOT_UNIT",
            {"index": "0", "length": "nan"}, name="a probe of no numbers",
        ),
        table(
            "ScorePerson", score("ada", ADA * np.inf), INVALID, "VECTOR_NOT_UNIT",
            {"index": "0", "length": "inf"}, name="an endless probe",
        ),
        table(
            "ScorePerson",
            pb.ScorePersonRequest(collection_id=STAFF, contract_id=CONTRACT, person_id="ada"),
            INVALID, "FIELD_MISSING", {"field": "probe"}, name="no probe",
        ),
        table(
            "AddTemplates", add("eve", templates=[pb.NewTemplate(vector=ADA, quality=1.5)]),
            INVALID, "FIELD_INVALID", field("quality", "must be in [0, 1]"), name="odd quality",
        ),
        table(
            "AddTemplates", add("ada", ADA, labels={str(n): "" for n in range(33)}), INVALID,
            "FIELD_INVALID", field("labels", "must have at most 32 entries"), name="many labels",
        ),
        table(
            "SearchPersons", search(ADA, limit=101), INVALID, "FIELD_INVALID",
            field("limit", "must be in [0, 100]"), name="too many candidates",
        ),
        table(
            "ListPersons", pb.ListPersonsRequest(collection_id=STAFF, page_token="p0"), INVALID,
            "PAGE_TOKEN_INVALID", {}, name="a token that nobody made",
        ),
        table(
            "ListCollections", pb.ListCollectionsRequest(page_size=-1), INVALID, "FIELD_INVALID",
            field("page_size", "must not be negative"), name="a negative page",
        ),
    ],
)  # fmt: skip  # one row a refusal reads better
async def test_refuses(
    gallery: Stub, call: str, request_: Any, refusal: tuple[grpc.StatusCode, str, dict[str, str]]
) -> None:
    """The answer names what is wrong, and nothing was changed."""
    code, reason, metadata = refusal
    answer = await refused(getattr(gallery, call)(request_))
    everyone = await gallery.ListPersons(pb.ListPersonsRequest(collection_id=STAFF))

    assert (code, f"ERROR_REASON_{reason}", metadata) == answer
    assert ["ada"] == [person.person_id for person in everyone.persons]


async def test_labels_are_counted_together(gallery: Stub) -> None:
    """A person's labels, old and new, are limited together."""
    await gallery.AddTemplates(add("ada", ADA, labels={str(n): "" for n in range(20)}))
    more = add("ada", ADA, labels={str(n): "" for n in range(20, 40)})

    assert "ERROR_REASON_FIELD_INVALID" == (await refused(gallery.AddTemplates(more)))[1]


async def test_another_request_cannot_have_the_id(gallery: Stub) -> None:
    """Neither another call nor other contents may come with an id that was answered."""
    first = add("ada", ADA)
    await gallery.AddTemplates(first)
    taken = {"request_id": first.request_id}
    expected = (INVALID, "ERROR_REASON_REQUEST_ID_REUSED", taken)

    assert expected == await refused(gallery.AddTemplates(add("ada", -ADA, **taken)))
    assert expected == await refused(gallery.DeletePerson(delete("ada", **taken)))
