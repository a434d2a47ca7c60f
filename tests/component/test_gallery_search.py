"""What a search may be asked, over a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    STAFF,
    Stub,
    add,
    config,
    create,
    names,
    refused,
    score,
    search,
    stub,
    unit_vectors,
)

ADA, BOB, CYD = unit_vectors(3, seed=4)
INVALID = grpc.StatusCode.INVALID_ARGUMENT


@pytest.fixture(name="gallery")
async def _gallery(tmp_path: Path) -> AsyncIterator[Stub]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        yield gallery


def template(vector: Any, second: int = 0, **labels: str) -> pb.NewTemplate:
    """A template captured at a second since 1970."""
    return pb.NewTemplate(
        packed_vector=np.asarray(vector, "<f4").tobytes(),
        quality=0.5,
        labels=labels,
        capture_time=Timestamp(seconds=second),
    )


async def found(gallery: Stub, **fields: Any) -> list[str]:
    """Who is found for Ada's vector."""
    return names((await gallery.SearchPersons(search(ADA, **fields))).results[0])


async def test_a_packed_vector_is_the_same_vector(gallery: Stub) -> None:
    """Bytes and numbers are two spellings of one probe."""
    await gallery.AddTemplates(add("ada", templates=[template(ADA)]))
    packed = pb.Probe(packed_vector=ADA.astype("<f4").tobytes())
    asked = pb.SearchPersonsRequest(collection_id=STAFF, contract_id="arc8-test", probes=[packed])

    assert await gallery.SearchPersons(search(ADA)) == await gallery.SearchPersons(asked)


async def test_filters_travel(gallery: Stub) -> None:
    """Groups, labels of persons and of templates, and times narrow a search down."""
    north = {"group": "day", "site": "north"}
    await gallery.AddTemplates(add("ada", labels=north, templates=[template(ADA, 10, camera="a")]))
    await gallery.AddTemplates(
        add("bob", labels={"group": "night"}, templates=[template(BOB, 20, camera="b")])
    )
    time: dict[str, Any] = {"start_time": Timestamp(seconds=20), "end_time": Timestamp(seconds=21)}

    assert {"ada", "bob"} == set(await found(gallery))
    assert ["ada"] == await found(gallery, filter=pb.SearchFilter(group="day"))
    assert ["bob"] == await found(gallery, filter=pb.SearchFilter(template_labels={"camera": "b"}))
    assert ["ada"] == await found(gallery, filter=pb.SearchFilter(person_labels={"site": "north"}))
    assert ["bob"] == await found(gallery, filter=pb.SearchFilter(**time))
    assert [] == await found(gallery, filter=pb.SearchFilter(group="day", **time))


async def test_callers_with_different_filters_do_not_mix(gallery: Stub) -> None:
    """1:1 obeys filters, too: a template that may not be seen has no score."""
    await gallery.AddTemplates(add("ada", templates=[template(ADA, camera="a")]))
    camera_b = pb.SearchFilter(template_labels={"camera": "b"})
    all_of_her = await gallery.ScorePerson(score("ada", ADA))
    none_of_her = await gallery.ScorePerson(score("ada", ADA, filter=camera_b))

    assert (True, False) == (all_of_her.HasField("score"), none_of_her.HasField("score"))


async def test_what_is_said_of_a_template_is_kept(gallery: Stub) -> None:
    """Labels and the time of capture come back; without one it is the time of the call."""
    samples = [template(ADA, 10, camera="a"), pb.NewTemplate(vector=BOB, quality=0.5)]
    await gallery.AddTemplates(add("ada", templates=samples))
    wanted = pb.GetPersonRequest(collection_id=STAFF, person_id="ada")
    told, untold = (await gallery.GetPerson(wanted)).templates

    assert ({"camera": "a"}, 10) == (dict(told.labels), told.capture_time.seconds)
    assert ({}, untold.create_time) == (dict(untold.labels), untold.capture_time)


async def test_fused_templates_speak_together(gallery: Stub) -> None:
    """The mean is scored, and the template of somebody else among them is named."""
    near = [(ADA + 0.2 * each) / np.linalg.norm(ADA + 0.2 * each) for each in (BOB, -BOB)]
    reply = await gallery.AddTemplates(add("ada", *near, -ADA))
    asked = search(ADA, aggregation=pb.AGGREGATION_FUSED)
    [person] = (await gallery.SearchPersons(asked)).results[0].persons
    alone = await gallery.ScorePerson(score("ada", ADA, aggregation=pb.AGGREGATION_FUSED))
    [best] = (await gallery.SearchPersons(search(ADA))).results[0].persons

    assert (2, [reply.template_ids[2]]) == (person.template_count, [*person.refused_template_ids])
    assert (person, 1) == (alone.score, best.template_count)
    assert person.similarity > best.similarity


async def test_a_position_that_was_reached_is_seen(gallery: Stub) -> None:
    """Who asks for their own write sees it, and is told that nothing is missing."""
    reply = await gallery.AddTemplates(add("ada", ADA))
    answer = await gallery.SearchPersons(search(ADA, min_position=reply.position))

    assert (reply.position, False) == (answer.position, answer.stale)


async def test_a_position_of_the_future_is_refused(gallery: Stub) -> None:
    """A replica that has not seen a write says so, and others may be asked."""
    await gallery.AddTemplates(add("ada", ADA))
    code, reason, metadata = await refused(gallery.SearchPersons(search(ADA, min_position=99)))

    assert (grpc.StatusCode.UNAVAILABLE, "ERROR_REASON_REPLICA_BEHIND") == (code, reason)
    assert {"position": "2", "min_position": "99"} == metadata


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"min_position": -1}, "min_position", id="position"),
        pytest.param({"aggregation": 7}, "aggregation", id="aggregation"),
        pytest.param(
            {"filter": pb.SearchFilter(group="a", person_labels={"group": "b"})},
            "filter.group",
            id="two groups",
        ),
        pytest.param(
            {"filter": pb.SearchFilter(start_time=Timestamp(seconds=2**60))},
            "start_time",
            id="time",
        ),
        pytest.param(
            {"filter": pb.SearchFilter(template_labels={"x" * 300: ""})}, "labels", id="label"
        ),
        pytest.param(
            {"probes": [pb.Probe(packed_vector=b"123")]}, "packed_vector", id="half a number"
        ),
        pytest.param(
            {"probes": [pb.Probe(packed_vector=b"1234", vector=[1.0])]},
            "packed_vector",
            id="two vectors",
        ),
    ],
)
async def test_questions_out_of_range_are_refused(
    gallery: Stub, fields: dict[str, Any], field: str
) -> None:
    """Each with the name of the field."""
    code, reason, metadata = await refused(gallery.SearchPersons(search(ADA, **fields)))

    assert (INVALID, "ERROR_REASON_FIELD_INVALID") == (code, reason)
    assert field == metadata["field"]
