"""What of the contract this version does not serve; mesh, SDK and README are held to it."""

NOT_SERVED = frozenset({"BatchEnroll"})
"""By the names of their methods."""
