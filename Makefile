# make demo    ask this project's own docs a question, in a browser
# make test    every test that a bare checkout can run

.DEFAULT_GOAL := help
BIN := .venv/bin

# The first that is new enough; make PYTHON=… names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    && echo $$python && break; done)

ifneq ($(shell uv --version 2>/dev/null),)
CREATE = uv venv --quiet --allow-existing --python "$(PYTHON)" .venv
INSTALL := uv pip install --quiet --python $(BIN)/python
else
CREATE = "$(PYTHON)" -m venv .venv
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# What is downloaded is what was locked, by its hash; the project itself is then built by what is
# there already.
INSTALL_LOCKED := $(INSTALL) --require-hashes -r
INSTALL_PROJECT := $(INSTALL) --no-deps --no-build-isolation -e .

.PHONY: help install install-dev demo test check lock clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

install: .venv/installed ## the virtual environment .venv, from requirements.lock

install-dev: .venv/installed-dev ## the same with what tests and checks need

demo: install ## this project's own docs, indexed and served (PORT=9000 for another port)
	@$(BIN)/askdocs demo

test: install-dev ## every test that needs nothing but this checkout
	$(BIN)/pytest

check: install-dev ## lint, format, types, who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

lock: ## both lock files again, for every Python and platform; versions that still fit stay
	$(COMPILE) --all-extras --group dev -o requirements-dev.lock
	$(COMPILE) --extra postgres --group build -c requirements-dev.lock -o requirements.lock

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate pyproject.toml

clean: ## remove the virtual environment and every cache; what is in data/ stays
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist

.venv/installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing into .venv, this once: seconds with uv, a minute without"
	@$(INSTALL_LOCKED) requirements.lock
	@$(INSTALL_PROJECT)
	@touch $@

.venv/installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing into .venv what tests need, this once: seconds with uv, minutes without"
	@$(INSTALL_LOCKED) requirements-dev.lock
	@$(INSTALL_PROJECT)
	@touch .venv/installed $@

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "askdocs needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python" >&2; \
	    exit 1; }
	@$(CREATE) || { rm -rf .venv; exit 1; }
