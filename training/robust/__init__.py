"""A copy of the backbone that learns to see a face through what spoils its picture.

It is taught in the frozen model's space: a spoiled crop should get the vector that the frozen
model gives the clean one, so both models' vectors are compared with each other.
"""
