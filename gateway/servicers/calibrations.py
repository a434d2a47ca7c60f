"""The calls of sureface.policy.v1 that are about calibrations, over gRPC."""

import asyncio

from faces import fields, paging
from faces.errors import FieldInvalid
from gateway.calibrations.history import History
from gateway.codec.calibrations import encode_calibration, encode_period
from meshkit.calibration_file import CalibrationWrong, parse
from meshkit.rpc import Context
from sureface.policy.v1 import policy_pb2 as pb
from sureface.policy.v1 import policy_pb2_grpc as rpc


class CalibrationCalls(rpc.PolicyServiceServicer):
    """A part of sureface.policy.v1.PolicyService."""

    def __init__(self, calibrations: History) -> None:
        self._calibrations = calibrations

    async def ListCalibrationPeriods(
        self, request: pb.ListCalibrationPeriodsRequest, context: Context
    ) -> pb.ListCalibrationPeriodsResponse:
        before, size = paging.number_of(request.page_token), paging.size_of(request.page_size)
        found = await asyncio.to_thread(self._calibrations.periods, before=before, size=size)
        return pb.ListCalibrationPeriodsResponse(
            periods=map(encode_period, found.items), next_page_token=found.next_token
        )

    async def GetCalibration(
        self, request: pb.GetCalibrationRequest, context: Context
    ) -> pb.GetCalibrationResponse:
        version = fields.words(request.version, "version", limit=64)
        text = await asyncio.to_thread(self._calibrations.text, version)
        if text is None:
            raise FieldInvalid(field="version", rule="was never loaded here")
        return pb.GetCalibrationResponse(
            version=version, text=text, calibration=_said(text, version)
        )


def _said(text: str, version: str) -> pb.Calibration | None:
    """What a file of the past says of itself; None if it reads as another version today."""
    try:
        calibration = parse(text.encode())
    except CalibrationWrong:
        return None
    return encode_calibration(calibration) if calibration.version == version else None
