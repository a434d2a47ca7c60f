"""The command that tells which rule would fire."""

import click

from client.commands.options import talks
from client.console import Console, verdict
from client.exits import OF_VERDICT, Exit
from client.sdk import Sureface


@click.command()
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
