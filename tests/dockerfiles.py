"""The Dockerfiles of deploy/docker, read for tests."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKER = ROOT / "deploy" / "docker"
IMAGES = sorted(each.name.removesuffix(".Dockerfile") for each in DOCKER.glob("*.Dockerfile"))


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: where it begins, and its instructions in order."""

    name: str
    base: str
    steps: list[tuple[str, str]]

    def all(self, instruction: str) -> list[str]:
        """What is said by instructions of one kind."""
        return [text for word, text in self.steps if word == instruction]

    def the(self, instruction: str) -> str:
        """The same of the only one."""
        (text,) = self.all(instruction)
        return text


def stages(image: str) -> dict[str, Stage]:
    """The stages of an image by name, in order."""
    text = (DOCKER / f"{image}.Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, Stage] = {}
    stage: Stage
    for line in filter(None, text.splitlines()):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = found[name] = Stage(name, base, [])
        elif word != "#":
            stage.steps.append((word, " ".join(rest.split())))
    return found


def targets(image: str) -> list[str]:
    """What can be built: stages on which no other one stands."""
    found = stages(image)
    below = {each.base for each in found.values()}
    return [name for name in found if name not in below and not name.startswith("build")]


def copied(image: str) -> list[tuple[str, str]]:
    """From where in the repository to where in the image."""
    pairs = []
    for text in stages(image)["app"].all("COPY"):
        *sources, target = text.split()
        pairs += [(source, target) for source in sources]
    return pairs


def extras(image: str, target: str) -> list[str]:
    """What pip installs for a target, as extras of this project."""
    command = next(text for text in stages(image)[f"build-{target}"].all("RUN"))
    return command.removeprefix("python requirements.py ").split(" > ")[0].split()


def entry(image: str) -> list[str]:
    """The command that a container runs."""
    command: list[str] = json.loads(stages(image)["app"].the("ENTRYPOINT"))
    return command


def laid_out(image: str, folder: Path) -> None:
    """Put the files of an image into a folder, as a build would into ``/app``."""
    for source, target in copied(image):
        place = folder / target
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, place, ignore=ignored, dirs_exist_ok=True)
        else:
            shutil.copy(ROOT / source, place / Path(source).name)
