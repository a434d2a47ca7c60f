"""What the gateway remembers: decisions, enrolments, erasures, reviews."""
