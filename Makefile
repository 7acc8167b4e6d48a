# Palsim: every command of the project. `make` alone lists them.

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url

BASE ?= basis_2026
ALT ?= azwa_omzetplafond
OUT ?= reports/runs/$(ALT)-$(shell date +%Y%m%d-%H%M%S)
WORKERS ?= 2
FUZZ_SECONDS ?= 600
AUDIT ?= build/audit/bin/pip-audit
REST := slow or crash or browser

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run web test test-all wheel-check fuzz gallery check audit format docs bench bench-smoke lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## set up, simulate Middenland under BASE and ALT, and write the report
	@$(BIN)/palsim compare $(BASE) $(ALT) --out $(OUT)

web: $(VENV)/.web  ## open the what-if page in a browser
	@$(BIN)/palsim web

test: $(VENV)/.dev  ## run the tests (all but the slow ones)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not ($(REST))"

test-all: test  ## run the tests, then the slow ones (fresh installation, crashes, browser, documents, notebooks)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "$(REST)"

wheel-check: $(VENV)/.dev  ## try the wheel in empty environments of every Python on this machine (3.11 to 3.13)
	PALSIM_EVERY_PYTHON=1 $(BIN)/python -m pytest -rs tests/e2e/test_wheel.py

fuzz: $(VENV)/.dev  ## try hostile inputs anew, for FUZZ_SECONDS each kind
	PALSIM_FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/fuzz

gallery: $(VENV)/.run  ## run every policy against current practice and publish reports/published/ (about half an hour on two cores)
	$(BIN)/python docs/generate/gallery.py

check: $(VENV)/.dev  ## check format, lint, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

audit: $(VENV)/.base  ## check the locked versions against known advisories; one line where none can be reached
	@[ -x "$(AUDIT)" ] || { $(BIN)/python -m venv build/audit && \
	  build/audit/bin/python -m pip install --quiet pip-audit 2>/dev/null; } || { \
	  echo "audit: pip-audit cannot be installed here; nothing was checked"; exit 0; }; \
	mkdir -p build && "$(AUDIT)" --disable-pip --require-hashes --progress-spinner off -r requirements/dev.txt \
	  >build/audited 2>&1; code=$$?; \
	if ! grep -qE "Found [0-9]+ known" build/audited && \
	  grep -qE "ConnectionError|ServiceError|Max retries|timed out|could not be audited" build/audited; then \
	  echo "audit: no advisories can be reached from here for every package; see build/audited"; exit 0; fi; \
	cat build/audited; exit $$code

format: $(VENV)/.dev  ## format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.dev  ## build the documentation as a site in build/site
	$(BIN)/python docs/generate/site.py

bench: $(VENV)/.bench  ## measure speed and memory, beside other engines
	$(BIN)/python benchmarks/run.py

bench-smoke: $(VENV)/.dev  ## the same, short, beside the engines that are installed
	$(BIN)/python benchmarks/run.py --smoke

lock:  ## compile the requirements anew (needs uv)
	$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/cluster.in -o requirements/cluster.txt
	$(COMPILE) requirements/web.in -o requirements/web.txt
	$(COMPILE) requirements/bench.in -o requirements/bench.txt

clean:  ## remove the environment and caches (stored runs stay)
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find sim tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.base:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Palsim needs Python 3.11 or newer; '$(PYTHON)' is not. Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.base
	@echo "Setting up $(VENV) to run: about a minute, once"
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/.base
	@echo "Setting up $(VENV) to develop: some minutes, once"
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

$(VENV)/.web: requirements/web.txt pyproject.toml | $(VENV)/.base
	$(PIP) --require-hashes -r requirements/web.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.bench: requirements/bench.txt | $(VENV)/.dev
	$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@
