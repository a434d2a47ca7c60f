"""Photos to enrol, and what became of them."""

from collections.abc import Iterable, Sequence

from faces import fields
from gateway.codec.decisions import encode_rule
from gateway.codec.faces import encode_if_seen, encode_judged
from gateway.enrollment import Photo, PhotoOutcome
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2
from sureface.type.v1 import decision_pb2

MAX_PHOTOS = 16
"""What `enrollment.proto` promises."""


def decode_photos(photos: Sequence[pb.EnrollmentPhoto]) -> list[Photo]:
    """1 to 16 photos.

    Raises:
        BatchSize: Fewer or more.
        FieldInvalid: A source is described at too great a length.
    """
    fields.count(len(photos), "photos", limit=MAX_PHOTOS)
    return [
        Photo(
            image=photo.image.data,
            source_id=fields.words(photo.source_id, "source_id", limit=256, required=False),
        )
        for photo in photos
    ]


def new_templates(
    photos: Sequence[pb.EnrollmentPhoto], outcomes: Sequence[PhotoOutcome]
) -> list[gallery_pb2.NewTemplate]:
    """The photos that passed, as templates for the gallery."""
    return [
        gallery_pb2.NewTemplate(
            vector=outcome.sample.judged.vector,
            quality=outcome.sample.judged.quality.score,
            source_id=photo.source_id,
        )
        for photo, outcome in zip(photos, outcomes, strict=True)
        if outcome.sample and outcome.sample.judged and not outcome.refusal
    ]


def encode_outcomes(outcomes: Iterable[PhotoOutcome]) -> list[pb.PhotoOutcome]:
    """One message per photo, before the templates have identifiers."""
    return [_outcome(outcome) for outcome in outcomes]


def encode_enrolled(answer: gallery_pb2.AddTemplatesResponse) -> pb.EnrollPersonResponse:
    """What the gallery keeps of an enrolment: the person, and what was said of each photo.

    Identifiers go, in order, to the photos that became templates. Nothing is said of the
    photos of someone who was deleted since: the gallery has forgotten it.
    """
    response = pb.EnrollPersonResponse.FromString(answer.annotation)
    response.person.CopyFrom(answer.person)
    enrolled = [outcome for outcome in response.outcomes if outcome.enrolled]
    for outcome, template_id in zip(enrolled, answer.template_ids, strict=bool(answer.annotation)):
        outcome.template_id = template_id
    return response


def _outcome(outcome: PhotoOutcome) -> pb.PhotoOutcome:
    refusal = f"PHOTO_REFUSAL_{outcome.refusal.name if outcome.refusal else 'UNSPECIFIED'}"
    policy, sample = outcome.conclusion, outcome.sample
    return pb.PhotoOutcome(
        enrolled=outcome.refusal is None,
        refusal=pb.PhotoRefusal.Value(refusal),
        rule=encode_rule(policy.rule) if policy else decision_pb2.RULE_UNSPECIFIED,
        error_reason=outcome.error.reason if outcome.error else "",
        reason=outcome.reason,
        advices=policy.advices if policy else (),
        face=encode_if_seen(sample.face) if sample else None,
        quality=encode_judged(sample.judged) if sample else None,
    )
