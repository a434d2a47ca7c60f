"""What is known of a face, from the first look at its picture to its vector."""

from dataclasses import dataclass

from faces.conditions import Conditions
from faces.decision import Conclusion
from faces.face import Face
from faces.gates import Enhancement, certain_faces, gate_sighting
from faces.policy import Policy
from gateway.backends.ports import Detections, Judged
from gateway.enhancing import Enhanced


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is known of a face of a picture: of the most prominent one, if nobody says which."""

    found: int
    """How many faces the picture shows, without those that the scene takes for none."""

    detected: int
    """How many there are with those."""

    others: tuple[float, ...]
    """Detection scores of the faces beside it that were looked at."""

    face: Face | None
    """The face; None if there is none."""

    judged: Judged | None
    """Its vector and quality; None if it was refused before it was embedded."""

    contract_id: str
    """The space of the vector; empty without one."""

    enhancement: Enhancement
    """What became of gate 2."""

    refusal: Conclusion | None
    """Why it may not be compared; None if it may."""

    enhanced: Enhanced | None = None
    """What an enhancer made of the face, used or not; None if none answered."""

    image_sha256: str = ""
    """Of the encoded picture, so that a record can say which one it was."""

    conditions: Conditions | None = None
    """What light and lens made of the face; None if nothing was wrong, or nobody looked."""

    @property
    def derived(self) -> bool:
        """Whether the vector owes anything to an enhancer. Such a sample is never enrolled."""
        return self.enhancement is Enhancement.DONE

    @property
    def raw(self) -> Judged | None:
        """The face as the camera saw it, whatever was made of it since."""
        return self.enhanced.raw if self.enhanced else self.judged


@dataclass(frozen=True, slots=True)
class Look:
    """What the detector saw in a picture."""

    seen: Detections
    image_sha256: str

    def certain(self, policy: Policy) -> list[int]:
        """Which faces the scene takes for faces; the most prominent ones first."""
        least = policy.min_detection_score
        scores = [found.face.detection_score for found in self.seen.faces]
        return [number for number, score in enumerate(scores) if score >= least]

    def sample(self, policy: Policy, index: int = 0) -> Sample:
        """Gate 1 for one of the faces, or for the picture if there is none; not embedded yet."""
        faces = self.seen.faces
        face = faces[index].face if faces else None
        others = tuple(f.face.detection_score for i, f in enumerate(faces) if i != index)
        found = certain_faces(policy, self.seen.found, others)
        return Sample(
            found=found,
            detected=self.seen.found,
            others=others,
            face=face,
            judged=None,
            contract_id="",
            enhancement=Enhancement.NOT_NEEDED,
            refusal=gate_sighting(policy, face.sighting if face else None, faces=found),
            image_sha256=self.image_sha256,
        )
