"""Answers of the store's readers: facts of one instant, with a draft laid over them."""

from collections.abc import Iterable, Mapping, Sequence

from typing_extensions import override

from services.gallery.records import Collection, Person, Template
from services.gallery.redis import packed
from services.gallery.redis.draft import Draft, NewTemplate, merged
from services.gallery.redis.facts import Facts
from services.gallery.redis.packed import Stored
from services.gallery.redis.script import Script
from services.gallery.redis.source import RedisSource
from services.gallery.redis.space import LAST, behind, named
from services.gallery.store import Reader, Sample


class RedisView(RedisSource, Reader):
    """What is true at one instant, and what a group of writes wants to be true next.

    Whole columns are read past the facts, as any source reads them: page by page, without
    what came after that instant, and without what was removed since.
    """

    def __init__(self, facts: Facts, script: Script, draft: Draft) -> None:
        super().__init__(script, facts.head)
        self._facts = facts
        self._space = script.space
        self._draft = draft

    @override
    def collection(self, collection_id: str) -> Collection | None:
        if collection_id in self._draft.collections:
            return self._draft.collections[collection_id]
        found = self._named(self._space.collections, collection_id)
        return packed.load_collection(found) if found else None

    @override
    def collections(self, after: str, count: int) -> Sequence[Collection]:
        drafted = self._draft.collections
        page = map(
            packed.load_collection,
            self._page(self._space.collections, after, count + len(drafted)),
        )
        stored = {each.collection_id: each for each in page}
        return merged(stored, drafted, after=after, count=count)

    @override
    def person(self, collection: int, person_id: str) -> Person | None:
        home = collection, person_id
        if home in self._draft.persons:
            return self._draft.persons[home]
        found = self._named(self._space.persons(collection), person_id)
        person = packed.load_person(found) if found else None
        if person:
            self._draft.homes[person.key] = home
        return person

    @override
    def persons_named(self, collection: int, person_ids: Iterable[str]) -> Mapping[str, Person]:
        found = {person_id: self.person(collection, person_id) for person_id in person_ids}
        return {person_id: person for person_id, person in found.items() if person}

    @override
    def persons(self, collection: int, after: str, count: int) -> Sequence[Person]:
        drafted = {
            name: person
            for (home, name), person in self._draft.persons.items()
            if home == collection
        }
        persons = self._space.persons(collection)
        page = map(packed.load_person, self._page(persons, after, count + len(drafted)))
        stored = {each.person_id: each for each in page}
        return merged(stored, drafted, after=after, count=count)

    @override
    def templates(self, collection: int, person: int) -> Sequence[Template]:
        keys = sorted(self.owned(collection, person))
        found = [stored for key in keys if (stored := self.stored(collection, key))]
        return [each.template() for each in found]

    def owned(self, collection: int, person: int) -> list[int]:
        """Keys of a person's templates, in no order; those drafted away included."""
        keys = self._facts("ZRANGEBYSCORE", self._space.owned(collection), person, person) or ()
        drafted = [
            key
            for (home, key), new in self._draft.templates.items()
            if home == collection and new and new.stored.person == person
        ]
        return [*map(int, keys), *drafted]

    def stored(self, collection: int, key: int) -> Stored | None:
        """Look a template up."""
        if (collection, key) in self._draft.templates:
            new = self._draft.templates[collection, key]
            return new.stored if new else None
        found = self._facts("ZRANGEBYSCORE", self._space.templates(collection), key, key)
        return packed.load_template(found[0]) if found else None

    @override
    def samples(self, collection: int, after: int, count: int) -> Sequence[Sample]:
        drafted = {
            key: new for (home, key), new in self._draft.templates.items() if home == collection
        }
        limits = (f"({after}", "+inf", "LIMIT", 0, count + len(drafted))
        page = self._facts("ZRANGEBYSCORE", self._space.templates(collection), *limits) or ()
        stored = [each for each in map(packed.load_template, page) if each.key not in drafted]
        raw = self._vectors(collection, [each.key for each in stored])
        there = [(each, vector) for each, vector in zip(stored, raw, strict=False) if vector]
        rows = self._opened(collection, there)
        rows += [new for key, new in drafted.items() if new and key > after]
        rows.sort(key=lambda row: row.stored.key)
        return [self._sample(collection, row) for row in rows[:count]]

    @override
    def answered(self, request_id: str) -> bool:
        known = self._facts("GET", self._space.answer(request_id))
        return known is not None or request_id in self._draft.answers

    def _sample(self, collection: int, row: NewTemplate) -> Sample:
        person = self.person(collection, row.stored.person_id)
        return Sample(
            template=row.stored.template(),
            person_id=row.stored.person_id,
            person_labels=person.labels if person else {},
            vector=row.vector,
        )

    def _opened(self, collection: int, there: Sequence[tuple[Stored, bytes]]) -> list[NewTemplate]:
        if not there:
            return []
        keys, kept = [each.key for each, _ in there], [vector for _, vector in there]
        vectors = self._script.sealing.load(collection, keys, kept)
        return [NewTemplate(each, row) for (each, _), row in zip(there, vectors, strict=True)]

    def _vectors(self, collection: int, keys: Sequence[int]) -> Sequence[bytes | None]:
        return self._facts("HMGET", self._space.vectors(collection), *keys) or () if keys else ()

    def _named(self, key: str, name: str) -> bytes | None:
        found = self._facts("ZRANGEBYLEX", key, *named(name))
        return found[0] if found else None

    def _page(self, key: str, after: str, count: int) -> Sequence[bytes]:
        return self._facts("ZRANGEBYLEX", key, behind(after), LAST, "LIMIT", 0, count) or ()
