"""What deploy/k8s renders to, for tests.

for workload in workloads("overlays/cpu"):
    workload.config.port
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.config import Config as GatewayConfig
from gateway.worker.config import Config as WorkerConfig
from meshkit.config import ServerConfig, load
from services.detector.config import Config as DetectorConfig
from services.embedder.config import Config as EmbedderConfig
from services.enhancer.config import Config as EnhancerConfig
from services.gallery.config import Config as GalleryConfig

ROOT = Path(__file__).parents[1]
K8S = ROOT / "deploy" / "k8s"
EVERYTHING = sorted(str(each.relative_to(K8S)) for each in K8S.glob("[oe]*/*") if each.is_dir())
"""Everything that an operator may apply: overlays, and examples with components on top."""

NAME, PART_OF = "app.kubernetes.io/name", "app.kubernetes.io/part-of"

CONFIGS: Mapping[str, type[ServerConfig]] = {
    "detector": DetectorConfig,
    "enhancer": EnhancerConfig,
    "embedder": EmbedderConfig,
    "gallery": GalleryConfig,
    "gateway": GatewayConfig,
    "worker": WorkerConfig,
}
"""What each process of ours can be told."""

REFERRED = {
    ("secretKeyRef", "redis", "password"): "secret",
    ("secretKeyRef", "redis", "url"): "redis://:secret@redis:6379/0",
    ("secretKeyRef", "milvus", "uri"): "http://milvus:19530",
    ("secretKeyRef", "milvus", "token"): "root:secret",
    ("fieldRef", "metadata.name"): "gallery-0",
}
"""What a cluster would put in place of each reference."""

Resource = dict[str, Any]


@functools.cache
def rendered(name: str) -> Sequence[Resource]:
    """All resources of an overlay or an example."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kubectl = shutil.which("kubectl", path=here)
    assert kubectl, "kubectl is missing: make setup"
    text = subprocess.run(
        [kubectl, "kustomize", str(K8S / name)], check=True, capture_output=True
    ).stdout
    return list(yaml.safe_load_all(text))


def of_kind(name: str, *kinds: str) -> list[Resource]:
    """Those of some kinds."""
    return [each for each in rendered(name) if each["kind"] in kinds]


@dataclass(frozen=True, slots=True)
class Workload:
    """A deployment or a stateful set, whose one container is of the same name."""

    resource: Resource
    maps: Mapping[str, Mapping[str, str]]
    """Data of all ConfigMaps, by name."""

    @property
    def name(self) -> str:
        """Of the process, for example ``detector``."""
        return str(self.resource["metadata"]["name"])

    @property
    def ours(self) -> bool:
        """Whether it runs our code."""
        return self.name in CONFIGS

    @property
    def pod(self) -> dict[str, Any]:
        """The specification of its pods."""
        pod: dict[str, Any] = self.resource["spec"]["template"]["spec"]
        return pod

    @property
    def labels(self) -> dict[str, str]:
        """Of its pods."""
        labels: dict[str, str] = self.resource["spec"]["template"]["metadata"]["labels"]
        return labels

    @property
    def container(self) -> dict[str, Any]:
        """Its container."""
        (container,) = self.pod["containers"]
        assert self.name == container["name"]
        return dict(container)

    @property
    def variables(self) -> dict[str, str]:
        """What its process finds in the environment."""
        rows = self.container["env"]
        assert len({row["name"] for row in rows}) == len(rows)
        found = {row["name"]: _value(row) for row in rows}
        if any(name.endswith("REDIS_TLS") for name in found):
            # As docs/operations.md has operators write it into the Secret.
            return {name: text.replace("redis://", "rediss://") for name, text in found.items()}
        return found

    @property
    def traces(self) -> dict[str, str]:
        """What its process finds there of a collector."""
        maps = [each["configMapRef"]["name"] for each in self.container.get("envFrom", [])]
        return {key: text for each in maps for key, text in self.maps[each].items()}

    @property
    def config(self) -> Any:
        """What its process makes of that."""
        return load(CONFIGS[self.name], self.variables, prefix=f"{self.name.upper()}_")


def _value(row: dict[str, Any]) -> str:
    if "value" in row:
        return str(row["value"])
    ((kind, reference),) = row["valueFrom"].items()
    keys = ("name", "key", "fieldPath")
    return REFERRED[(kind, *(reference[key] for key in keys if key in reference))]


def workloads(name: str) -> list[Workload]:
    """All of them, Redis among them."""
    maps = {each["metadata"]["name"]: each["data"] for each in of_kind(name, "ConfigMap")}
    return [Workload(each, maps) for each in of_kind(name, "Deployment", "StatefulSet")]


def our_workloads(name: str) -> list[Workload]:
    """Those that run our code."""
    return [each for each in workloads(name) if each.ours]


def selects(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether labels are selected."""
    return selector.items() <= labels.items()


def amount(text: str | int) -> float:
    """A quantity of Kubernetes, such as ``256Mi`` or ``50m``, as a number."""
    units = {"m": 1e-3, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
    for unit, factor in units.items():
        if str(text).endswith(unit):
            return float(str(text).removesuffix(unit)) * factor
    return float(text)
