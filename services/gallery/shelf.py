"""One collection in memory: who is in it, and the index of their vectors."""

import threading
from collections import deque
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from faces.errors import PersonNotFound
from services.gallery import filter as filters
from services.gallery.fusing import AT_LEAST, WIDER, FusedHit, Fuser
from services.gallery.hits import Candidates, Hit, best
from services.gallery.index import Index
from services.gallery.matches import Aggregation, How, Match
from services.gallery.ranking import Ranking
from services.gallery.records import Collection, Columns, Keys
from services.gallery.roster import Roster
from services.gallery.table import Rows, Table


class Shelf:
    """Searches and changes exclude each other by `lock`, which the caller holds."""

    def __init__(self, collection: Collection, index: Index) -> None:
        self.collection = collection
        """As it was created: its counts and its plan are not kept up."""
        self.plan = collection.plan
        """How it was tuned to be searched, if it was."""
        self.lock = threading.Lock()
        self.open = True
        """False once the collection is deleted."""
        self.stale = False
        """True for good once a change could not be applied: another shelf takes over."""
        self.index = index
        self.table = Table()
        self.roster = Roster()
        self._forgotten = deque[Keys]()

    @property
    def tombstones(self) -> int:
        """Deleted templates that take room, in the index or in the table alone."""
        return max(len(self.index), len(self.table)) - self.table.visible_count

    def note(self, columns: Columns) -> NDArray[np.bool_]:
        """Take templates into the table, as far as they are new; which of them are.

        Those of somebody unknown are passed over: the removal of both is on its way.
        """
        persons = self.roster.find(columns.persons)
        known = persons >= 0
        taken = np.zeros(len(known), np.bool_)
        taken[known] = self.table.add(columns.where(known), persons[known].astype(np.int32))
        return taken

    def add(self, columns: Columns, vectors: Vectors) -> None:
        """Make templates of enrolled persons searchable, as far as they are new."""
        new = self.note(columns)
        if new.any():
            self.index.add(columns.keys[new], vectors[new])

    def remove_person(self, person: int) -> Keys:
        """Forget a person; the keys of the templates that are gone with them."""
        [number] = self.roster.find(np.array([person], np.int64)).tolist()
        if number < 0:
            return np.empty(0, np.int64)
        self.roster.remove(number)
        return self._forget(self.table.rows_of([number]))

    def remove_templates(self, templates: Keys) -> Keys:
        """Forget templates; the keys of those that were there."""
        rows = self.table.find(templates)
        return self._forget(rows[rows >= 0])

    def forgotten(self) -> list[Keys]:
        """Templates removed since this was asked last: they may be on disk, too.

        Needs no lock: whoever asks must not wait for a search.
        """
        return [self._forgotten.popleft() for _ in range(len(self._forgotten))]

    def search(self, probes: Vectors, limit: int, how: How, *, line: float) -> list[list[Match]]:
        """Rank persons for each probe.

        Args:
            probes: Shape (n, d), unit length.
            limit: Most persons a probe, at least 1.
            how: What else is asked.
            line: Least similarity of two templates of one person, where they are fused.

        Returns:
            For each probe, by falling similarity, each person once: `limit` of them, or
            all there are.
        """
        seen = filters.seen(how.filter, self.table, self.roster)
        ranking = Ranking(self.index, self.table, seen)
        if how.aggregation is Aggregation.BEST:
            ranked = ranking.persons(probes, limit)
            return [[self._match(hit) for hit in hits] for hits in ranked]
        wide = ranking.persons(probes, max(WIDER * limit, AT_LEAST))
        fused = Fuser(self.index, self.table, seen, line=line).rank(wide, probes, limit)
        return [[self._fused(hit) for hit in hits] for hits in fused]

    def score(
        self, person_id: str, probe: NDArray[np.float32], how: How, *, line: float
    ) -> Match | None:
        """Score one person; None if no template of theirs may be seen.

        Raises:
            PersonNotFound: Nobody of that name is enrolled.
        """
        number = self.roster.number(person_id)
        if number is None:
            raise PersonNotFound(collection_id=self.collection.collection_id, person_id=person_id)
        seen = filters.seen(how.filter, self.table, self.roster)
        rows = self.table.rows_of([number])
        rows = rows if seen is None else rows[seen[rows]]
        if not rows.size:
            return None
        candidates = Candidates(np.zeros(len(rows), np.int64), rows)
        ranked = best(self.index, self.table, candidates, probe[None], 1)
        if how.aggregation is Aggregation.BEST:
            return self._match(ranked[0][0])
        [[fused]] = Fuser(self.index, self.table, seen, line=line).rank(ranked, probe[None], 1)
        return self._fused(fused)

    def _forget(self, rows: Rows) -> Keys:
        gone = self.table.remove(rows)
        self.table.forget_labels(gone)
        keys = self.table.keys[gone]
        self.index.remove(keys)
        if keys.size:
            self._forgotten.append(keys)
        return keys

    def _match(self, hit: Hit) -> Match:
        quality = float(self.table.qualities[hit.row])
        return Match(self.roster.name(hit.person), hit.similarity, hit.template, quality)

    def _fused(self, hit: FusedHit) -> Match:
        count, refused = hit.fusion.count, hit.fusion.refused
        match = self._match(hit.best)
        return replace(match, similarity=hit.similarity, template_count=count, refused=refused)
