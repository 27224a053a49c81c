# Every target makes its own virtual environment from nothing but Python >= 3.11.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all check readme prove bench clean

find_python = for p in python3.12 python3.13 python3.11 python3; do \
	  if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done
PYTHON ?= $(shell $(find_python))
PIP = -m pip --disable-pip-version-check --quiet install
VENV := .venv
DEMO := .venv-demo
BENCH := .venv-bench
SIZES ?= 1000 10000
TESTS ?=
OTHERS ?= $(CORE)

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(DEMO)/ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed"; exit 2; }
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python $(PIP) -e .
	@touch $@

$(VENV)/ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python $(PIP) -e '.[dev]'
	@touch $@

demo: $(DEMO)/ready ## Audit the shipped inventory of a court whose prosecutor is designated
	@$(DEMO)/bin/auditor demo

test: $(VENV)/ready ## The tests, some five minutes on two cores
	$(VENV)/bin/python -m pytest -m "not long" -n auto --dist loadfile $(TESTS)

# What differs between Pythons shows in these: reading, judging, records, reports, verbs.
CORE = tests/test_cli.py tests/test_loading.py tests/test_records.py tests/test_report.py

test-all: ## The tests on every Python from 3.11 to 3.13 that is installed; OTHERS='' runs all of them, not the core alone
	@for v in $(filter-out $(SKIP),3.11 3.12 3.13); do \
	  for p in python$$v $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$v.*/bin/python none; do \
	    if $$p -c '' 2>/dev/null; then break; fi; done; \
	  if [ $$p != none ]; then \
	    echo "== Python $$v"; $(MAKE) --no-print-directory test VENV=.venv-$$v PYTHON=$$p TESTS="$(OTHERS)" || exit 1; \
	  else echo "== Python $$v is not installed: not tested"; fi; done

check: $(VENV)/ready ## Format, lint, types, floors, facts, tests on every installed Python; at most fifteen minutes
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/auditor check --knowledge inventories examples
	$(MAKE) --no-print-directory test
	$(MAKE) --no-print-directory test-all SKIP=$$($(VENV)/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')

readme: $(VENV)/ready ## Renew the demo in README.md from its real output, and COVERAGE.md from the facts
	$(VENV)/bin/python -m tests.update_readme
	$(VENV)/bin/python -m tests.update_coverage

prove: $(VENV)/ready ## The long proofs
	$(VENV)/bin/python $(PIP) -e '.[dev,prove]'
	$(VENV)/bin/python -m pytest -m long

$(BENCH)/ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed"; exit 2; }
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python $(PIP) -e . jsonschema networkx
	@touch $@

bench: $(BENCH)/ready ## Time and memory beside the naive way; SIZES='1000 10000 100000' takes half an hour
	$(BENCH)/bin/python benchmarks/audit.py --sizes $(SIZES)
	$(BENCH)/bin/python benchmarks/gate.py
	$(BENCH)/bin/python benchmarks/lists.py

clean: ## Remove what was made
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
