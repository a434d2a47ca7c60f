"""The gRPC faces of the public API: check, decode, ask, encode. No decision is made here."""
