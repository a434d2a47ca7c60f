"""The one thing that happens atomically in Redis: commands, if history is where we think.

Reads and writes go through the same few lines of Lua, so that a write is computed from
one instant of the store, and becomes true whole, or not at all.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import redis

from services.gallery.redis.head import Head
from services.gallery.redis.space import Space
from services.gallery.sealing import PLAIN, Sealing

Command = tuple[str | bytes | float, ...]
"""A command as Redis knows it: name, key, arguments."""

MOST = 1000
"""Arguments of one command, at most: Lua's stack holds 8000."""

_RUN = """
local results, at = {}, %d
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  local key = KEYS[tonumber(ARGV[at + 2])]
  results[#results + 1] = redis.call(ARGV[at + 1], key, unpack(ARGV, at + 3, at + count))
  at = at + count + 1
end
return {redis.call('GET', KEYS[1]), results}
"""

_LOOK = _RUN % 1

# The last test is about a stream that outlived its head: XADD must not fail half-way.
_COMMIT = (
    """
local head, turn = redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2])
if head ~= ARGV[1] or (turn and turn ~= ARGV[2]) then return false end
if #redis.call('XRANGE', KEYS[3], ARGV[3], '+', 'COUNT', 1) > 0 then
  return redis.error_reply('STREAM the stream is ahead of the head')
end
"""
    + _RUN % 4
)


_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class Script:
    """Runs commands on the keys of one gallery."""

    def __init__(self, client: redis.Redis, space: Space, sealing: Sealing = PLAIN) -> None:
        self.client = client
        self.space = space
        self.sealing = sealing
        """How vectors are written down there."""
        self._look = client.register_script(_LOOK)
        self._commit = client.register_script(_COMMIT)
        self._release = client.register_script(_RELEASE)

    def look(self, commands: Sequence[Command]) -> tuple[Head, list[Any]]:
        """Run commands that read, all at one instant; their results, in order."""
        keys = [self.space.head]
        head, results = self._look(keys=keys, args=_flat(commands, keys))
        return Head.load(head), results

    def commit(self, before: Head, commands: Sequence[Command], *, turn: str) -> bool:
        """Run commands that write, if `before` is still the head and nobody has the turn.

        The commands must set the head. False, and nothing was changed, if they did not run.
        """
        keys = [self.space.head, self.space.turn, self.space.writes]
        flat = _flat(commands, keys)
        done = self._commit(keys=keys, args=[before.dump(), turn, f"{before.position + 1}", *flat])
        return done is not None

    def release(self, key: str, value: str | bytes) -> None:
        """Delete a key, unless somebody has set it to another value meanwhile."""
        self._release(keys=[key], args=[value])


def _flat(commands: Iterable[Command], keys: list[str]) -> list[Any]:
    """Arguments of the script; adds the commands' keys to `keys`."""
    places = {key: place for place, key in enumerate(keys, start=1)}
    flat: list[Any] = []
    for name, key, *arguments in commands:
        place = places.setdefault(str(key), len(places) + 1)
        flat += (len(arguments) + 2, name, place, *arguments)
    keys[:] = places
    return flat


def pieces(arguments: Sequence[Any], size: int = MOST) -> Iterable[Sequence[Any]]:
    """Cut the arguments of a command into pieces of at most `size`."""
    return (arguments[start : start + size] for start in range(0, len(arguments), size))
