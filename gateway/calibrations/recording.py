"""The line for a match as a decision's record has it."""

import math

from faces.calibration import AcceptLine


def recorded(line: AcceptLine) -> dict[str, object]:
    """Which line was used, and from what: enough to draw it again."""
    facts: dict[str, object] = {
        "similarity": line.similarity if math.isfinite(line.similarity) else None,
        "persons": line.size.persons if line.size else None,
        "templates": line.size.templates if line.size else None,
    }
    if line.target_fpir is not None:
        facts |= {
            "target_fpir": line.target_fpir,
            "calibration": line.calibration,
            "trouble": line.trouble.value if line.trouble else None,
        }
    if line.expected:
        facts |= {
            "expected_fpir": float(f"{line.expected.fpir:.4g}"),
            "low_fpir": float(f"{line.expected.low:.4g}"),
            "high_fpir": float(f"{line.expected.high:.4g}"),
        }
    return facts
