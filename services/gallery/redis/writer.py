"""Group commit on a store that others write, too: compute, compare and set, or again.

A group of writes is computed from the store at one head, and becomes true in one script
if that still is the head. If another replica was faster, it is computed again. A group
that loses too often asks for a turn: for a second, nobody else's script runs.
"""

import functools
import logging
import secrets
import time
from collections.abc import Callable, Sequence

from redis.exceptions import RedisError

from faces.errors import FaceError, ServiceUnavailable
from services.gallery.queued import Outcome, Write
from services.gallery.redis.attempt import PATIENT, Attempt
from services.gallery.redis.commit import Policy, commands
from services.gallery.redis.drafting import Group, drafted
from services.gallery.redis.facts import Facts, Hints, MovedOnError, informed
from services.gallery.redis.script import Script
from services.gallery.redis.server import is_starved
from services.gallery.redis.tail import Tail

log = logging.getLogger(__name__)

_TURN_MS = 1000
"""How long a replica may write alone, should it die meanwhile."""


class Writer:
    """Writes to Redis. Used by one thread."""

    def __init__(
        self,
        script: Script,
        tail: Tail,
        *,
        policy: Policy,
        patience_s: float,
        replicated: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            script: Of the client that may write.
            tail: Is told of each commit before the commit is answered.
            policy: How long things are kept.
            patience_s: How long a group is tried.
            replicated: Waits for Redis' replicas; raises `RedisError` if they are too few.
        """
        self._script = script
        self._tail = tail
        self._policy = policy
        self._patience_s = patience_s
        self._replicated = replicated
        self._hints = Hints()
        self._name = secrets.token_hex(8)
        self._failing = False

    def run(self, writes: Sequence[Write | None]) -> list[Outcome | None]:
        """Commit a group as one, let the follower apply it, then answer.

        None only lets the follower catch up, and try again what it could not do.
        """
        todo = [write for write in writes if write]
        outcomes: list[Outcome] = []
        while len(outcomes) < len(todo):
            outcomes += self._group(todo[len(outcomes) :])
        found = iter(outcomes)
        answers = [next(found) if write else None for write in writes]
        if None in writes:
            try:
                self._tail.settle()
            except RedisError as error:
                self._tail.reached(error)
        return answers

    def _group(self, writes: Sequence[Write]) -> list[Outcome]:
        """Commit as many of the first writes as fit together, at least one."""
        attempt = Attempt(self._patience_s)
        while True:
            sent = False
            try:
                self._take_turn(attempt)
                # One time for all rehearsals: they take the same keys, and ask the same.
                now_us = time.time_ns() // 1000
                work = functools.partial(drafted, writes, self._script, now_us)
                group, facts = informed(self._script, self._hints, work)
                sent = bool(group.draft.steps)
                if not sent or self._commit(group, facts):
                    return self._acknowledged(group)
                if not attempt.again():
                    break
            except MovedOnError:
                if not attempt.again():
                    break
            except RedisError as error:
                self._note(error)
                if is_starved(error) and len(writes) > 1:
                    # What only removes needs no memory: it must not share others' fate.
                    return [outcome for write in writes for outcome in self._group([write])]
                if not attempt.failed(error, sent=sent):
                    break
        return [attempt.refusal() for _ in writes]

    def _take_turn(self, attempt: Attempt) -> None:
        """After many conflicts, ask that nobody else writes until this group has.

        Given back by the commit; by Redis, should there be none.
        """
        if attempt.conflicts >= PATIENT:
            turn = self._script.space.turn
            self._script.client.set(turn, self._name, nx=True, px=_TURN_MS)

    def _commit(self, group: Group, facts: Facts) -> bool:
        """Make a group true and have it followed; False if another replica was faster."""
        space, steps = self._script.space, group.draft.steps
        todo = commands(group.draft, facts.head, space, self._policy, self._script.sealing)
        todo.append(("DEL", space.turn))
        # News of our own commit must not reach the tail before we do: we need fetch nothing.
        with self._tail.held():
            done = self._script.commit(facts.head, todo, turn=self._name)
            if done and self._tail.applied == facts.head:
                self._tail.apply(
                    steps[-1].head, [change for step in steps for change in step.changes]
                )
        return done

    def _acknowledged(self, group: Group) -> list[Outcome]:
        """Answer a group that is true, once searches here see it and replicas have it."""
        self._note(None)
        for outcome in group.outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, FaceError):
                log.warning("a write is a bug: %s", type(outcome).__name__)
        if all(isinstance(outcome, Exception) for outcome in group.outcomes):
            return group.outcomes
        last = group.draft.steps[-1].head.position if group.draft.steps else 0
        try:
            self._tail.catch_up(last)
            self._replicated()
        except RedisError as error:
            self._note(error)
            later = ServiceUnavailable(service="gallery")
            return [each if isinstance(each, Exception) else later for each in group.outcomes]
        return group.outcomes

    def _note(self, error: RedisError | None) -> None:
        """Log that writing fails, or that it does no more; once each."""
        if error:
            # What answered may not be who should: the next connection asks for them again.
            self._script.client.connection_pool.disconnect(inuse_connections=False)
        if self._failing == (error is not None):
            return
        self._failing = error is not None
        if error:
            log.error("the store fails", extra={"cause": str(error)})
        else:
            log.info("the store can be written again")
