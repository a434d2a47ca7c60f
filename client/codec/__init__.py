"""Wire messages to values of `client.types` and back. Knows generated code."""
