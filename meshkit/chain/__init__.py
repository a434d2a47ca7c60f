"""A tamper-evident log: lines in files, each holding the hash of the one before.

docs/audit.md describes the format for those who verify it with tools of their own. The
gateway writes it; the command line reads it.
"""

from meshkit.chain.excerpts import Bounds, Excerpt, Period, excerpt_entries, proof, stretch
from meshkit.chain.heads import START, Head
from meshkit.chain.links import ChainBroken, Entry, encode, finished, link, read
from meshkit.chain.seals import PLAIN, Seal, seal_by
from meshkit.chain.segments import FOLDER, records
from meshkit.chain.walking import RETENTION, Chain, HeadTooOld, Verified, removed_by, verify

__all__ = [
    "FOLDER",
    "PLAIN",
    "RETENTION",
    "START",
    "Bounds",
    "Chain",
    "ChainBroken",
    "Entry",
    "Excerpt",
    "Head",
    "HeadTooOld",
    "Period",
    "Seal",
    "Verified",
    "encode",
    "excerpt_entries",
    "finished",
    "link",
    "proof",
    "read",
    "records",
    "removed_by",
    "seal_by",
    "stretch",
    "verify",
]
