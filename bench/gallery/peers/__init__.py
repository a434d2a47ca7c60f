"""Peers of the gallery, each a `bench.gallery.lines.Side`, and the run that compares them."""

DEGREE, CANDIDATES = 32, 200
"""Of every peer's HNSW graph: links of a template, and how many are looked at for them. The
gallery's own plan for Milvus has the same."""
