"""What other processes say, as the gateway understands it, also if they are newer."""

from faces.measures import Component, Measure
from faces.occlusion import Occlusion, Pattern
from faces.parts import Part
from faces.quality import Interval, Quality
from gateway.codec.faces import decode_quality, encode_quality
from gateway.codec.measures import decode_measures, encode_measure
from gateway.codec.occlusion import decode_occlusion, encode_occlusion
from sureface.type.v1 import measure_pb2


def test_quality_comes_back_as_it_was() -> None:
    """With all that a model can tell, and without."""
    known = Quality(score=0.5, magnitude=3.0, uncertainty=0.25, interval=Interval(0.375, 0.625))
    plain = Quality(score=0.5, magnitude=3.0)

    assert [known, plain] == [decode_quality(encode_quality(each)) for each in (known, plain)]


def test_occlusion_comes_back_as_it_was() -> None:
    """With a pattern or without; a face in full view is not one that nobody looked at."""
    pattern = Pattern(cells=(3, 0, 5, 5), grid=5, probability=0.5)
    masked = Occlusion(share=0.25, parts=frozenset({Part.NOSE, Part.MOUTH}), pattern=pattern)
    messages = [encode_occlusion(each) for each in (masked, Occlusion(share=0), None)]

    assert [masked, Occlusion(share=0), None] == [
        decode_occlusion(message) if message else None for message in messages
    ]
    assert messages[1] is not None


def test_a_newer_part_is_dropped() -> None:
    """An embedder that knows more parts does not break a gateway that knows fewer."""
    message = encode_occlusion(Occlusion(share=0.5, parts=frozenset({Part.NOSE})))
    assert message is not None
    message.parts.append(99)  # type: ignore[arg-type]  # newer

    assert frozenset({Part.NOSE}) == decode_occlusion(message).parts


def test_a_newer_measure_is_dropped() -> None:
    """So does a detector that measures more."""
    known = Measure(component=Component.HEAD_SIZE, native=0.5, score=54, estimated=True)
    newer = measure_pb2.Measure(name="EyesOpen", native_value=1, score=50)

    assert (known,) == decode_measures([newer, encode_measure(known)])
