"""The command that tells which rule would fire."""

import click

from client.commands.options import talks
from client.console import Console, verdict
from client.exits import OF_VERDICT, Exit
from client.sdk import Sureface
from client.types import AcceptLine


@click.command()
@click.argument("scene")
@click.option(
    "--faces", "face_count", type=click.IntRange(0, 2**31 - 1), help="Faces in the picture."
)
@click.option("--detection-score", type=float, help="How certain the face is, in [0, 1].")
@click.option("--inter-eye-px", type=float, help="Pixels between the eyes.")
@click.option("--yaw", "yaw_deg", type=float, help="Turn of the head in degrees.")
@click.option("--pitch", "pitch_deg", type=float, help="Nod of the head in degrees.")
@click.option(
    "--liveness", "liveness_score", type=float, help="Liveness score, in [0, 1]; none if left out."
)
@click.option("--occlusion", "occlusion_share", type=float, help="Covered share, in [0, 1].")
@click.option("--quality", type=float, help="Quality score, in [0, 1].")
@click.option(
    "--similarity",
    "similarities",
    type=float,
    multiple=True,
    help="Of a candidate, in [-1, 1]. Once for each candidate.",
)
@click.option(
    "--persons",
    "person_count",
    type=click.IntRange(1),
    help="People in the collection, for a scene with target_fpir.",
)
@click.option("--templates", "template_count", type=click.IntRange(1), help="Their templates.")
@click.option("--contract", "contract_id", default="", help="Whose calibration, if several are.")
@talks
def explain(
    mesh: Sureface,
    console: Console,
    *,
    scene: str,
    similarities: tuple[float, ...],
    face_count: int | None,
    person_count: int | None,
    template_count: int | None,
    contract_id: str,
    **scores: float | None,
) -> Exit:
    """Tell which rule of SCENE would fire for these scores.

    What is left out is good enough, but for a liveness score, which then is missing. Leaves with
    the code of the verdict.
    """
    answer = mesh.explain_decision(
        scene=scene,
        face_count=face_count,
        similarities=similarities,
        person_count=person_count,
        template_count=template_count,
        contract_id=contract_id,
        **scores,
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
                ("match from", _from(answer.accept_line)),
                ("policy", answer.policy_version),
            ]
        )
    return OF_VERDICT[answer.verdict]


def _from(line: AcceptLine) -> str:
    """Where a match begins, and what is to be expected of that."""
    if line.similarity is None and not line.degradation:
        return ""  # of a gateway that does not tell
    begins = "nowhere" if line.similarity is None else f"similarity {line.similarity:.3f}"
    if line.target_fpir is None:
        return begins
    trouble = f", {line.degradation.replace('_', ' ')}" if line.degradation else ""
    expected = ""
    if line.expected_fpir is not None:
        expected = f", FPIR {line.expected_fpir:.3g} ({line.low_fpir:.2g} to {line.high_fpir:.2g})"
    return f"{begins}{expected}{trouble}"
