# The two commands of the README: `make run` and `make test`. Both are quick when nothing changed.
PYTHON ?= python3
BIN := .venv/bin
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: run test lint types fast chromium container-check clean

run: .venv/installed
	$(BIN)/python -m bot

test: .venv/installed-dev chromium lint
	$(BIN)/python -m pytest

fast: .venv/installed-dev
	$(BIN)/python -m pytest -m "not slow and not browser"

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# Lints, builds and runs the container image without an engine; some minutes, as root.
container-check: .venv/installed-dev
	$(BIN)/python -m container.check

# Browser tests use Debian's Chromium; without it (and without the right to install it) they say
# that they are skipped.
chromium:
	@command -v chromium >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	       && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	  || echo "chromium is not here and cannot be installed: the browser tests will be skipped"

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -q -r requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -q -r requirements-dev.txt
	touch .venv/installed $@

# Articles (.index) stay.
clean:
	rm -rf .venv .runs .evaluation-indexes .mypy_cache .ruff_cache .pytest_cache .hypothesis
