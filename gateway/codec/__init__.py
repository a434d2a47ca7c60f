"""Wire messages to domain values and back, for the public API and the backends."""
