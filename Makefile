# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Nothing is assumed but Python 3.11 or later, make, and a way to PyPI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := config/requirements/dev.txt
READY := $(VENV)/.ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench readme pictures pins clean

help: ## list what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## the virtual environment with every pinned dependency, the broker included

$(READY): pyproject.toml $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed, $$($(PYTHON) --version) was found: make PYTHON=python3.11 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "no virtual environment could be made: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "installing the pinned dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(PINS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## a recorded night through a real broker, live in this terminal (ARGS=--exit ends by itself)
	@$(BIN)/election-night demo $(ARGS)

test: $(READY) ## all tests, two real brokers among them (ARGS="-k journal" for some)
	@$(BIN)/python -m pytest $(ARGS)

lint: $(READY) ## ruff, mypy strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## speed and memory, as tables (ARGS=stv for some)
	@$(BIN)/election-night bench $(ARGS)

readme: $(READY) ## write the README's tables and picture anew from the code
	$(BIN)/python -m tests.readme

pictures: $(READY) ## the page pictured early, in the middle and at the end of a night, at three sizes, into var/pictures
	@$(BIN)/python -m tests.web var/pictures

pins: $(READY) ## resolve the ranges of pyproject.toml anew into config/requirements
	$(BIN)/python -m pip install --quiet pip-tools
	cd config/requirements && for extra in runtime dev; do \
	  ../../$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
	    --no-emit-find-links --no-header $$(test $$extra = dev && echo --extra=dev) --output-file=$$extra.txt ../../pyproject.toml || exit 1; done

clean: ## remove what was built here
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
