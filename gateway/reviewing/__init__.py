"""Hits, from the decision that found them to the people who judge them."""
