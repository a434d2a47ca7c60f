"""What decision records tell of cameras: how good their pictures are, and why they are not."""

from faces.insight.causes import CAUSES, Cause, causes
from faces.insight.groups import LIMIT, Group, Insight
from faces.insight.probe import Outcome, Probe
from faces.insight.sentence import sentence
from faces.insight.spread import Bucket, Spread
from faces.insight.tally import Tally
from faces.insight.trend import Trend, trend

__all__ = [
    "CAUSES",
    "LIMIT",
    "Bucket",
    "Cause",
    "Group",
    "Insight",
    "Outcome",
    "Probe",
    "Spread",
    "Tally",
    "Trend",
    "causes",
    "sentence",
    "trend",
]
