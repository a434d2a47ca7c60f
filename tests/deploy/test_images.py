"""What manifests and compose run are images that can be built, and set up for what is in them."""

import tomllib
from typing import Any

import pytest
import yaml

from meshkit.config import load
from tests.dockerfiles import DOCKER, ROOT, targets
from tests.manifests import CONFIGS, EVERYTHING, our_workloads

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
PROFILES = ("cpu", "gpu")


def target_of(image: str, name: str) -> str:
    """The target that an image of ours is built from."""
    tag = image.removeprefix(f"sureface/{name}:").removeprefix(VERSION)
    return tag.removeprefix("-") or "cpu"


def fits(target: str, config: Any) -> bool:
    """Whether a target has what its process is told to use."""
    if getattr(config, "provider", "cpu") != "cpu":
        return target == "gpu"
    index = getattr(config, "index", "")
    return target == {"faiss_gpu": "gpu", "milvus": "milvus"}.get(index, "cpu")


@pytest.mark.parametrize("name", EVERYTHING)
def test_manifests_run_what_can_be_built(name: str) -> None:
    """Exact tags of this version; a GPU is asked for exactly where the image can use one."""
    for workload in our_workloads(name):
        image = workload.container["image"]
        target = target_of(image, workload.name)

        assert target in targets(workload.name), image
        assert fits(target, workload.config), image
        limits = workload.container["resources"]["limits"]
        assert (target == "gpu") == ("nvidia.com/gpu" in limits)


def services(profile: str) -> dict[str, dict[str, Any]]:
    """What runs under a profile, by the name that it answers to."""
    rows = COMPOSE["services"].items()
    return {key.removesuffix("-gpu"): row for key, row in rows if profile in row["profiles"]}


def config_of(name: str, row: dict[str, Any]) -> Any:
    """What a process makes of its variables."""
    values = {
        # ${NAME:-text} without the variable
        key: text.partition(":-")[2].rstrip("}") if "${" in (text := str(value)) else text
        for key, value in row.get("environment", {}).items()
    }
    assert all(isinstance(each, str) for each in row.get("environment", {}).values())
    config = load(CONFIGS[name], values, prefix=f"{name.upper()}_")
    assert config.insecure, "a container is not the only one on its network"
    return config


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_a_whole_mesh(profile: str) -> None:
    """Whoever is called answers by that name and on that port, on networks or on GPUs."""
    running = services(profile)

    assert set(CONFIGS) == set(running)
    for name, row in running.items():
        config = config_of(name, row)
        target = row["build"]["target"]
        assert f"deploy/docker/{name}.Dockerfile" == row["build"]["dockerfile"]
        assert f"sureface/{name}:{VERSION}{'' if target == 'cpu' else '-gpu'}" == row["image"]
        assert fits(target, config)
        if target == "gpu":
            assert [name] == row["networks"]["mesh"]["aliases"]
            assert row["deploy"]["resources"]["reservations"]["devices"]
        for called in {"detector", "enhancer", "embedder", "gallery"} & set(
            type(config).__dataclass_fields__
        ):
            port = CONFIGS[called].__dataclass_fields__["port"].default
            assert f"dns:///{called}:{port}" == getattr(config, called)


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_containers_are_confined(name: str) -> None:
    """Read only, without rights; given the time to end that their process takes."""
    row = COMPOSE["services"][name]
    config = config_of(name.removesuffix("-gpu"), row)

    assert row["read_only"] is True
    assert ["ALL"] == row["cap_drop"]
    assert ["no-new-privileges:true"] == row["security_opt"]
    assert float(row["stop_grace_period"].removesuffix("s")) > config.drain_s + config.grace_s
    # Nothing listens on other addresses than this machine's own: there is no authentication.
    assert all(port.startswith("127.0.0.1:") for port in row.get("ports", []))


def test_gateway_and_worker_share_what_they_must() -> None:
    """The file of jobs, and what jobs may search."""
    rows = COMPOSE["services"]
    gateway, worker = (config_of(each, rows[each]) for each in ("gateway", "worker"))

    for field in ("jobs", "media", "output"):
        assert getattr(gateway, field) == getattr(worker, field) is not None
    volumes = [set(rows[each]["volumes"]) for each in ("gateway", "worker")]
    shared = set.intersection(*volumes)
    assert {"jobs:/jobs", "${SUREFACE_MEDIA:-./media}:/media:ro"} == shared
