"""The command that tries a proposed policy table on decisions of the past."""

from datetime import datetime
from pathlib import Path

import click
from rich.text import Text

from client.commands.moments import MOMENT
from client.commands.options import talks
from client.console import Console, verdict
from client.exits import Exit
from client.sdk import Sureface
from client.types import PolicySimulation
from faces.policy import Verdict
from faces.replay import Untold
from faces.rules import Rule

WORDS = {
    Untold.NOT_EMBEDDED: "refused before it was embedded",
    Untold.NOT_ENHANCED: "was not enhanced, or the enhanced face was thrown away",
    Untold.NOT_COMPARED: "was not compared, or not as the camera saw it",
    Untold.REFERENCE_REFUSED: "no decision: a reference photo would be refused",
    Untold.SCENE_REMOVED: "no decision: the table has no such scene",
    Untold.NOT_COUNTED: "how many people were searched is not on record",
    Untold.MORE_FRAMES: "a stream would have waited for other frames",
    Untold.RECORD_INCOMPLETE: "the record lacks scores",
    None: "for a reason that this client does not know",
}
"""Why it cannot be told."""

_NAMED = 2
"""Examples in a table; JSON has all."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--since",
    type=MOMENT,
    default="7d",
    show_default=True,
    help="Decisions from then on: so many d, h or m ago, or a time in ISO 8601.",
)
@click.option("--until", type=MOMENT, help="Decisions before then; all up to now if left out.")
@click.option("--scene", default="", help="Only decisions about this scene.")
@talks
def simulate(
    mesh: Sureface,
    console: Console,
    *,
    file: Path,
    since: datetime,
    until: datetime | None,
    scene: str,
) -> Exit:
    """Tell what the table in FILE would have changed of decisions of the past.

    Rules see the scores that are on record. Decisions for which they would need more are
    counted apart.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file} is not text in UTF-8") from None
    answer = mesh.simulate_policy(text=text, start_time=since, end_time=until, scene=scene)
    if console.as_json:
        console.answer(answer)
    else:
        _show(console, answer)
    return Exit.OK


def _show(console: Console, of: PolicySimulation) -> None:
    """Print how many decisions would change, then how, then what cannot be told."""
    if not of.scenes:
        console.say("no decisions on record in that time")
        return
    console.table(
        ["scene", "decisions ", "unchanged ", "changed ", "cannot be told "],
        [
            [
                scene.scene,
                str(scene.decision_count),
                str(scene.unchanged_count),
                str(sum(change.decision_count for change in scene.changes)),
                str(sum(untold.decision_count for untold in scene.untold)),
            ]
            for scene in of.scenes
        ],
    )
    _changes(console, of)
    _untold(console, of)
    console.say(f"\nproposed policy {of.policy_version}")


def _changes(console: Console, of: PolicySimulation) -> None:
    rows: list[list[str | Text]] = [
        [
            scene.scene,
            _outcome(change.old_verdict, change.old_rule),
            _outcome(change.new_verdict, change.new_rule),
            str(change.decision_count),
            _examples(change.decision_ids),
        ]
        for scene in of.scenes
        for change in scene.changes
    ]
    if rows:
        console.say("")
        console.table(["scene", "was", "would be", "decisions ", "for example"], rows)


def _untold(console: Console, of: PolicySimulation) -> None:
    rows = [
        [
            scene.scene,
            WORDS[untold.reason],
            str(untold.decision_count),
            _examples(untold.decision_ids),
        ]
        for scene in of.scenes
        for untold in scene.untold
    ]
    if rows:
        console.say("")
        console.table(["scene", "cannot be told", "decisions ", "for example"], rows)


def _outcome(value: Verdict, rule: Rule | None) -> Text:
    return verdict(value).append(f" {rule.value if rule else 'unknown'}", style="not bold default")


def _examples(decision_ids: tuple[str, ...]) -> str:
    return ", ".join(decision_ids[-_NAMED:])
