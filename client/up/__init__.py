"""The whole mesh on one machine: starts it, watches it, shows it, stops it."""
