"""OFIQ-style quality measures: what ISO/IEC 29794-5:2025 calls quality components.

Names and mappings are those of OFIQ, the open reference implementation by the German BSI
(github.com/BSI-OFIQ/OFIQ-Project, read at 8233597b and 028f5901); the code is our own. OFIQ sees 98
landmarks, a face mask, an occlusion mask and a 3D pose, we see five landmarks. So values are
"OFIQ-style", never "conformant"; what differs is said at each measure, and in docs/quality.md.
"""

from faces.measures.component import Component, Measure
from faces.measures.placement import Placement
from faces.measures.portrait import FRAME, REFERENCE, Portrait, portray
from faces.measures.report import measure

__all__ = [
    "FRAME",
    "REFERENCE",
    "Component",
    "Measure",
    "Placement",
    "Portrait",
    "measure",
    "portray",
]
