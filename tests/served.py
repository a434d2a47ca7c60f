"""What of the contract this version does not serve; mesh, SDK and README are held to it."""

NOT_SERVED = frozenset(
    {"IdentifyStream", "BatchEnroll", "SubmitJob", "GetJob", "WatchJob", "CancelJob"}
)
"""Streams and jobs, by the names of their methods."""
