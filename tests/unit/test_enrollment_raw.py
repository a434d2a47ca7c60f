"""What is enrolled is what the camera saw: over every way in, whatever the policy says."""

from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from faces.gates import Enhancement
from gateway.codec.enrollment import new_templates
from gateway.enhancing import Enhancing
from gateway.enrollment import Enrollment, Photo
from gateway.pipeline import Pipeline
from gateway.sample import Sample
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.type.v1 import face_pb2
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import PEOPLE, FakeDetector, FakeEmbedder, FakeEnhancer, FakeGallery

POLICIES = st.builds(
    replace,
    st.just(POLICY),
    enhance_below=st.floats(0, 1),
    min_quality=st.floats(0, 1),
    min_enhanced_similarity=st.floats(-1, 1),
    enhancer_required=st.booleans(),
)
PHOTOS = st.lists(
    st.builds(
        "{} {}".format,
        st.sampled_from(sorted(PEOPLE)),
        st.sampled_from(["good", "fair", "poor", "awful", "masked poor"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=50)
@given(policy=POLICIES, words=PHOTOS)
async def test_no_enhanced_crop_is_ever_enrolled(policy: Any, words: list[str]) -> None:
    """Templates are the vectors of raw crops, and no enhancer is so much as asked."""
    enhancer, embedder = FakeEnhancer(draws="bob"), FakeEmbedder()
    pipeline = Pipeline(FakeDetector(), Enhancing(embedder, enhancer))
    photos = [Photo(image=word.encode(), source_id="") for word in words]
    messages = [pb.EnrollmentPhoto(image=face_pb2.Image(data=photo.image)) for photo in photos]

    outcomes = await Enrollment(pipeline, FakeGallery()).judge(
        policy, photos, collection_id="staff", person_id="p"
    )

    templates = new_templates(messages, outcomes)
    kept = [word.split()[0] for word, o in zip(words, outcomes, strict=True) if not o.refusal]
    assert 0 == enhancer.calls
    assert {photo.image for photo in photos} >= set(embedder.raw)
    assert {Enhancement.NOT_NEEDED} >= {o.sample.enhancement for o in outcomes if o.sample}
    assert [pytest.approx(PEOPLE[name]) for name in kept] == [list(t.vector) for t in templates]


async def test_a_pipeline_that_enhances_all_the_same_is_stopped() -> None:
    """Whatever changes in there: a derived sample ends an enrolment, it does not become one."""

    class Careless(Pipeline):
        @override
        async def sample(self, *arguments: Any, **options: Any) -> Sample:
            return await super().sample(*arguments, **(options | {"enhance": True}))

    pipeline = Careless(FakeDetector(), Enhancing(FakeEmbedder(), FakeEnhancer()))
    photos = [Photo(image=b"alice poor", source_id="")]

    with pytest.raises(RuntimeError, match="about to be enrolled"):
        await Enrollment(pipeline, FakeGallery()).judge(
            replace(POLICY, enhance_below=0.6), photos, collection_id="c", person_id="p"
        )


def shows_pictures(message: Descriptor) -> bool:
    """Whether a picture fits into a message, at any depth."""
    parts = [field.message_type for field in message.fields if field.message_type]
    return any(part is face_pb2.Image.DESCRIPTOR or shows_pictures(part) for part in parts)


def test_there_is_no_other_way_in() -> None:
    """Of the calls that enrol, two take pictures; the property above is about what both do."""
    [service] = pb.DESCRIPTOR.services_by_name.values()
    taking = {method.name for method in service.methods if shows_pictures(method.input_type)}

    assert {"EnrollPerson", "BatchEnroll"} == taking
