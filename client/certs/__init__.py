"""A certificate authority for development, and for meshes without cert-manager."""

DAYS = 90
"""How long certificates are valid unless somebody wants them otherwise."""
