"""People who pass a camera, made up: it is known whose face is whose, so verdicts can be counted.

They cross each other, walk by more than the width of their face from frame to frame, turn away,
are blurred, and are not found at all for up to 1.8 seconds. Good shots of one visit have cosines
of .55 to .96, of two people 0 with a standard deviation of .09, as the served embedder's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from faces.policy import PolicyTable, Verdict
from faces.tracking import Box
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from gateway.streaming.due import Told
from gateway.streaming.frames import Frame, Settings
from gateway.streaming.judging import Judging
from gateway.streaming.viewing import Viewing
from tests.reviewing import nobody
from tests.stage import Shown, Stage
from tests.unit.door import POLICY

EVERY_MS = 200
_DIMENSION = 128
_STATES = ("good", "poor", "turned", "missed")
_STAYS = 0.6
_ODDS = (0.6, 0.15, 0.15, 0.1)
_LONGEST_MISSED = 9


@dataclass(slots=True)
class Visit:
    """One person passes once."""

    person: int
    known: bool
    begins: int
    """Number of the first frame."""

    sights: list[Shown | None]
    """Frame by frame; None where nothing is found."""

    @property
    def is_seen(self) -> bool:
        """Whether any frame is good."""
        return any(s and s.quality >= POLICY.min_quality and not s.yaw_deg for s in self.sights)


@dataclass(slots=True)
class Outcome:
    """What was told of a crowd."""

    verdicts: Counter[int] = field(default_factory=Counter)
    """How many other than RECAPTURE each visit has got."""

    by_track: Counter[str] = field(default_factory=Counter)
    """The same of each track."""

    wrong: int = 0
    """Matches with somebody else."""

    matches: int = 0

    @property
    def doubles(self) -> int:
        """Visits with several verdicts."""
        return sum(count > 1 for count in self.verdicts.values())


def visits(count: int, *, seed: int, at_once: float = 3.0) -> list[Visit]:
    """People who come one after the other, about so many at a time; every second one is known."""
    generator = np.random.default_rng(seed)
    found, begins = [], 0.0
    for person in range(count):
        length = int(generator.integers(6, 20))
        begins += length / at_once
        found.append(
            Visit(person, person % 2 == 0, int(begins), _sights(generator, person, length))
        )
    return found


async def watched(crowd: Sequence[Visit], log: DecisionLog) -> Outcome:
    """Let a camera watch them, frame by frame, through everything but the network."""
    stage = Stage(**{str(v.person): _direction(v.person, 0.5) for v in crowd if v.known})
    recorder = Recorder(PolicyTable([replace(POLICY, max_faces=16)]), log)
    settings = Settings(scene="door", collection_id="crowd", camera_id="gate-7")
    judging = Judging(recorder, stage, nobody(), settings, stream_id="crowd")
    pipeline = Pipeline(stage, Enhancing(stage))
    viewing = Viewing(settings, recorder=recorder, pipeline=pipeline, judging=judging)
    whose: dict[tuple[int, Box], Visit] = {}
    outcome = Outcome()
    for number in range(max(v.begins + len(v.sights) for v in crowd)):
        here = [v for v in crowd if v.begins <= number < v.begins + len(v.sights)]
        shown = [(v, s) for v in here if (s := v.sights[number - v.begins])]
        whose |= {(number * EVERY_MS, s.box): v for v, s in shown}
        picture = stage.picture(*(s for _, s in shown))
        for due in await viewing.see(Frame(image=picture, offset_ms=number * EVERY_MS)):
            _count(outcome, await judging.tell(due), whose)
        viewing.forget()
    for due in await viewing.see_nobody():
        _count(outcome, await judging.tell(due), whose)
    return outcome


def _count(outcome: Outcome, told: Told, whose: dict[tuple[int, Box], Visit]) -> None:
    verdict = told.decision.conclusion.verdict
    if verdict is Verdict.RECAPTURE:
        return
    face = told.decision.samples[0].face
    first_ms = int(told.decision.context["frame_offsets_ms"].split()[0])
    assert face
    visit = whose[first_ms, face.box]
    outcome.verdicts[visit.person] += 1
    outcome.by_track[told.track_id] += 1
    if verdict is Verdict.MATCH:
        outcome.matches += 1
        outcome.wrong += told.candidates[0].person_id != str(visit.person)


def _sights(generator: np.random.Generator, person: int, length: int) -> list[Shown | None]:
    side, pace = float(generator.uniform(60, 90)), float(generator.uniform(-1.2, 1.2))
    x, y = float(generator.uniform(0, 1200)), float(generator.uniform(100, 300))
    state, missed = "good", 0
    found: list[Shown | None] = []
    for _ in range(length):
        if generator.random() > _STAYS:
            state = str(generator.choice(_STATES, p=_ODDS))
        missed = missed + 1 if state == "missed" else 0
        if missed > _LONGEST_MISSED:
            state, missed = "good", 0
        x, side = x + pace * side, side * float(generator.uniform(1.0, 1.06))
        corner = x + float(generator.normal(0, 0.05)) * side
        box = (corner, y, corner + side, y + side)
        found.append(_shown(generator, person, state, box))
    return found


def _shown(generator: np.random.Generator, person: int, state: str, box: Box) -> Shown | None:
    if state == "missed":
        return None
    noise = generator.uniform(1.5, 2.5) if state == "poor" else generator.uniform(0.2, 0.9)
    vector = _direction(person, float(noise), seed=int(generator.integers(2**32)))
    quality = generator.uniform(0.1, 0.5) if state == "poor" else generator.uniform(0.6, 1.0)
    return Shown(vector, box, quality=float(quality), yaw_deg=60.0 if state == "turned" else 0.0)


def _direction(person: int, noise: float, seed: int = 0) -> NDArray[np.float32]:
    """A look of somebody: two of noise 1 resemble each other by about .5, two strangers by 0."""
    made = []
    for key, weight in (([person], 1.0), ([person, seed], noise)):
        vector = np.random.default_rng(key).normal(size=_DIMENSION)
        made.append(weight * vector / np.linalg.norm(vector))
    look = np.sum(made, axis=0)
    unit: NDArray[np.float32] = (look / np.linalg.norm(look)).astype(np.float32)
    return unit
