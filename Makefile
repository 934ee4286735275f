# Every command of the house. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV     := .venv/bin/uv
BIN    := .venv/bin
# Hundreds of processes start here: what one compiles of Python's sources, the next one reads.
export PYTHONDONTWRITEBYTECODE =

help:  ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.infra .venv/.engine  ## make .venv with what running needs
up: setup  ## run the whole platform on this machine (PORT, ASTROLABE_HOME)
	@$(BIN)/astrolabe up
localstack: .venv/.deploy  ## a local AWS on port 4566 (PORT, EMULATOR=localstack, AUTH), in the foreground
	@$(BIN)/astrolabe localstack
deploy-local: .venv/.deploy  ## put the platform on that local AWS, or what changed of it
	@$(BIN)/astrolabe deploy-local
layers: .venv/.deploy  ## build what functions share for AWS, with sizes
	@$(BIN)/astrolabe layers
migrate: setup  ## bring the one-machine database (or DATABASE_URL's) to the newest schema
	@$(BIN)/astrolabe database migrate
db: setup  ## print the URL of the migrated one-machine database
	@$(BIN)/astrolabe database url

# Three workers on two processors: tests of processes wait, and the third does its work meanwhile.
test: .venv/.dev .venv/.engine  ## lint, types, contracts, every test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -n 3 -m "not soak"
soak: .venv/.dev .venv/.engine  ## storms and property machines at full count
	@$(BIN)/pytest -n 2
bench: .venv/.dev .venv/.engine  ## every figure beside its peer, as ratios
	@$(BIN)/python -m tests.benchmarks $(ONLY)
lint: .venv/.dev  ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache > .venv/contracts.log || { cat .venv/contracts.log; exit 1; }
lock: COMPILE = $(UV) pip compile pyproject.toml --quiet --generate-hashes --no-annotate --no-header --no-emit-index-url
lock: .venv/.uv  ## compile pyproject's dependency groups to layers/*.txt
	@for group in base migrations payments infra deploy dev ministack lambda localstripe peers; do $(COMPILE) --universal --python-version 3.11 \
	  --group $$group -o layers/$$group.txt; done
	@for group in localstack screamer; do $(COMPILE) --python-platform linux --python-version 3.13 \
	  --group $$group -o layers/$$group.txt; done

# One stamp a group: an install runs again only when what it was made from changed.
.venv/.uv:
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or later) is needed"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r layers/uv.txt
	@touch $@
.venv/.infra .venv/.deploy .venv/.dev: .venv/.%: .venv/.uv layers/%.txt pyproject.toml
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r layers/$*.txt
	@echo '$(CURDIR)' > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/astrolabe.pth"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m infra.cli "$$@"\n' > $(BIN)/astrolabe && chmod +x $(BIN)/astrolabe
	@touch $@
# The compiled core, again whenever one of its sources changed.
.venv/.engine: .venv/.infra $(shell find shared/engine -name '*.py' -o -name '*.pxd' -o -name '*.h')
	@$(BIN)/python -m infra.compiling
	@touch $@

.PHONY: help setup up localstack deploy-local layers migrate db test soak bench lint lock
