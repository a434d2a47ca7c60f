"""Measurements: the goals of the project, and what was reached on a real machine.

Every command here starts real processes, prints what it saw, and keeps its numbers in
`bench/results/`, from which ``python -m bench.results`` writes `docs/results.md`.
"""

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Research-only photos, beside the repository and never in it."""
