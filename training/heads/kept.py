"""Heads on disk, between their fit and their export."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from training.calibration import Table
from training.gate.network import Gate
from training.rts.fitting import Settings
from training.rts.head import TemperatureHead

_NETWORKS, _NUMBERS = "heads.pt", "heads.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Everything of a served model but its branches."""

    gate: Gate
    head: TemperatureHead
    settings: Settings
    """Of the head: what was chosen."""

    table: Table
    """From its log u to quality."""


def save(heads: Heads, folder: Path) -> None:
    """Write networks and numbers into a training's folder."""
    state = {"gate": heads.gate.state_dict(), "head": heads.head.state_dict()}
    torch.save(state, folder / _NETWORKS)
    numbers = {
        "gate": {"hidden": heads.gate.hidden},
        "settings": asdict(heads.settings),
        "quality": asdict(heads.table),
    }
    (folder / _NUMBERS).write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> Heads:
    """Read them back.

    Raises:
        FileNotFoundError: They were not fitted yet.
    """
    numbers = json.loads((folder / _NUMBERS).read_text(encoding="utf-8"))
    state = torch.load(folder / _NETWORKS, weights_only=True)
    settings = Settings(**numbers["settings"])
    gate = Gate(hidden=numbers["gate"]["hidden"])
    gate.load_state_dict(state["gate"])
    head = TemperatureHead(delta=settings.delta, hidden=settings.hidden, inputs=settings.inputs)
    head.load_state_dict(state["head"])
    table = Table(**numbers["quality"])
    return Heads(gate=gate.eval(), head=head.eval(), settings=settings, table=table)
