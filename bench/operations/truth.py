"""The right answers: what an undisturbed mesh says to the questions that callers ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bench import sides
from client import AsyncSureface
from client.types import Identification, Photo, Verification
from faces.policy import Verdict
from faces.rules import Rule
from tests.photos import degraded, encoded, far_away, opened

COLLECTION = "staff"
PEOPLE = ("obama", "biden")
"""Enrolled, each by the photo of that name."""


def _portrait(name: str) -> bytes:
    return encoded(opened(name), quality=95)


PICTURES: Mapping[str, bytes] = {
    **{name: _portrait(name) for name in ("obama", "obama2", "obama3", "biden")},
    "obama2, degraded": degraded("obama2"),
    "obama2, far away": far_away(),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One call that has one right answer."""

    scene: str
    picture: str
    """Of `PICTURES`."""

    person_id: str = ""
    """Whom it is compared with; empty asks who it is."""

    @property
    def call(self) -> str:
        """Which call of the API asks it."""
        return "Verify" if self.person_id else "Identify"


QUESTIONS: Sequence[Question] = (
    Question("access_control", "obama2"),
    Question("access_control", "obama3"),
    Question("access_control", "biden"),
    Question("access_control", "obama2, far away"),
    Question("access_control", "obama2, degraded"),
    Question("search_prefilter", "obama2, degraded"),
    Question("access_control", "obama3", "obama"),
    Question("access_control", "obama2", "biden"),
    Question("search_prefilter", "obama2, degraded", "obama"),
)
"""Of every kind of verdict; with and without the enhancer."""


@dataclass(frozen=True, slots=True)
class Said:
    """What of an answer must not change."""

    verdict: Verdict
    rule: Rule | None
    person_id: str
    similarity: float | None
    degradations: tuple[str, ...]

    @classmethod
    def of(cls, answer: Identification | Verification) -> "Said":
        """Read an answer."""
        if isinstance(answer, Verification):
            person_id, similarity = "", answer.similarity
        else:
            found = answer.candidate
            person_id, similarity = (found.person_id, found.similarity) if found else ("", None)
        decision = answer.decision
        return cls(decision.verdict, decision.rule, person_id, similarity, decision.degradations)

    def like(self, other: "Said") -> bool:
        """Whether they are one answer, given that batches round differently."""
        if (self.similarity is None) != (other.similarity is None):
            return False
        off = abs((self.similarity or 0.0) - (other.similarity or 0.0))
        return off <= sides.SAME and replace(self, similarity=other.similarity) == other


Truth = Mapping[Question, Sequence[Said]]
"""To each question its right answers: of a whole mesh, and of one whose enhancer is away."""


async def enrolled(client: AsyncSureface) -> None:
    """Enrol everybody.

    Raises:
        RuntimeError: Somebody is refused.
    """
    await client.create_collection(collection_id=COLLECTION)
    for name in PEOPLE:
        answer = await client.enroll_person(
            scene=sides.SCENE,
            collection_id=COLLECTION,
            person_id=name,
            photos=[Photo(PICTURES[name])],
        )
        if answer.person is None:
            raise RuntimeError(f"{name} is refused: {answer.outcomes[0].reason}")


async def asked(client: AsyncSureface, question: Question) -> Said:
    """Ask one question.

    Raises:
        FaceError: It is not answered.
    """
    probe = PICTURES[question.picture]
    about = {"scene": question.scene, "collection_id": COLLECTION}
    if question.person_id:
        return Said.of(await client.verify(probe=probe, person_id=question.person_id, **about))
    return Said.of(await client.identify(probe=probe, **about))


async def learned(whole: AsyncSureface, bare: AsyncSureface) -> Truth:
    """Ask everything while nothing happens.

    Args:
        whole: A mesh with everything.
        bare: The same without an enhancer.

    Raises:
        RuntimeError: The enhancer has no part in the answers of the one, or has in the other's.
    """
    truth = {q: (await asked(whole, q), await asked(bare, q)) for q in QUESTIONS}
    lacks = [
        sum(bool(each.degradations) for each in said) for said in zip(*truth.values(), strict=True)
    ]
    if lacks[0] or not lacks[1]:
        raise RuntimeError(f"{lacks[0]} answers lack the enhancer, and {lacks[1]} without one")
    return truth
