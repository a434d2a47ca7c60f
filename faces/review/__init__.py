"""Confirmation by several people: from a hit that nobody may act upon to one that they may.

After Art. 14(5) of Regulation (EU) 2024/1689: nobody acts on a hit before it was confirmed
by as many different people as the scene demands, each for themselves.
"""

from faces.review.item import Opening, Probe, Review
from faces.review.judgement import Feature, FeatureFinding, Finding, Judgement, Opinion
from faces.review.principal import Principal
from faces.review.states import ReviewState, state_of

__all__ = [
    "Feature",
    "FeatureFinding",
    "Finding",
    "Judgement",
    "Opening",
    "Opinion",
    "Principal",
    "Probe",
    "Review",
    "ReviewState",
    "state_of",
]
