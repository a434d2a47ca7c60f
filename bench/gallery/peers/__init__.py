"""Peers of the gallery, each a `bench.gallery.lines.Side`, and the run that compares them."""
