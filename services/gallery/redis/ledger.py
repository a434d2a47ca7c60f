"""The keys and counts that one write takes and changes."""

import dataclasses

from services.gallery.changes import Change
from services.gallery.records import Collection, Person
from services.gallery.redis.draft import Draft, Step
from services.gallery.redis.facts import Facts
from services.gallery.redis.head import Head, first_key
from services.gallery.redis.script import Script
from services.gallery.redis.view import RedisView


class Ledger(RedisView):
    """A view with a draft of one write on it, which somebody else keeps or drops."""

    def __init__(
        self, facts: Facts, script: Script, draft: Draft, *, before: Head, now_us: int
    ) -> None:
        super().__init__(facts, script, draft)
        self.now_us = now_us
        self.position = before.position + 1
        self._last_key = before.last_key
        self._changes: list[Change] = []

    def step(self, token: str) -> Step:
        """What the write came to."""
        return Step(Head(self.position, self._last_key, token), self._changes)

    def _take(self, count: int) -> int:
        """Take keys; the first of them. Where adding begins, a rehearsal ends."""
        self._facts.insist()
        first = first_key(self._last_key, self.now_us)
        self._last_key = first + count - 1 if count else self._last_key
        return first

    def _recount(self, key: int, templates: int) -> None:
        home = self._draft.homes.get(key)
        person = home and self.person(*home)
        if home and person:
            # As `dataclasses.replace` does, in a third of the time: an import has thousands.
            self._draft.persons[home] = Person(
                key=person.key,
                person_id=person.person_id,
                labels=person.labels,
                template_count=person.template_count + templates,
                created_us=person.created_us,
            )

    def _count(self, collection: Collection, *, persons: int = 0, templates: int = 0) -> None:
        current = self.collection(collection.collection_id)
        if current:
            self._draft.collections[collection.collection_id] = dataclasses.replace(
                current,
                person_count=current.person_count + persons,
                template_count=current.template_count + templates,
            )
