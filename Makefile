# Aftercall's commands. `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help run test test-full test-model lint browser linter eval bench clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Aftercall needs Python 3.11 or newer. Name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: on Debian, apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/product: .venv/python requirements.txt
	@echo "Installing requirements.txt (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tests: .venv/product tests/requirements.txt
	@echo "Installing tests/requirements.txt (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

run: .venv/product ## Start the dashboard; prints its address
	@$(BIN)/streamlit run app.py

browser: # Chromium for the browser tests
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }; } \
	  || echo "No Chromium: the browser tests are skipped. To have them: sudo apt-get install chromium"

LINTER := .venv/cypher-linter
linter: .venv/python # Neo4j's linter of Cypher, for the test of the graph's statements
	@cmp -s tests/memory/linter/package-lock.json $(LINTER)/installed \
	  || { command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
	    && mkdir -p $(LINTER) && rm -f $(LINTER)/installed && cp tests/memory/linter/package*.json $(LINTER) \
	    && npm ci --prefix $(LINTER) --ignore-scripts --no-audit --no-fund --fetch-retries=0 --loglevel=error >/dev/null \
	    && cp tests/memory/linter/package-lock.json $(LINTER)/installed; } \
	  || echo "No linter of Cypher: its test is skipped. To have it: Node.js 20 or newer with npm"

lint: .venv/tests ## Lint, format, types, and the rules between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint browser linter ## Lint, types, import rules, and every test of the quick set
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not full and not model"

test-full: lint browser linter ## The same, with the long tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not model"

test-model: .venv/tests ## Three calls through the chain with a small real model, where one is at hand
	@$(BIN)/python -m pytest -m model -s -rs tests/test_real_model.py

eval: .venv/tests ## How well the labelled calls are read; MODEL=name SHORTEST=10 asks a language model too
	@$(BIN)/python -m bench.accuracy $(if $(findstring command,$(origin MODEL)),--model "$(MODEL)") $(if $(SHORTEST),--shortest $(SHORTEST))
	@$(BIN)/python -m bench.drafts
	@$(BIN)/python -m bench.copilot
	@$(BIN)/python -m bench.search

bench: .venv/tests ## How quick it is: the measurements behind docs/performance.md and the subjects' pages
	@$(BIN)/python -m bench.reading
	@$(BIN)/python -m bench.chain --words 10000
	@$(BIN)/python -m bench.start
	@$(BIN)/python -m bench.record
	@$(BIN)/python -m bench.throughput
	@$(BIN)/python -m bench.ledger
	@$(BIN)/python -m bench.overview
	@$(BIN)/python -m bench.client_page
	@$(BIN)/python -m bench.coaching
	@$(BIN)/python -m bench.graph
	@$(BIN)/python -m bench.search --points 100000
	@$(BIN)/python -m bench.watching --browsers 50 --seconds 60 --moving 1

clean: ## Remove the virtual environment and the caches; data/ stays
	@rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis build
