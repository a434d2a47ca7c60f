"""What callers were told, and so what must be there."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.kill.samples import MOST, Person
from bench.kill.tally import Tally
from bench.kill.writes import Add, Answer, Import, Write

_REMEMBERED = 4000
"""Answered writes that are kept to be sent again."""


@dataclass
class Doubt:
    """A write that was not answered, or not with success."""

    write: Write
    unchanged: bool
    """Whether the gallery said that nothing was changed."""


@dataclass
class Ledger:
    """One gallery, as its callers know it."""

    tally: Tally
    chance: random.Random
    persons: dict[str, Person] = field(default_factory=dict)
    """Who must be there."""

    removed: set[int] = field(default_factory=set)
    """Templates that must not."""

    ids: dict[int, str] = field(default_factory=dict)
    """Identifiers of templates, as far as they were told."""

    doubts: list[Doubt] = field(default_factory=list)
    told: list[tuple[Write, Answer]] = field(default_factory=list)
    """Some of what was answered."""

    highest: int = 0
    """Last position that anybody was told."""

    floor: int = 0
    """What `highest` was before this round."""

    _positions: set[int] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)
    numbered: int = 0
    """Templates that were ever drawn."""

    _named: int = 0

    def lose(self, what: str) -> None:
        """Note that something is not as promised."""
        self.tally.losses.append(f"round {self.tally.rounds}: {what}")

    def new_numbers(self, count: int) -> list[int]:
        """Templates that were never written."""
        first = self.numbered
        self.numbered += count
        if self.numbered > MOST:
            raise ValueError(f"there are only {MOST} templates: take shorter epochs")
        return list(range(first, self.numbered))

    def new_person_id(self) -> str:
        """A name that nobody has."""
        self._named += 1
        return f"p{self._named}"

    def acknowledge(self, write: Write, answer: Answer, *, fresh: bool = True) -> None:
        """Take an answered write over: from now on it must be there.

        Args:
            write: What was asked.
            answer: To it, or to a repetition of it.
            fresh: Whether it was asked for the first time, and so happened just now.
        """
        if fresh and answer.position <= self.floor:
            self.lose(f"position {answer.position} follows {self.floor}")
        if answer.position in self._positions:
            self.lose(f"position {answer.position} was given to two writes")
        self._positions.add(answer.position)
        self.highest = max(self.highest, answer.position)
        for step in write.steps:
            for person_id, person in step.items():
                self._put(person_id, person)
        if isinstance(write, Add):
            for number, template_id in zip(write.numbers, answer.told, strict=True):
                self.identify(number, template_id)
        if isinstance(write, Import):
            self.tally.seen["imports"] += 1
        self.tally.acknowledged += len(write.steps)
        self._remember(write, answer)

    def identify(self, number: int, template_id: str) -> None:
        """Note a template's identifier, which is its own for ever."""
        known = self.ids.setdefault(number, template_id)
        owner = self._numbers.setdefault(template_id, number)
        if (known, owner) != (template_id, number):
            self.lose(f"template {number} was {known}, is {template_id}, once that of {owner}")

    def present(self) -> dict[int, str]:
        """Every template that must be there, and whose it is."""
        return {n: person_id for person_id, p in self.persons.items() for n in p.numbers}

    def before(self, write: Write) -> Iterator[dict[str, Person | None]]:
        """The people of each step of a write that is not taken over yet, as they are."""
        for step in write.steps:
            yield {person_id: self.persons.get(person_id) for person_id in step}

    def _put(self, person_id: str, person: Person | None) -> None:
        had = self.persons.pop(person_id, None)
        before = had.numbers if had else frozenset()
        after = person.numbers if person else frozenset()
        if person:
            self.persons[person_id] = person
        self.removed |= before - after
        self.tally.templates += len(after - before)
        self.tally.deletions += bool(before - after) or person is None

    def _remember(self, write: Write, answer: Answer) -> None:
        place = self.chance.randrange(_REMEMBERED)
        if place < len(self.told):
            self.told[place] = (write, answer)
        else:
            self.told.append((write, answer))
