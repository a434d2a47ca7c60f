"""What metrics say of themselves, from the code that measures."""

import importlib

from prometheus_client import REGISTRY

MODULES = (
    "meshkit.metrics",
    "services.gallery.metrics",
    "gateway.insight.metrics",
    "gateway.calibrations.metrics",
    "gateway.policies.metrics",
    "gateway.jobs.metrics",
    "gateway.streaming.metrics",
    "gateway.worker.metrics",
)
"""Every module that defines metrics; a test looks for others."""


def help_texts() -> dict[str, str]:
    """The text of each metric, by family."""
    for module in MODULES:
        importlib.import_module(module)
    return {family.name: family.documentation for family in REGISTRY.collect()}
