"""Which keys Redis' vectors are sealed with, and how they come to be sealed with another.

Neither changes history: what a template is stays the same.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from meshkit.sealing import key_of
from services.gallery.redis import packed
from services.gallery.redis.script import Script
from services.gallery.sealing import Resealed

_PAGE = 256
"""Templates of one script: half a megabyte."""

# A template that was removed meanwhile must not come back. The first arguments are how many
# keys the vectors are sealed with, and which.
_RESEAL = """
local keys = tonumber(ARGV[1])
for at = 2, 1 + keys do redis.call('HINCRBY', KEYS[2], ARGV[at], 1) end
for at = 2 + keys, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[1], ARGV[at]) == 1 then
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  end
end
"""

_RETIRE = """
redis.call('SET', KEYS[2], ARGV[1])
for at = 2, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[at]) == ARGV[at + 1] then
    redis.call('HDEL', KEYS[1], ARGV[at])
  end
end
"""


def uses(script: Script) -> Mapping[str, int]:
    """How often each key was used that some vector may be sealed with."""
    found: Any = script.client.hgetall(script.space.sealing)
    return {key_id.decode(): int(count) for key_id, count in found.items()}


class Rotation:
    """From one key to another, through connections of `server.writer` only."""

    def __init__(self, script: Script, replicated: Callable[[], None]) -> None:
        """Prepare.

        Args:
            script: Writes.
            replicated: Waits for Redis' replicas; raises `RedisError` if they are too few.
        """
        self._script = script
        self._replicated = replicated

    def page(self, collection: int, after: int) -> Resealed:
        """Seal the next templates of a collection with the key in use: see `Store.reseal`."""
        script, space = self._script, self._script.space
        limits = (f"({after}", "+inf", "LIMIT", 0, _PAGE)
        _, [records] = script.look([("ZRANGEBYSCORE", space.templates(collection), *limits)])
        if not records:
            return Resealed(last=None, seen=0, changed=0)
        keys = packed.load_columns(records).keys.tolist()
        _, [kept] = script.look([("HMGET", space.vectors(collection), *keys)])
        done = {
            key: again
            for key, vector in zip(keys, kept, strict=True)
            if vector and (again := script.sealing.again(collection, key, vector))
        }
        if done:
            used = set(map(key_of, done.values()))
            arguments = [len(used), *used, *(each for pair in done.items() for each in pair)]
            reseal = script.client.register_script(_RESEAL)
            reseal([space.vectors(collection), space.sealing], arguments)
        return Resealed(last=keys[-1], seen=len(keys), changed=len(done))

    def retire(self, before: Mapping[str, int]) -> None:
        """Have Redis' files rewritten, and forget keys that were not used since.

        Not before replicas of Redis have the pages, too: one may take over.
        """
        self._replicated()
        script = self._script
        old = [
            each
            for key_id, count in before.items()
            if key_id != script.sealing.sealer.key_id
            for each in (key_id, count)
        ]
        # As after a removal: see `wiping`. The mark is no position, so that none can be the same.
        mark = f"resealed {secrets.token_hex(8)}"
        retire = script.client.register_script(_RETIRE)
        retire([script.space.sealing, script.space.wipe], [mark, *old])
