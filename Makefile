# Every target sets up what it needs by itself; a second run is fast.
PYTHON ?= python3
BIN := .venv/bin
# Test files at once: the quick ones mostly wait, the slow ones compute and hold a browser each.
AT_ONCE ?= 4
SLOW_AT_ONCE ?= 2
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup system demo test test-slow check bench gate refit wording docs tables wheelhouse format clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, found " + sys.version.split()[0] + "; set PYTHON=" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	$(BIN)/python -m compileall -q lookalike spiders scoring seeds
	@touch $@

system: ## Debian's packages, where this system allows it: a browser, Chinese fonts, what prints PDF, PostgreSQL for the tests
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  missing=""; \
	  for p in chromium fonts-noto-cjk postgresql libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing) >.apt.log 2>&1 \
	      || echo "could not install$$missing (see .apt.log); going on without"; \
	  fi; \
	else echo "not root on Debian: going on without its packages (browser, fonts, Pango, PostgreSQL)"; fi

setup: $(STAMP) ## virtual environment with the locked dependencies

demo: setup system ## the whole job on the range that ships with the project
	@$(BIN)/lookalike demo

test: setup system ## the tests, without the slow ones
	$(BIN)/python -m pytest -m "not slow and not bench" -n $(AT_ONCE) --dist loadfile $(ARGS)

test-slow: setup system ## the slow tests
	$(BIN)/python -m pytest -m slow -n $(SLOW_AT_ONCE) --dist loadfile $(ARGS)

check: setup ## style, types, the four floors, the documents, the schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b dummy docs .sphinx_cache
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && export LOOKALIKE_HOME="$$home" \
	  && $(BIN)/alembic upgrade head && $(BIN)/alembic check && $(BIN)/alembic downgrade base && $(BIN)/alembic upgrade head

bench: setup ## measured ratios, each reference in the same run
	$(BIN)/python -m pytest tests/bench -m bench -s --no-header --durations=0 $(ARGS)

gate: setup ## write the gate's table after a change of corpus, floors or signals
	$(BIN)/python tests/corpus/write_gate.py

refit: setup ## fit the shipped weights to the corpus, pulled to the judgement, and print how calibrated they are
	$(BIN)/python tests/corpus/refit.py $(ARGS)

wording: setup ## train the model of adverts' wording, then measure it on authors that it has not seen
	$(BIN)/python tests/wording/train.py
	$(BIN)/python tests/wording/measure.py

docs: setup ## the site of the documents in site/; a broken link or anchor is an error
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b html docs site

tables: setup ## write the page of settings anew from the code
	$(BIN)/python -m tests.docs.test_settings_page

wheelhouse: setup ## everything that a machine without the internet needs, in wheelhouse/ (the same system and Python)
	mkdir -p wheelhouse
	$(BIN)/python lookalike/deploy/runtime_lock.py requirements.lock > wheelhouse/runtime.lock
	$(BIN)/python -m pip wheel --quiet --require-hashes --requirement wheelhouse/runtime.lock --wheel-dir wheelhouse
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir wheelhouse .
	cd wheelhouse && sha256sum *.whl > SHA256SUMS

format: setup ## put the code into its one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## everything that was made, but not what was collected (var/)
	rm -rf .venv site wheelhouse .sphinx_cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .apt.log
