# Belay: `make run` and `make test` on any Linux machine with git, make and Python 3.11 or newer.

PY ?= python3
PORT ?= 8000
BELAY_HOME ?= $(CURDIR)/var
BIN := .venv/bin
export PORT BELAY_HOME

.DEFAULT_GOAL := help
.PHONY: run test check everyday test-all soak shots lint doctor services check-real lock front-end environment clean help

run: ## start Belay with everything embedded (PORT=8000, BELAY_HOME=var)
	@$(PY) tools/doctor.py python venv home port
	@$(PY) -m tools.bootstrap runtime front-end
	@$(BIN)/python manage.py run --prepare

test: check everyday ## what must hold before every commit, in two processes

check: lint
	@$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0 || \
		{ echo "Models and migrations differ: run .venv/bin/python manage.py makemigrations." >&2; exit 1; }

everyday: environment
	@$(BIN)/pytest -q -n 2 -m "not browser and not broker and not crash and not bulk and not conformance" $(ONLY)

test-all: environment ## on SQLite, on PostgreSQL with Redis, then browser, broker, crash and conformance
	@$(PY) -m tools.test_all

soak: environment ## a thousand escalations under kills, without and with budgets, and ten thousand damaged mails
	@$(BIN)/python -m bench.soak 1000
	@$(BIN)/python -m bench.soak 1000 --budget 5
	@$(BIN)/python -m bench.mails 10000

shots: environment ## pictures of the listed screens, desktop and phone, light and dark, in var/shots/desk (SCREENS="queue case-mine": only these)
	@$(BIN)/python -m tools.shots "$(BELAY_HOME)/shots/desk" $(SCREENS)

lint: environment ## ruff and mypy alone
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Run .venv/bin/ruff format." >&2; exit 1; }
	@$(BIN)/mypy

doctor: ## what this machine lacks, and what to do about it
	@$(PY) tools/doctor.py

services: environment ## start an own PostgreSQL and Redis for working by hand; Ctrl-C stops them
	@$(PY) -m tools.servers

check-real: ## import a real log and compare with its control figures: make check-real LOGS=folder
	@test -n "$(LOGS)" || { echo "Name the folder of the log: make check-real LOGS=folder" >&2; exit 1; }
	@$(PY) tools/doctor.py python venv home
	@$(PY) -m tools.bootstrap runtime
	@$(BIN)/python manage.py check_real "$(LOGS)"

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: environment ## compile the locks anew from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	@$(LOCK) $(UPGRADE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

environment: front-end
	@$(PY) -m tools.bootstrap dev

front-end:
	@$(PY) tools/doctor.py python venv home
	@$(PY) -m tools.bootstrap front-end

clean: ## remove environments and caches; BELAY_HOME stays
	rm -rf .venv .node node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
