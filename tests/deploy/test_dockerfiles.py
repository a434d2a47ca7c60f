"""Images: made of what is there, of all that a process needs, and of nothing else."""

import importlib.metadata
import json
import re
import tomllib
from functools import cache

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.docker.requirements import requirements
from tests.dockerfiles import DOCKER, IMAGES, ROOT, copied, entry, extras, stages, targets
from tests.manifests import CONFIGS

PYPROJECT = ROOT / "pyproject.toml"
WITHOUT_GPU = {"onnxruntime-gpu": "onnxruntime", "faiss-gpu": "faiss-cpu"}
"""The same modules, on processors: what is installed here."""

GPU_OF = {"detector": 13, "enhancer": 13, "embedder": 13, "gallery": 12}
"""Images that may use a GPU, and the CUDA that is in them."""

METRICS_PORT = 9464
pytestmark = pytest.mark.timeout(300)  # the graph of all imports takes long on a busy machine
ALL_TARGETS = [(image, target) for image in IMAGES for target in targets(image)]


def test_there_is_an_image_for_every_process() -> None:
    """And no other."""
    assert sorted(CONFIGS) == IMAGES


@pytest.mark.parametrize("image", IMAGES)
def test_the_base_is_exact_and_the_same(image: str) -> None:
    """One Python for all, of the version that the project asks for."""
    bases = {each.base for each in stages(image).values()} - set(stages(image))
    least = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["requires-python"]

    assert {stages(IMAGES[0])["python"].base} == bases
    (base,) = bases
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", base)
    assert f">={'.'.join(base.removeprefix('python:').split('.')[:2])}" == least


@pytest.mark.parametrize("image", IMAGES)
def test_what_is_copied_is_there_and_sent_to_the_builder(image: str) -> None:
    """.dockerignore lets in what Dockerfiles ask for."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sent = [line.removeprefix("!") for line in lines if line.startswith("!")]
    sources = [source for source, _ in copied(image)]
    sources += stages(image)["build"].the("COPY").split()[:-1]

    for source in sources:
        assert (ROOT / source).exists(), source
        parents = [source, source.split("/")[0], f"{source.rpartition('/')[0]}/*.py"]
        assert set(parents) & set(sent), source


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, packages of others among them."""
    return grimp.build_graph(
        *("faces", "meshkit", "services", "gateway", "sureface"), include_external_packages=True
    )


def imported(image: str) -> set[str]:
    """All modules that a process may import, at any time."""
    main = f"{entry(image)[-1]}.__main__"
    found: set[str] = graph().find_upstream_modules(main)
    return found | {main}


@pytest.mark.parametrize("image", IMAGES)
def test_every_module_that_it_imports_is_in_it(image: str) -> None:
    """And of the services, only its own."""
    there = {source.replace("/", ".") for source, _ in copied(image)}
    ours = ("faces", "meshkit", "services", "gateway", "sureface")
    modules = {each for each in imported(image) if each.split(".")[0] in ours}

    for module in modules:
        parts = module.removeprefix("sureface.").split(".")
        homes = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        assert homes & there or (module.startswith("sureface") and "gen" in there), module
    services = {each for each in there if each.startswith("services.")}
    assert services == ({entry(image)[-1]} & services if services else set())


def installed(image: str, target: str) -> set[str]:
    """Distributions that pip would install, those that they need among them."""
    todo = [Requirement(line) for line in wanted(image, target)]
    found: set[str] = set()
    while todo:
        each = todo.pop()
        name = canonicalize_name(WITHOUT_GPU.get(each.name, each.name))
        asks = [{"extra": extra} for extra in each.extras] or [{"extra": ""}]
        if name in found or (each.marker and not any(each.marker.evaluate(ask) for ask in asks)):
            continue
        found.add(name)
        needs = [Requirement(line) for line in importlib.metadata.requires(name) or []]
        todo += [r for r in needs if not r.marker or r.marker.evaluate({"extra": ""})]
    return found


def wanted(image: str, target: str) -> list[str]:
    """What pip is told to install."""
    return requirements(PYPROJECT, extras(image, target))


@pytest.mark.parametrize(("image", "target"), ALL_TARGETS)
def test_every_package_of_others_is_installed(image: str, target: str) -> None:
    """What a target leaves out, its process does not import unless told to."""
    providers = importlib.metadata.packages_distributions()
    there = installed(image, target)
    left_out = {"pymilvus"} if image == "gallery" and target != "milvus" else set()
    others = {each for each in imported(image) if each in providers and each != "sureface"}

    missing = {
        each
        for each in others - set(CONFIGS) - {"services", "faces", "meshkit"}
        if not {canonicalize_name(name) for name in providers[each]} & there
    }
    assert left_out == missing


@pytest.mark.parametrize(("image", "target"), ALL_TARGETS)
def test_versions_are_exact(image: str, target: str) -> None:
    """constraints.txt has every requirement."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {canonicalize_name(line.split("==")[0]) for line in lines if "==" in line}

    names = {canonicalize_name(Requirement(line).name) for line in wanted(image, target)}
    assert names <= pinned
    assert "-c constraints.txt -r requirements.txt" in stages(image)[f"build-{target}"].the("RUN")


@pytest.mark.parametrize("image", IMAGES)
def test_cuda_is_where_a_gpu_is_used_and_of_one_version(image: str) -> None:
    """ONNX Runtime and FAISS want different ones, and never meet."""
    assert (image in GPU_OF) == ("gpu" in targets(image))
    if image in GPU_OF:
        cpu, gpu = ({Requirement(each).name for each in wanted(image, t)} for t in ("cpu", "gpu"))
        runtimes = {13: "onnxruntime-gpu", 12: "faiss-gpu"}

        assert {runtimes[GPU_OF[image]]} == gpu - cpu
        assert cpu - gpu == {WITHOUT_GPU[each] for each in gpu - cpu}
        assert f"LD_LIBRARY_PATH={_site(image)}" in stages(image)["gpu"].the("ENV")


def _site(image: str) -> str:
    version = ".".join(stages(image)["python"].base.removeprefix("python:").split(".")[:2])
    return f"/opt/venv/lib/python{version}/site-packages/nvidia/"


@pytest.mark.parametrize("image", IMAGES)
def test_ports_are_those_of_the_code(image: str) -> None:
    """Where it listens, where it is asked how it is, and what it runs."""
    app, port = stages(image)["app"], CONFIGS[image].__dataclass_fields__["port"].default
    check: list[str] = json.loads(app.the("HEALTHCHECK").partition(" CMD ")[2])
    module = {"gateway": "gateway", "worker": "gateway.worker"}.get(image, f"services.{image}")

    assert f"{port} {METRICS_PORT}" == app.the("EXPOSE")
    assert ["python", "healthy.py", str(port)] == check
    assert ["python", "-m", module] == entry(image)
    assert (ROOT / module.replace(".", "/") / "__main__.py").is_file()


@pytest.mark.parametrize("image", IMAGES)
def test_nobody_is_root_and_nothing_is_left_to_write(image: str) -> None:
    """The user is a number, set after everything that needs rights, and for good."""
    app = stages(image)["app"]
    words = [word for word, _ in app.steps]

    assert "10001:10001" == app.the("USER")
    assert not {"RUN", "COPY", "ADD"} & set(words[words.index("USER") :])
    for target in targets(image):
        final = stages(image)[target]
        assert "app" == final.base
        assert {word for word, _ in final.steps} <= {"COPY", "ENV"}
        assert f"--from=build-{target} /opt/venv /opt/venv" == final.the("COPY")
    assert "cpu" == list(stages(image))[-1]


def test_comments_tell_how_to_build() -> None:
    """Every target of every image, with the project's version as its tag."""
    version = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["version"]
    for image, target in ALL_TARGETS:
        suffix = "" if target == "cpu" else f"-{target}"
        line = (
            f"#   docker build -f deploy/docker/{image}.Dockerfile --target {target}"
            f" -t sureface/{image}:{version}{suffix} ."
        )
        assert line in (DOCKER / f"{image}.Dockerfile").read_text("utf-8")
