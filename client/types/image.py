"""Pictures as callers have them."""

from pathlib import Path

Picture = bytes | Path
"""An encoded picture, or the file that it is in."""
