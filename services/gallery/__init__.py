"""The gallery: who is enrolled, kept durably, searched exactly."""
