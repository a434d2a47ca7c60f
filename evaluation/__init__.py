"""Measures the models on real data. Services never import this package."""
