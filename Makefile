# Xiaoer. `make help` lists what can be done. Every target sets up what it needs first.
# Packages come through the machine's own pip and npm configuration, or from bundle/ where it lies here.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

VENV ?= .venv
BUNDLE ?= bundle
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$(( n > 8 ? 8 : n )))
ARGS ?=
PY := $(VENV)/bin/python
PYTHON_STAMP := $(VENV)/.stamp-python
FRONT_STAMP := $(VENV)/.stamp-front-end
ENGLISH := src/xiaoer/locale/en/LC_MESSAGES/django

.PHONY: help setup demo test test-sqlite test-postgres check lint bundle messages bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(PYTHON_STAMP) $(FRONT_STAMP) $(ENGLISH).mo ## install everything into .venv and node_modules (again only when it changed)

$(PYTHON_STAMP): pyproject.toml
	@if [ ! -x "$(PY)" ]; then
	  found=""
	  for candidate in $${PYTHON:-} python3.11 python3.12 python3.13 python3; do
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$candidate"; break; fi
	  done
	  [ -n "$$found" ] || { echo "Python 3.11 or newer is needed (set PYTHON=... to name it)." >&2; exit 1; }
	  "$$found" -m venv "$(VENV)" || { echo "Could not make $(VENV); on Debian: apt-get install python3-venv" >&2; exit 1; }
	fi
	if [ -d "$(BUNDLE)/wheels" ]; then
	  echo "Installing Python packages from $(BUNDLE)/wheels"
	  "$(PY)" -m pip install --quiet --quiet --no-index --find-links "$(BUNDLE)/wheels" --editable '.[dev]'
	else
	  echo "Installing Python packages"
	  "$(PY)" -m pip install --quiet --quiet --editable '.[dev]'
	fi
	touch $@

$(FRONT_STAMP): package-lock.json $(PYTHON_STAMP)
	@echo "Installing front-end packages"
	"$(PY)" tools/front_end.py install --bundle "$(BUNDLE)/npm"
	touch $@

$(ENGLISH).mo: $(ENGLISH).po $(PYTHON_STAMP)
	@"$(PY)" -m xiaoer.platform.ui.catalogue compile

demo: setup ## build the demonstration city and serve it on 127.0.0.1:8000
	@exec "$(VENV)/bin/xiaoer" demo $(ARGS)

test: test-sqlite test-postgres ## every test on SQLite, then those of the database again on PostgreSQL

test-sqlite: setup
	@"$(PY)" -m pytest -n $(JOBS) $(ARGS)

test-postgres: setup
	@"$(PY)" tools/on_postgres.py "$(PY)" -m pytest -n $(JOBS) --only-db -m "not journey" $(ARGS)

check: lint ## the quick loop: lint, types, contracts, tests that are neither slow nor in a browser
	@"$(PY)" -m pytest -n $(JOBS) -m "not slow and not journey" $(ARGS)

lint: setup ## lint, format, types and import contracts
	@"$(VENV)/bin/ruff" check .
	"$(VENV)/bin/ruff" format --check .
	"$(VENV)/bin/lint-imports"
	"$(VENV)/bin/mypy"

bundle: setup ## pack wheels and front-end packages into bundle/, for set-up without a network
	@mkdir -p "$(BUNDLE)/wheels"
	"$(PY)" -m pip wheel --quiet --quiet --wheel-dir "$(BUNDLE)/wheels" '.[dev]' 'setuptools>=75' pip
	rm -f "$(BUNDLE)"/wheels/xiaoer-*.whl
	"$(PY)" tools/front_end.py pack "$(BUNDLE)/npm"
	du -sh "$(BUNDLE)"

messages: setup ## collect the texts of the interface, list what lacks English, compile the translations
	@"$(PY)" -m xiaoer.platform.ui.catalogue extract
	"$(PY)" -m xiaoer.platform.ui.catalogue compile

bench: setup ## run the benchmarks and print their tables
	@for program in benchmarks/[!_]*.py; do [ -e "$$program" ] || continue; echo "== $$program"; "$(PY)" "$$program" $(ARGS); done

clean: ## remove what set-up and tests made (not var/)
	@rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
