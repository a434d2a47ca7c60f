"""The command that fits a calibration to an operator's own people."""

from client.commands.calibrate.command import calibrate

__all__ = ["calibrate"]
