"""The numbers that the goals of the learned judgement speak of, from what was measured.

`listed.numbers` gives all of one model. Relative numbers compare with a baseline, which has none
of its own. What a model with goals does not tell is not a number: such a goal is missed.
"""
