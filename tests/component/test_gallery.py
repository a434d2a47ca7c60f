"""The gallery over a real socket: what callers are promised."""

import asyncio
from pathlib import Path

import pytest

from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    STAFF,
    Stub,
    add,
    config,
    create,
    delete,
    names,
    new_id,
    score,
    search,
    stub,
    unit_vectors,
)

ADA, BOB, EVE = unit_vectors(3)


async def test_a_collection_counts_whom_it_holds(gallery: Stub) -> None:
    """Counts follow additions and deletions of persons and of templates."""
    await gallery.AddTemplates(add("ada", ADA, EVE))
    added = await gallery.AddTemplates(add("bob", BOB))
    await gallery.AddTemplates(add("eve", EVE))
    await gallery.DeletePerson(delete("ada"))
    await gallery.DeleteTemplate(
        pb.DeleteTemplateRequest(
            request_id=new_id(), collection_id=STAFF, template_id=added.template_ids[0]
        )
    )

    reply = await gallery.GetCollection(pb.GetCollectionRequest(collection_id=STAFF))

    assert (2, 1) == (reply.collection.person_count, reply.collection.template_count)


async def test_an_added_person_is_found_at_once(gallery: Stub) -> None:
    """The best template speaks for the person, with its quality, and positions agree."""
    added = await gallery.AddTemplates(add("ada", -ADA, ADA))
    await gallery.AddTemplates(add("bob", BOB))

    reply = await gallery.SearchPersons(search(ADA, BOB))

    assert [["ada", "bob"], ["bob", "ada"]] == [names(result) for result in reply.results]
    best = reply.results[0].persons[0]
    assert (1.0, added.template_ids[1], 0.5) == (
        best.similarity,
        best.template_id,
        best.template_quality,
    )
    assert added.position + 1 == reply.position


async def test_a_deleted_person_is_found_no_more(gallery: Stub) -> None:
    """A deletion says how much is gone; whoever is enrolled again is somebody new."""
    await gallery.AddTemplates(add("ada", ADA, BOB))
    gone = await gallery.DeletePerson(delete("ada"))
    after = await gallery.SearchPersons(search(ADA))
    again = await gallery.AddTemplates(add("ada", BOB))
    reply = await gallery.SearchPersons(search(ADA, limit=1))

    assert (2, []) == (gone.template_count, names(after.results[0]))
    assert again.template_ids[0] == reply.results[0].persons[0].template_id
    assert gone.delete_time.ToMicroseconds() > 0


async def test_a_person_without_templates_stays(gallery: Stub) -> None:
    """Whose last template goes is enrolled, unsearchable, and has no score."""
    added = await gallery.AddTemplates(add("ada", ADA))
    await gallery.DeleteTemplate(
        pb.DeleteTemplateRequest(
            request_id=new_id(), collection_id=STAFF, template_id=added.template_ids[0]
        )
    )

    person = await gallery.GetPerson(pb.GetPersonRequest(collection_id=STAFF, person_id="ada"))
    found = await gallery.SearchPersons(search(ADA))
    scored = await gallery.ScorePerson(score("ada", ADA))

    assert ("ada", 0, []) == (
        person.person.person_id,
        person.person.template_count,
        list(person.templates),
    )
    assert ([], False) == (names(found.results[0]), scored.HasField("score"))


async def test_one_to_one_is_the_score_of_the_best_template(gallery: Stub) -> None:
    """A probe against one person gets what a search would say of them."""
    added = await gallery.AddTemplates(add("ada", BOB, ADA))
    await gallery.AddTemplates(add("eve", EVE))

    scored = await gallery.ScorePerson(score("ada", ADA))
    found = await gallery.SearchPersons(search(ADA))

    assert added.template_ids[1] == scored.score.template_id
    assert found.results[0].persons[0] == scored.score


async def test_a_vector_counts_by_its_direction(gallery: Stub) -> None:
    """A length off by rounding is taken, and similarities stay within [-1, 1]."""
    await gallery.AddTemplates(add("ada", ADA * 1.0009))
    reply = await gallery.SearchPersons(search(ADA * 1.0009))

    assert 1.0 == reply.results[0].persons[0].similarity


async def test_a_person_is_shown_with_templates(gallery: Stub) -> None:
    """Labels are merged, templates come oldest first, with their sources and times."""
    ours = pb.NewTemplate(vector=ADA, quality=0.75, source_id="door 3")
    await gallery.AddTemplates(add("ada", BOB, labels={"role": "guard", "site": "north"}))
    await gallery.AddTemplates(add("ada", templates=[ours], labels={"role": "chief"}))

    reply = await gallery.GetPerson(pb.GetPersonRequest(collection_id=STAFF, person_id="ada"))

    assert {"role": "chief", "site": "north"} == dict(reply.person.labels)
    assert [(0.5, ""), (0.75, "door 3")] == [(t.quality, t.source_id) for t in reply.templates]
    assert reply.person.create_time.seconds == reply.templates[0].create_time.seconds


async def test_lists_come_in_pages(gallery: Stub) -> None:
    """Pages follow one another by identifier, until the token is empty."""
    await asyncio.gather(*(gallery.AddTemplates(add(f"p{n}", ADA)) for n in range(5)))
    for name in ("a", "b"):
        await gallery.CreateCollection(create(name))

    persons: list[list[str]] = []
    page = pb.ListPersonsResponse(next_page_token="")
    while not persons or page.next_page_token:
        page = await gallery.ListPersons(
            pb.ListPersonsRequest(collection_id=STAFF, page_size=2, page_token=page.next_page_token)
        )
        persons.append([person.person_id for person in page.persons])
    first = await gallery.ListCollections(pb.ListCollectionsRequest(page_size=2))
    second = await gallery.ListCollections(
        pb.ListCollectionsRequest(page_token=first.next_page_token)
    )
    collections = [[c.collection_id for c in listed.collections] for listed in (first, second)]

    assert [["p0", "p1"], ["p2", "p3"], ["p4"]] == persons
    assert ([["a", "b"], [STAFF]], "") == (collections, second.next_page_token)


async def test_a_dropped_collection_is_gone_with_everyone(gallery: Stub) -> None:
    """Its name may be used again, by a collection of another contract."""
    await gallery.AddTemplates(add("ada", ADA, BOB))
    gone = await gallery.DeleteCollection(
        pb.DeleteCollectionRequest(request_id=new_id(), collection_id=STAFF)
    )
    await gallery.CreateCollection(create(dimension=3, contract_id="arc3-other"))
    reply = await gallery.SearchPersons(search(unit_vectors(1, 3)[0], contract_id="arc3-other"))

    assert (1, 2) == (gone.person_count, gone.template_count)
    assert gone.delete_time.seconds > 0
    assert [] == names(reply.results[0])


@pytest.mark.parametrize("call", ["CreateCollection", "AddTemplates", "DeletePerson"])
async def test_a_repeated_write_gets_its_answer_again(tmp_path: Path, call: str) -> None:
    """In a row, at once, and after a restart: one write, one answer."""
    requests = {"CreateCollection": create(), "AddTemplates": add("ada", ADA)}
    requests["DeletePerson"] = delete("ada")
    earlier = list(requests)[: list(requests).index(call)]
    answers = []
    for restart in range(2):
        async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
            for name in earlier if not restart else []:
                await getattr(gallery, name)(requests[name])
            same = [getattr(gallery, call)(requests[call]) for _ in range(6)]
            answers += await asyncio.gather(*same)
            answers.append(await getattr(gallery, call)(requests[call]))

    assert [answers[0]] * 14 == answers


async def test_a_restart_finds_everyone_again(tmp_path: Path) -> None:
    """The index is rebuilt from the store before the first answer."""
    people = unit_vectors(200)
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        calls = [gallery.AddTemplates(add(f"p{n}", v)) for n, v in enumerate(people)]
        await asyncio.gather(*calls)
        before = [await gallery.SearchPersons(search(v)) for v in people[:20]]
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        after = [await gallery.SearchPersons(search(v)) for v in people[:20]]

    assert before == after
