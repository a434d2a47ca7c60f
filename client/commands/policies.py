"""Commands that show the policy table and explain it."""

import dataclasses
from collections.abc import Sequence

import click

from client.commands.groups import Defaulting
from client.commands.options import talks
from client.console import Console, verdict
from client.exits import OF_VERDICT, Exit
from client.sdk import Sureface
from client.types import ScenePolicy


@click.group(cls=Defaulting)
def policies() -> None:
    """Show the policy table, or explain it. Without a command: list."""


@policies.command("list")
@click.option("--scene", help="Only this row.")
@talks
def list_(mesh: Sureface, console: Console, *, scene: str | None) -> Exit:
    """Show what each scene asks for."""
    rows = [mesh.get_policy(scene=scene)] if scene else list(mesh.list_policies())
    if console.as_json:
        console.answer(rows)
    else:
        _table(console, rows)
    return Exit.OK


@policies.command()
@click.argument("scene")
@click.option(
    "--faces", "face_count", type=click.IntRange(0, 2**31 - 1), help="Faces in the picture."
)
@click.option("--detection-score", type=float, help="How certain the face is, in [0, 1].")
@click.option("--inter-eye-px", type=float, help="Pixels between the eyes.")
@click.option("--yaw", "yaw_deg", type=float, help="Turn of the head in degrees.")
@click.option("--pitch", "pitch_deg", type=float, help="Nod of the head in degrees.")
@click.option("--occlusion", "occlusion_share", type=float, help="Covered share, in [0, 1].")
@click.option("--quality", type=float, help="Quality score, in [0, 1].")
@click.option(
    "--similarity",
    "similarities",
    type=float,
    multiple=True,
    help="Of a candidate, in [-1, 1]. Once for each candidate.",
)
@talks
def explain(
    mesh: Sureface,
    console: Console,
    *,
    scene: str,
    similarities: tuple[float, ...],
    face_count: int | None,
    **scores: float | None,
) -> Exit:
    """Tell which rule of SCENE would fire for these scores.

    What is left out is good enough. Leaves with the code of the verdict.
    """
    answer = mesh.explain_decision(
        scene=scene, face_count=face_count, similarities=similarities, **scores
    )
    if console.as_json:
        console.answer(answer)
    else:
        console.facts(
            [
                ("verdict", verdict(answer.verdict)),
                ("rule", answer.rule.value if answer.rule else "one that is newer than this"),
                ("why", answer.reason),
                ("advice", "; ".join(answer.advices)),
                ("policy", answer.policy_version),
            ]
        )
    return OF_VERDICT[answer.verdict]


def _table(console: Console, rows: Sequence[ScenePolicy]) -> None:
    """One column a scene: there are more lines than scenes."""
    lines = [field.name for field in dataclasses.fields(rows[0].policy) if field.name != "scene"]
    console.table(
        ["line", *(f"{row.policy.scene} " for row in rows)],
        [[name, *(_cell(getattr(row.policy, name)) for row in rows)] for name in lines],
    )
    console.say(f"\npolicy {rows[0].policy_version}")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    return str(getattr(value, "value", value))
