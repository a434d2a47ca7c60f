"""Watches the policy file: edited in place, replaced, or behind a link that is swapped."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from gateway.policies.history import History
from gateway.policies.in_force import InForce
from gateway.watching import watching
from meshkit.policy_file import read


@contextlib.asynccontextmanager
async def in_force(path: Path, history: History, *, look_s: float) -> AsyncIterator[InForce]:
    """Put a file's table into force and, while the block runs, whatever it holds next.

    Looks at the content, which is a few kilobytes: a file may change within one tick of
    its time stamp. What changed is left alone until two looks in a row find the same, so
    that a file that is being written is not taken for a table.

    Args:
        path: The policy file.
        history: Where tables are put on record.
        look_s: Seconds between two looks.

    Raises:
        ConfigError: There is no table to begin with. See `InForce.first`.
    """
    policies = await InForce.first(path, history)
    async with watching("policy file", partial(read, path), policies.offer, look_s=look_s):
        yield policies
