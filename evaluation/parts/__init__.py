"""What the report measures: one module a question, each for one model at a time."""
