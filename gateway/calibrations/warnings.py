"""What an operator should know of the lines that a gateway draws, in sentences."""

from collections.abc import Iterable, Iterator

from faces.calibration import Trouble, accept_line, most_persons
from faces.policy import Policy
from gateway.calibrations.lines import Lines

_LATELY = {
    Trouble.NOT_CALIBRATED: "there is no calibration for the model that is served, so hits are for "
    "people to look at",
    Trouble.NOT_COUNTED: "the gallery did not tell how many are enrolled, so hits are for people "
    "to look at",
    Trouble.UNSUPPORTED: "the calibration has seen too little for {people}, so hits are for people "
    "to look at",
    Trouble.EXTRAPOLATED: "the line for {people} is extrapolated from few comparisons",
}


def warnings(policies: Iterable[Policy], lines: Lines) -> list[str]:
    """One sentence for each thing that is wrong; none if nothing is."""
    found = []
    if lines.loaded.rejection:
        found.append(f"calibrations were rejected, the old ones stay: {lines.loaded.rejection}")
    for policy in policies:
        if policy.target_fpir is not None:
            said = _of(policy, policy.target_fpir, lines)
            found += [
                f"scene {policy.scene}: target_fpir {policy.target_fpir:g}{text}" for text in said
            ]
    return found


def _of(policy: Policy, target: float, lines: Lines) -> Iterator[str]:
    if not lines.calibrations:
        yield ", and no calibration is loaded: nobody is a match"
        return
    for contract_id, calibration in lines.calibrations.items():
        if not most_persons(target, calibration):
            yield f" is more than the calibration of {contract_id} can tell of anybody"
    if asked := lines.latest.get(policy.scene):
        line = accept_line(policy, lines.calibrations.get(asked.contract_id), asked.size)
        if line.trouble:
            people = f"{asked.size.persons:,} people" if asked.size else "nobody knows whom"
            yield f": {_LATELY[line.trouble].format(people=people)}"
