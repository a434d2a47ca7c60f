"""Requests that were answered: the same one again gets the same answer.

Labels may name people, an annotation describes their faces, and an erasure must reach both.
So they are not in the remembered answer, but beside it, in a zset of the collection for each
day, scored by the person's key: removing a person, or a whole collection, removes them
without looking for answers.
"""

import dataclasses
import time
from collections.abc import Iterable, Mapping

from faces.errors import RequestIdReused
from services.gallery import answers, labels
from services.gallery.answers import Added, Answer
from services.gallery.redis.draft import Answered, Draft
from services.gallery.redis.facts import Facts
from services.gallery.redis.script import Command
from services.gallery.redis.space import NUL, Space
from services.gallery.store import Request

DAY_MS = 86_400_000


def recalled(request: Request, facts: Facts, space: Space, draft: Draft) -> Answer | None:
    """What this request was answered, if it was carried out and is remembered.

    Raises:
        RequestIdReused: The id was answered for another request.
    """
    drafted = draft.answers.get(request.request_id)
    if drafted:
        _require_same(request, drafted.request.rpc, drafted.request.digest)
        return drafted.answer
    known: bytes | None = facts("GET", space.answer(request.request_id))
    if known is None:
        return None
    rpc, digest, told, text = known.decode().split("\n", 3)
    _require_same(request, rpc, bytes.fromhex(digest))
    answer = answers.load(text)
    if told and isinstance(answer, Added):
        rows = facts("ZRANGEBYSCORE", told, answer.person.key, answer.person.key) or ()
        return _completed(answer, request.request_id.encode() + NUL, rows)
    return answer


def remembering(answered: Answered, draft: Draft, space: Space, *, keep_ms: int) -> list[Command]:
    """Commands that remember an answer for `keep_ms` milliseconds."""
    request, answer = answered.request, answered.answer
    told, commands = "", list[Command]()
    if isinstance(answer, Added) and _tells(answer):
        collection, _ = draft.homes[answer.person.key]
        now_ms = time.time_ns() // 1_000_000
        day, ends_ms = str(now_ms // DAY_MS), now_ms + keep_ms + DAY_MS
        told, days = space.told(collection, day), space.told(collection)
        text = labels.dump(answer.person.labels)
        row = NUL.join(each.encode() for each in (request.request_id, text, answer.annotation))
        commands = [
            ("ZADD", told, answer.person.key, row),
            ("PEXPIREAT", told, ends_ms),
            ("ZREMRANGEBYSCORE", days, "-inf", now_ms),
            ("ZADD", days, ends_ms, day),
            ("PEXPIREAT", days, ends_ms),
        ]
        answer = _telling(answer, {}, "")
    text = "\n".join((request.rpc, request.digest.hex(), told, answers.dump(answer)))
    return [*commands, ("SET", space.answer(request.request_id), text, "PX", keep_ms)]


def told_days(collection: int, facts: Facts, space: Space) -> list[str]:
    """The keys of all that remembered answers of a collection tell of people."""
    days = facts("ZRANGE", space.told(collection), 0, -1) or ()
    return [space.told(collection, day.decode()) for day in days]


def forget(draft: Draft, collection: int, person: int | None = None) -> None:
    """Wipe what answers just drafted tell of someone, or of a whole collection."""
    for request_id, answered in draft.answers.items():
        answer = answered.answer
        if not isinstance(answer, Added) or not _tells(answer):
            continue
        home, _ = draft.homes[answer.person.key]
        if home == collection and person in {None, answer.person.key}:
            draft.answers[request_id] = Answered(answered.request, _telling(answer, {}, ""))


def _completed(answer: Added, prefix: bytes, rows: Iterable[bytes]) -> Added:
    for row in rows:
        if row.startswith(prefix):
            text, _, annotation = row.removeprefix(prefix).partition(NUL)
            # Galleries before this one left the annotation in the answer.
            told = annotation.decode() or answer.annotation
            return _telling(answer, labels.load(text.decode()), told)
    return answer


def _tells(answer: Added) -> bool:
    return bool(answer.person.labels or answer.annotation)


def _telling(answer: Added, told: Mapping[str, str], annotation: str) -> Added:
    person = dataclasses.replace(answer.person, labels=told)
    return dataclasses.replace(answer, person=person, annotation=annotation)


def _require_same(request: Request, rpc: str, digest: bytes) -> None:
    if (request.rpc, request.digest) != (rpc, digest):
        raise RequestIdReused(request_id=request.request_id)
