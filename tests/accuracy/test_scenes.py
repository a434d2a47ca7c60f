"""Three scenes in which faces are hard to read, and what each shipped policy says of them.

A turnstile at night, a phone that photographs a screen, and a ceiling camera that has 42 x 56
pixels of a face, each as it is and far worse (`degradations.SCENES`). The crops are of a demo
photo; the served embedder and the detector are the real ones, in this process.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from degradations import SCENES, Crop
from degradations.cause import INTER_EYE_PX, SIDE
from evaluation.cutting import Cutter
from faces.decision import Candidate, Conclusion, decide
from faces.gates import Enhancement, Sighting, gate_sample, gate_sighting, wants_enhancement
from faces.policy import Row
from faces.pose import Pose
from gateway.config import BUILT_IN_POLICIES
from meshkit.models.registry import find
from meshkit.policy_file import parse
from services.embedder.model import Embedded
from services.embedder.onnx import OnnxModel
from tests.photos import photo

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
SEEDS = (0, 1, 2)
"""Of what a scene draws. All of them must come to the same verdict: none is on an edge."""

CAMERA_PX = 64.0
"""Between the eyes, at a door. Who is 42 px wide has fewer."""

MATCH, CONFIRM = "match: accept", "review: reviewers"
FAINT = tuple(f"{told}: min_detection_score" for told in ("recapture", "reject", "review"))
ROWS = ("access_control", "search_prefilter", "alarm_review")

TABLE = {
    # scene, strength:     access_control              search_prefilter        alarm_review
    ("night gate", 0.5): (MATCH, CONFIRM, CONFIRM),
    ("night gate", 3.0): FAINT,
    ("re-photograph", 0.5): (MATCH, CONFIRM, CONFIRM),
    ("re-photograph", 4.0): FAINT,
    ("cctv", 0.5): ("recapture: min_inter_eye_px", CONFIRM, CONFIRM),
    ("cctv", 1.0): tuple(f"{told}: min_inter_eye_px" for told in ("recapture", "reject", "review")),
}


@dataclass(frozen=True, slots=True)
class Door:
    """The real models, and who is enrolled."""

    cutter: Cutter
    model: OnnxModel
    probe: Crop
    enrolled: dict[str, Embedded]

    def says(self, row: Row, crop: Crop, *, inter_eye_px: float) -> Conclusion:
        """What a scene concludes of a crop, gate by gate."""
        sighting = Sighting(
            detection_score=self.cutter.score(crop),
            inter_eye_px=inter_eye_px,
            pose=Pose(0.0, 0.0, 0.0),
        )
        if refusal := gate_sighting(row, sighting, faces=1):
            return refusal
        seen = self.embedded(crop)
        wanted = wants_enhancement(row, seen.quality.score)
        refusal = gate_sample(
            row,
            quality=seen.quality.score,
            occlusion=seen.occlusion.share if seen.occlusion else None,
            enhancement=Enhancement.NOT_CONFIGURED if wanted else Enhancement.NOT_NEEDED,
        )
        return refusal or decide(row, self._search(seen))

    def embedded(self, crop: Crop) -> Embedded:
        """As the embedder serves it: crops come in RGB."""
        [seen] = self.model.embed([np.ascontiguousarray(crop[..., ::-1])])
        return seen

    def _search(self, seen: Embedded) -> list[Candidate]:
        found = [
            Candidate(person, float(seen.vector @ known.vector))
            for person, known in self.enrolled.items()
        ]
        return sorted(found, key=lambda candidate: -candidate.similarity)


@pytest.fixture(name="door", scope="module")
def _door() -> Door:
    cutter = Cutter(MODELS, threads=1)
    model = OnnxModel(find(MODELS, "sureface", task="embedder"), provider="cpu", threads=1)
    crops = {name: cutter.crop(photo(name))[0] for name in ("obama", "biden", "obama2")}
    door = Door(cutter, model, crops.pop("obama2"), {})
    door.enrolled.update({person: door.embedded(crop) for person, crop in crops.items()})
    return door


@pytest.mark.timeout(600)  # a busy machine
@pytest.mark.parametrize(("scene", "strength"), TABLE)
def test_what_policies_say_of_a_scene(door: Door, scene: str, strength: float) -> None:
    """Nobody passes whom a camera cannot show, and nobody is turned away who can be read."""
    [cause] = [each for each in SCENES if each.name == scene]
    across = INTER_EYE_PX * min(SIDE, 42 / strength) / SIDE
    inter_eye_px = across if scene == "cctv" else CAMERA_PX
    table = parse(BUILT_IN_POLICIES.read_text())

    for seed in SEEDS:
        crop = cause.apply(door.probe, strength, np.random.default_rng(seed))
        told = [door.says(table.row(row), crop, inter_eye_px=inter_eye_px) for row in ROWS]
        said = tuple(f"{each.verdict.value}: {each.rule.value}" for each in told)
        assert TABLE[scene, strength] == said, f"seed {seed}"


@pytest.mark.parametrize(("scene", "strength"), TABLE)
def test_the_page_shows_the_same(scene: str, strength: float) -> None:
    """docs/policies.md has the row of each scene."""
    row = " | ".join((scene, f"{strength:g}", *TABLE[scene, strength]))

    assert f"| {row} |" in (ROOT / "docs" / "policies.md").read_text()
