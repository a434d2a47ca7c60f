"""Reads that share their looks."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from redis.exceptions import RedisError

from services.gallery.redis import server
from services.gallery.redis.draft import Draft
from services.gallery.redis.facts import Facts, Hints, informed
from services.gallery.redis.script import Script
from services.gallery.redis.view import RedisView
from services.gallery.store import Reader

log = logging.getLogger(__name__)


def views(script: Script, hints: Hints, works: Sequence[Callable[[Reader], Any]]) -> list[Any]:
    """What each work returns, or the exception that its caller will raise."""

    def viewed(facts: Facts) -> list[Any]:
        return [_viewed(work, RedisView(facts, script, Draft())) for work in works]

    try:
        return informed(script, hints, viewed)[0]
    except RedisError as error:
        log.warning("the store fails to read", extra={"cause": str(error)})
        return [server.unavailable() for _ in works]


def _viewed(work: Callable[[Reader], Any], view: Reader) -> Any:
    try:
        return work(view)
    except RedisError:
        raise
    except Exception as error:  # noqa: BLE001  # it belongs to the caller, who raises it
        return error
