"""A few real photos against expected numbers: what CI can run on a clean clone.

The photos are those of the demo (`tools.photos`): two people, one of them five times, and NASA's
portrait. They are too few to say how good a model is, and enough to notice that it changed.
Whoever changes a model on purpose runs ``python -m evaluation gate --write``.
"""
