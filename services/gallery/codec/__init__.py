"""Wire messages to domain values and back. Validates whatever a type cannot."""
