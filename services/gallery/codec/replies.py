"""What the gallery answers, as messages."""

from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from services.gallery.answers import Added, Created, Dropped, Removed
from services.gallery.gallery import Answered
from services.gallery.matches import Match
from services.gallery.records import Collection, Person, Template
from sureface.gallery.v1 import gallery_pb2 as pb


def collection(value: Collection) -> pb.Collection:
    """A collection with its counts."""
    return pb.Collection(
        collection_id=value.collection_id,
        contract_id=value.contract_id,
        dimension=value.dimension,
        person_count=value.person_count,
        template_count=value.template_count,
        create_time=time(value.created_us),
    )


def person(value: Person) -> pb.Person:
    """A person without templates."""
    return pb.Person(
        person_id=value.person_id,
        labels=value.labels,
        template_count=value.template_count,
        create_time=time(value.created_us),
    )


def created(value: Created) -> pb.CreateCollectionResponse:
    """What was created."""
    return pb.CreateCollectionResponse(
        collection=collection(value.collection), position=value.position
    )


def templates(values: Sequence[Template]) -> list[pb.Template]:
    """Templates without vectors."""
    return [
        pb.Template(
            template_id=str(value.key),
            quality=value.quality,
            source_id=value.source_id,
            create_time=time(value.created_us),
            capture_time=time(value.captured_us),
            labels=value.labels,
        )
        for value in values
    ]


def added(value: Added) -> pb.AddTemplatesResponse:
    """What was added to whom."""
    return pb.AddTemplatesResponse(
        person=person(value.person),
        template_ids=map(str, value.templates),
        position=value.position,
        annotation=bytes.fromhex(value.annotation),
    )


def dropped(value: Dropped) -> pb.DeleteCollectionResponse:
    """How many are gone, and since when."""
    return pb.DeleteCollectionResponse(
        person_count=value.person_count,
        template_count=value.template_count,
        delete_time=time(value.deleted_us),
        position=value.position,
    )


def removed(value: Removed) -> pb.DeletePersonResponse:
    """How much of a person is gone, and since when."""
    return pb.DeletePersonResponse(
        template_count=value.template_count,
        delete_time=time(value.deleted_us),
        position=value.position,
    )


def searched(value: Answered) -> pb.SearchPersonsResponse:
    """One result per probe; the position that all of them have seen."""
    results = [pb.SearchResult(persons=map(_score, each.matches)) for each in value.results]
    position = min(each.position for each in value.results)
    return pb.SearchPersonsResponse(results=results, position=position, stale=value.stale)


def scored(value: Answered) -> pb.ScorePersonResponse:
    """A person's score; absent without templates."""
    [found] = value.results
    score = _score(found.matches[0]) if found.matches else None
    return pb.ScorePersonResponse(score=score, position=found.position, stale=value.stale)


def _score(match: Match) -> pb.PersonScore:
    return pb.PersonScore(
        person_id=match.person_id,
        similarity=match.similarity,
        template_id=str(match.template),
        template_quality=match.quality,
        template_count=match.template_count,
        refused_template_ids=map(str, match.refused),
    )


def time(microseconds: int) -> Timestamp:
    """A time as it travels."""
    stamp = Timestamp()
    stamp.FromMicroseconds(microseconds)
    return stamp
