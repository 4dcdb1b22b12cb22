# make demo   the main job on an embedded default: no server, no root, no network device
# make test   the tests that need neither root nor a lab
# make help   everything else
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
GO ?= go
SIDE_BY_SIDE ?= -n auto --maxprocesses 8 --dist worksteal # make test SIDE_BY_SIDE= keeps to one process

.PHONY: help demo test lint lab bench soak soak-lab mutation lock rego tools generate clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

$(VENV)/runtime: requirements/runtime.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cctv-policy needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.lock
	@touch $@

$(VENV)/dev: requirements/dev.lock $(VENV)/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/runtime ## judge this machine and the sample district, with the embedded engine
	@PYTHONPATH=src $(BIN)/python -m cctv_policy demo $(ARGS)

test: $(VENV)/dev ## the tests that need no root; a real OPA joins in if Go or an opa is there
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

lint: $(VENV)/dev rego ## ruff, mypy, import-linter, opa, regal
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

rego: $(TOOLS)/opa $(TOOLS)/regal ## opa check, fmt, test with coverage, and Regal
	$(TOOLS)/opa check --strict policies/cctv policies/system
	$(TOOLS)/opa fmt --fail --list policies/cctv policies/system
	$(TOOLS)/opa test --timeout=60s --coverage --threshold 100 policies/cctv policies/system > $(TOOLS)/coverage.json || { cat $(TOOLS)/coverage.json; exit 1; }
	$(TOOLS)/regal lint --config-file .regal/config.yaml policies/cctv policies/system

tools: $(TOOLS)/opa $(TOOLS)/regal ## build the pinned OPA and Regal (needs Go)

$(TOOLS)/opa: tools/opa/go.mod tools/opa/go.sum
	@mkdir -p $(TOOLS)
	cd tools/opa && $(GO) build -o $(CURDIR)/$@ github.com/open-policy-agent/opa

$(TOOLS)/regal: tools/regal/go.mod tools/regal/go.sum
	@mkdir -p $(TOOLS)
	cd tools/regal && $(GO) build -o $(CURDIR)/$@ github.com/open-policy-agent/regal

lab: $(VENV)/dev ## real recorders in sealed namespaces (root; builds its image once)
	tests/lab/prepare.sh
	$(BIN)/python -m tests.lab.run $(ARGS)

bench: $(VENV)/dev ## the measured table of the README (bench/README.md)
	$(BIN)/python -m bench $(ARGS)

soak: $(VENV)/dev $(TOOLS)/opa ## the long forms of the tests that have one, outside the lab
	CCTV_SOAK=1 $(BIN)/python -m pytest -m soak -v -rP --durations=0 --durations-min=1 $(ARGS)

soak-lab: $(VENV)/dev ## the long forms of the lab's tests (root)
	tests/lab/prepare.sh
	CCTV_SOAK=1 $(BIN)/python -m tests.lab.run $(ARGS)

mutation: $(VENV)/dev $(TOOLS)/opa ## every small wrong change to the rules; ARGS=--help
	$(BIN)/python -m tests.mutation.run $(ARGS)

generate: $(VENV)/dev ## write what is generated: Rego router, JSON Schemas, sample evidence, docs/reference.md
	$(BIN)/python -c 'from pathlib import Path; from cctv_policy.catalog import write_router; write_router(Path("policies"))'
	$(BIN)/python -m cctv_policy.schemas
	$(BIN)/python -m tests.sample
	$(BIN)/python -m tests.reference

lock: $(VENV)/dev ## choose the newest versions that work together, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade -o requirements/runtime.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade --group dev -c requirements/runtime.lock -o requirements/dev.lock pyproject.toml

clean: ## remove what was built
	rm -rf $(VENV) $(TOOLS) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
