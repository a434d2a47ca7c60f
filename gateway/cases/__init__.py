"""All that is on record of a case."""
