# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SERVE ?= 1
PORT ?= 8000
# The tests start some hundred processes; each would compile every module anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test lint benchmarks clean help

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: $(VENV)/.run ## Import real answers, analyse them, write the scorecards, then serve (SERVE=0: do not)
	@$(BIN)/engage demo --directory demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: $(VENV)/.test lint ## Check everything, on SQLite, on PostgreSQL and in a real browser
	@tests/journeys/install_browser.sh
	$(BIN)/pytest --numprocesses 2

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports --no-cache

benchmarks: $(VENV)/.test ## Measure; prints both sides of every comparison
	@for script in benchmarks/*/*.py; do echo "== $$script"; $(BIN)/python $$script; done

clean: ## Remove the environment and the demo
	rm -rf $(VENV) demo

$(BIN)/python:
	@echo "Making the virtual environment in $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installing what the tests need on top …"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
