"""What is known of the store at one instant, and how rules come to know what they need.

Nobody can tell beforehand what a rule will read. So it is run twice: the first time, a
rehearsal, it is told that what it asks for is not there, and what it asked is noted; then
all of that is fetched at once, from one instant, and it is run for good. A rule that asks
on, knowing more, is run again. Three looks answer most questions, however many writes
share them, where one look each would take as long as the network is wide.
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from redis.exceptions import RedisError

from services.gallery.redis.head import Head
from services.gallery.redis.script import Command, Script

T = TypeVar("T")

ROUNDS = 32
"""Most rehearsals. No rule of ours needs five; what turns page after page needs many."""

TRIES = 8
"""Most attempts, after that, to ask one by one while nobody writes."""


class MovedOnError(RedisError):
    """Somebody wrote between two questions that must be answered of one instant."""


class RehearsalOverError(Exception):
    """A rule has asked, and would now begin to act on nothing."""


class Facts:
    """Results of commands, all of one instant."""

    def __init__(
        self, head: Head, known: Mapping[Command, Any], script: Script | None = None
    ) -> None:
        """Begin with what is known; with a script, the rest is looked up when it is asked."""
        self.head = head
        self.asked: dict[Command, None] = {}
        """Every command that mattered, known or not."""
        self._known = dict(known)
        self._script = script

    def __call__(self, *command: str | bytes | float) -> Any:
        """The result of a command; None in a rehearsal that has not heard of it.

        Raises:
            MovedOnError: It was looked up, and is of a later instant.
        """
        self.asked[command] = None
        if self._script and command not in self._known:
            head, [self._known[command]] = self._script.look([command])
            if head != self.head:
                raise MovedOnError("others write all the time")
        return self._known.get(command)

    @property
    def complete(self) -> bool:
        """Whether all that was asked was known."""
        return self.asked.keys() <= self._known.keys()

    def insist(self) -> None:
        """Go on only with true answers.

        Raises:
            RehearsalOverError: Some were not: what follows would be work for nothing.
        """
        if not self.complete:
            raise RehearsalOverError


class Hints:
    """What was true of collections lately: good enough to rehearse with."""

    def __init__(self, most: int = 256) -> None:
        self.known: dict[Command, Any] = {}
        self._most = most

    def note(self, facts: Facts, key: str) -> None:
        """Keep what was learned of one key."""
        for command in facts.asked:
            if command[1] == key:
                self.known[command] = facts(*command)
        while len(self.known) > self._most:
            del self.known[next(iter(self.known))]


def informed(script: Script, hints: Hints, work: Callable[[Facts], T]) -> tuple[T, Facts]:
    """Run `work` until all that it asks is known; what it returned then, and the facts.

    Args:
        script: Looks.
        hints: Of earlier looks; spare one.
        work: Must do nothing but ask, and let `RedisError` pass. What it returns of
            rehearsals is dropped.
    """
    facts = Facts(Head(), hints.known)
    outcome = work(facts)
    for _ in range(ROUNDS):
        asked = list(facts.asked)
        head, results = script.look(asked)
        facts = Facts(head, dict(zip(asked, results, strict=True)))
        outcome = work(facts)
        if facts.complete:
            hints.note(facts, script.space.collections)
            return outcome, facts
    return _one_by_one(script, work)


def _one_by_one(script: Script, work: Callable[[Facts], T]) -> tuple[T, Facts]:
    """Answer each question as it comes: for work that turns page after page.

    Raises:
        MovedOnError: Others never stop writing for long enough.
    """
    for _ in range(TRIES):
        facts = Facts(script.look([])[0], {}, script)
        with contextlib.suppress(MovedOnError):
            return work(facts), facts
    raise MovedOnError("others write all the time")
