"""``python -m bench.scenes.telling``: when a door should tell that it knows nobody.

People kept aside from training pass it, half of them enrolled by one photo, and shots are gathered
and judged as in a stream. Three ways to tell: by the first good shot, by three of them over 300 ms,
and as `faces.tracking.telling` does. That one was chosen on this: of those tried, it is the
quickest that turns no more enrolled people away than three shots do, in the mean over both kinds
of visits.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import Progress

from bench import DATA
from bench.results import Row, record, show
from bench.scenes.cameras import SCENE
from bench.scenes.visiting import FRAMES, KINDS, visits
from bench.scenes.ways import WAYS, Look, looks, told
from evaluation import loading
from evaluation.lfw import Pairs
from evaluation.memory import Memory
from evaluation.seen import Seen
from evaluation.subject import BASELINE, Subject, open_subject
from faces.policy import Row as Policy
from faces.policy import Verdict
from gateway.config import BUILT_IN_POLICIES
from meshkit.policy_file import parse

COMMAND = "python -m bench.scenes.telling"
MODEL = "sureface"

IN_TIME_MS = 400
"""Who is told with a frame of that time hears of it within 500 ms."""

_DRAWS = 5
"""Of who is enrolled, and by which photo."""

_SEED = 73

Enrolled = Mapping[int, int]
"""Numbers of people, and of their photo."""


class Told(NamedTuple):
    """How one visit ended."""

    mated: bool
    look: Look


def measure(
    photos: Pairs, clean: Seen, subject: Subject, memory: Memory, policy: Policy, *, bar: Progress
) -> list[Row]:
    """Let everybody come, and tell them in every way.

    Args:
        photos: Of people whom no training saw.
        clean: What the model makes of them as they are.
        subject: The model.
        memory: Of what it said before.
        policy: Of the door.
        bar: Shows how far it is.
    """
    rows = []
    for kind in KINDS:
        come = visits(photos, kind)
        task = bar.add_task(kind, total=len(come.crops))
        seen = memory.see(subject, come.crops, partial(bar.advance, task))
        ended: dict[str, list[Told]] = {way: [] for way in WAYS}
        for enrolled in _galleries(photos, clean, policy):
            vectors = {person: clean.vectors[row] for person, row in enrolled.items()}
            for number, person in enumerate(come.people):
                if enrolled.get(person) in come.shown[number]:
                    continue  # they would be compared with themselves
                frames = range(number * FRAMES, (number + 1) * FRAMES)
                if all_looks := list(looks(seen, frames, vectors, policy)):
                    for way, certain in WAYS.items():
                        look = told(all_looks, certain, policy)
                        ended[way].append(Told(person in enrolled, look))
        rows += [row for way, visited in ended.items() for row in _rows(kind, way, visited)]
    return rows


def _galleries(photos: Pairs, clean: Seen, policy: Policy) -> Iterator[Enrolled]:
    """Half of the people, by one good photo each."""
    generator = np.random.default_rng(_SEED)
    people = np.unique(photos.people)
    good = clean.quality >= policy.min_quality
    for _ in range(_DRAWS):
        drawn = generator.permutation(people)[: len(people) // 2]
        of_each = {int(each): np.flatnonzero((photos.people == each) & good) for each in drawn}
        yield {each: int(generator.choice(rows)) for each, rows in of_each.items() if len(rows)}


def _rows(kind: str, way: str, visited: Sequence[Told]) -> list[Row]:
    """Of one way to tell."""
    mated = [each.look for each in visited if each.mated]
    strangers = [each.look for each in visited if not each.mated]
    away = [each for each in strangers if each.conclusion.verdict is Verdict.NO_MATCH]
    about = f"{kind}, {way}"
    return [
        _row(f"{about}: enrolled people turned away", _share(mated, Verdict.NO_MATCH)),
        _row(f"{about}: strangers let in", _share(strangers, Verdict.MATCH)),
        _row(
            f"{about}: strangers told within {IN_TIME_MS} ms of a first good frame",
            100 * float(np.mean([each.waited_ms <= IN_TIME_MS for each in away])),
        ),
    ]


def _share(looks: Sequence[Look], verdict: Verdict) -> float:
    return 100 * float(np.mean([look.conclusion.verdict is verdict for look in looks]))


def _row(metric: str, reached: float) -> Row:
    return Row(metric=metric, reached=round(reached, 2), unit="%", command=COMMAND)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with train/index.csv")
    parser.add_argument("--folder", type=Path, default=Path("models"), help="with models.toml")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    arguments = parser.parse_args()
    memory = Memory(arguments.cache / "outputs")
    subject = open_subject(arguments.folder, MODEL)
    policy = parse(BUILT_IN_POLICIES.read_text(encoding="utf-8")).row(SCENE)
    with Progress() as progress:
        baseline = open_subject(arguments.folder, BASELINE)
        _, aside = loading.train(arguments.data, baseline, memory, progress)
        clean = memory.see(subject, aside.crops)
        rows = measure(aside, clean, subject, memory, policy, bar=progress)
    show(rows)
    record("scenes", rows)


if __name__ == "__main__":
    main()
