"""Which enhancer and which gate of `models.toml` a mesh runs if its operator names none."""

from dataclasses import replace

from client.up.obstacles import CannotStart
from client.up.plan import Plan
from meshkit.config import ConfigError
from meshkit.models.registry import find, gates, registered

NONE = "none"
"""What an operator says who wants none."""

_USUAL = "enhancer"
"""The one that runs if models.toml has it."""


def completed(plan: Plan) -> Plan:
    """A plan that names its enhancer and its gate, or runs none.

    An enhancer whose work nothing can fuse changes no decision: it runs only if it was asked for.

    Raises:
        CannotStart: models.toml is wrong, or a file that it names; or an enhancer is wanted, for a
            gate or for adapters, and there is none.
    """
    if plan.enhancer == NONE:
        return replace(plan, enhancer="", fusion="")
    try:
        fitting = gates(plan.models, find(plan.models, plan.embedder, task="embedder").contract_id)
        usual = _USUAL if _USUAL in registered(plan.models, "enhancer") else ""
    except ConfigError as wrong:
        raise CannotStart(str(wrong)) from None
    fusion = plan.fusion or (fitting[0].name if fitting else "")
    enhancer = plan.enhancer or (usual if fusion else "")
    if not enhancer and (plan.fusion or plan.adapters):
        raise CannotStart("--fusion and --adapters need an enhancer; name one with --enhancer")
    return replace(plan, enhancer=enhancer, fusion=fusion if enhancer else "")
