"""Calibration: what similarities of one contract mean, in errors of searches and as evidence.

Pure: fits, and answers. Files are read and written by `meshkit.calibration_file`.
"""

from faces.calibration.accepting import AcceptLine, Trouble, accept_line, drawn, most_persons
from faces.calibration.calibration import Calibration, Counts, Expected
from faces.calibration.evidence import Evidence
from faces.calibration.fitting import DataUnfit, fit
from faces.calibration.pairs import Photos
from faces.calibration.searches import Size
from faces.calibration.strays import strays
from faces.calibration.tail import Tail
from faces.calibration.twins import twins

__all__ = [
    "AcceptLine",
    "Calibration",
    "Counts",
    "DataUnfit",
    "Evidence",
    "Expected",
    "Photos",
    "Size",
    "Tail",
    "Trouble",
    "accept_line",
    "drawn",
    "fit",
    "most_persons",
    "strays",
    "twins",
]
