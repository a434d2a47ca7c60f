"""Cameras that are watched: frames in, at most one verdict for each track out."""
