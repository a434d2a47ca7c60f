"""Calibrations, from the wire."""

from client.codec.wire import moment
from client.types.calibration import CalibrationPeriod, CalibrationText
from faces.paging import Page
from sureface.policy.v1 import policy_pb2 as pb


def periods(message: pb.ListCalibrationPeriodsResponse) -> Page[CalibrationPeriod]:
    """One page of periods."""
    found = [
        CalibrationPeriod(
            contract_id=period.contract_id,
            version=period.version,
            begin_time=moment(period.begin_time),
            end_time=moment(period.end_time) if period.HasField("end_time") else None,
        )
        for period in message.periods
    ]
    return Page(found, message.next_page_token)


def text(message: pb.GetCalibrationResponse) -> CalibrationText:
    """A calibration as its file was written."""
    return CalibrationText(version=message.version, text=message.text)
