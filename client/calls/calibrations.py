"""Calls of `sureface.policy.v1.PolicyService` about calibrations."""

from client.calls.prepared import Listing, Prepared, prepare
from client.codec import calibration as codec
from client.types.calibration import CalibrationPeriod, CalibrationText
from sureface.policy.v1 import policy_pb2 as pb


def list_calibration_periods(*, page_size: int = 0) -> Listing[CalibrationPeriod]:
    """List which calibrations were loaded, and when; the latest first."""
    return Listing(
        lambda token: prepare(
            pb.ListCalibrationPeriodsRequest(page_size=page_size, page_token=token),
            pb.ListCalibrationPeriodsResponse,
            codec.periods,
        )
    )


def get_calibration(*, version: str) -> Prepared[CalibrationText]:
    """Return a calibration as its file was written, for example the one that a record names."""
    request = pb.GetCalibrationRequest(version=version)
    return prepare(request, pb.GetCalibrationResponse, codec.text)
