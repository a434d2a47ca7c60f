"""The version of what is stored, and how older stores become newer ones.

The version is the head's first word, so that whoever compares and sets the head agrees on
it, too: replicas of an older version cannot write any more once a newer one has migrated.
"""

from collections.abc import Sequence
from typing import Any

from meshkit.config import ConfigError
from services.gallery.redis.head import VERSION
from services.gallery.redis.script import Script

_SECOND = "redis.call('HSET', prefix .. 'sealing', 'unsealed', 1)"
# From here on vectors may be sealed (`meshkit.sealing`). Those that are there are not.

MIGRATIONS: Sequence[str] = (_SECOND,)
"""Number i is the Lua that leads from version i + 1 to i + 2. Published ones never change.

`prefix` is what all keys begin with. Redis rolls nothing back: a step must be able to run
again after it failed half-way.
"""

_STEP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local prefix = ARGV[3]
%s
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


def upgrade(script: Script, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring a store to the newest version; an empty one is of any.

    Raises:
        ConfigError: It is of a version that this program does not know, or not ours.
    """
    newest = 1 + len(migrations)
    while head := _head(script):
        version, _, rest = head.partition(" ")
        if not version.isdecimal():
            raise ConfigError(f"{script.space.head} belongs to another program")
        if int(version) > newest:
            raise ConfigError(
                f"it has schema {version}, this program knows {newest}: run a newer gallery"
            )
        if int(version) == newest:
            return
        step = script.client.register_script(_STEP % migrations[int(version) - 1])
        # Another replica may have been faster: then this does nothing.
        after = f"{int(version) + 1} {rest}"
        step(keys=[script.space.head], args=[head, after, script.space.key("")])


def _head(script: Script) -> str:
    found: Any = script.client.get(script.space.head)
    return found.decode(errors="replace") if found else ""


assert len(MIGRATIONS) + 1 == VERSION  # noqa: S101  # two spellings of one number
