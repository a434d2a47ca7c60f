"""Calibrations, and where they say that a match begins."""

import math
from collections.abc import Mapping
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from faces.calibration import AcceptLine, Calibration
from faces.errors import FieldInvalid
from gateway.history import Period
from sureface.policy.v1 import policy_pb2 as pb


def encode_calibration(calibration: Calibration) -> pb.Calibration:
    """What an operator should know of a calibration that is loaded."""
    return pb.Calibration(
        contract_id=calibration.contract_id,
        version=calibration.version,
        data=calibration.data,
        make_time=_stamp(calibration.made),
        person_count=calibration.counts.persons,
        stranger_comparison_count=calibration.counts.others,
    )


def encode_period(period: Period) -> pb.CalibrationPeriod:
    """A time in which one calibration was loaded for a contract, or none."""
    return pb.CalibrationPeriod(
        contract_id=period.subject,
        version=period.version,
        begin_time=_stamp(period.begin_time),
        end_time=_stamp(period.end_time) if period.end_time else None,
    )


def encode_line(line: AcceptLine) -> pb.AcceptLine:
    """A line for a match, or why there is none."""
    known = line.expected
    return pb.AcceptLine(
        similarity=line.similarity if math.isfinite(line.similarity) else None,
        target_fpir=line.target_fpir,
        calibration_version=line.calibration,
        expected_fpir=known.fpir if known else None,
        low_fpir=known.low if known else None,
        high_fpir=known.high if known else None,
        degradation=line.trouble.value if line.trouble else "",
    )


def chosen(calibrations: Mapping[str, Calibration], contract_id: str) -> Calibration | None:
    """The calibration of a contract or, if a caller names none, the only one there is.

    Raises:
        FieldInvalid: The caller names one that is not there.
    """
    if contract_id:
        try:
            return calibrations[contract_id]
        except KeyError:
            raise FieldInvalid(field="contract_id", rule="has no calibration here") from None
    return next(iter(calibrations.values())) if len(calibrations) == 1 else None


def _stamp(time: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp
