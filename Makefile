# Everything happens in .venv; nothing is installed globally.  Needs Python 3.11 or newer (PYTHON=python3.12 names another).

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# pip compiles on one core what this does on all; what some package has that is no Python of this version is left alone
define INSTALLED
$(PYTHON) -c 'import sys; sys.exit("evaltool needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
$(PIP) --no-compile --editable
endef
COMPILED = $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true

.DEFAULT_GOAL := help
.PHONY: help demo demo-all test suite lint style types format docs locale sample fillings bench mutants faults fuzz check-sheets check-recalc check-documents check-page check-cluster clean

help:                ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 16

# stamps: what is installed is installed again only when pyproject.toml changes
$(VENV)/.installed: pyproject.toml
	$(INSTALLED) .
	@$(COMPILED)
	@touch $@

# all at once: to install twice prepares the package twice
$(VENV)/.dev: pyproject.toml
	$(INSTALLED) '.[dev]'
	@$(COMPILED)
	@touch $(VENV)/.installed $@

$(VENV)/.mutants: $(VENV)/.dev
	$(PIP) --editable '.[mutants]'
	@touch $@

$(VENV)/.bench: $(VENV)/.installed
	$(PIP) --editable '.[bench]'
	@touch $@

demo: $(VENV)/.installed  ## the sample evaluation, scored into demo-out/
	rm -rf demo-out
	$(BIN)/evaltool demo demo-out

demo-all: $(VENV)/.dev  ## every bundled evaluation, scored; one table
	$(BIN)/python tools/demo_all.py

# types are checked on one core while the tests run: both are slow, neither waits for the other
test: style          ## every check but the slow ones
	@$(MAKE) --no-print-directory -j2 types suite

# compiled first: tests start the program some hundred times, also where nothing may be compiled on the way
suite: $(VENV)/.dev  ## the tests but the slow ones
	@$(BIN)/python -m compileall -q -j 0 src tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m 'not slow'

lint: style types    ## style and types

style: $(VENV)/.dev  ## style alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## types alone
	$(BIN)/mypy

format: $(VENV)/.dev  ## sources laid out and imports sorted
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev   ## the generated pages of docs/
	$(BIN)/python tools/make_docs.py

locale: $(VENV)/.dev  ## new messages into the .po, the .mo from the .po
	$(BIN)/python tools/make_locale.py

sample: $(VENV)/.dev  ## sample_data/ made anew (slow; needs LibreOffice)
	$(BIN)/python tools/make_sample.py

check-sheets: $(VENV)/.dev  ## every sheet of the sample through LibreOffice and back (slow; needs LibreOffice)
	$(BIN)/python -m pytest tests/whole/test_roundtrip.py

check-documents: $(VENV)/.dev  ## the official documents measured as they are drawn (slow; needs LibreOffice, see README)
	$(BIN)/python tools/check_documents.py

check-page: $(VENV)/.dev  ## the report pages in a browser: accessible, on a phone, on paper (slow; needs Chromium)
	$(PIP) --editable '.[browser]'
	$(BIN)/python -m pytest tests/page/test_in_browser.py

check-cluster: $(VENV)/.dev  ## reading on a Dask cluster of this machine, workers killed in the middle (slow; Linux)
	$(PIP) --editable '.[cluster]'
	$(BIN)/python -m pytest tests/whole/test_on_cluster.py

check-recalc: $(VENV)/.dev  ## every ranked workbook recalculated, with changes and sorted (slow; needs LibreOffice)
	$(BIN)/python -W ignore tools/check_recalc.py
	$(BIN)/python -W ignore tools/check_sorted.py

fillings: $(VENV)/.dev  ## what people say in the bundled evaluations, and the results worked out apart from the tool
	$(BIN)/python tools/make_fillings.py

bench: $(VENV)/.bench  ## evaltool beside pandas and calamine on the same data (slow; BENCH="--row score --sheets 100")
	$(BIN)/python benchmarks/bench.py $(BENCH)

mutants: $(VENV)/.mutants  ## faults put into the code: does a test notice? (slow; MUTANTS="--number 50 --only src/evaltool/points")
	$(BIN)/python tools/mutants.py $(MUTANTS)

faults: $(VENV)/.dev  ## machines and disks that fail in the middle: what is left, does the next run work? (slow; Linux; FAULTS="--only decide")
	$(BIN)/python tools/faults.py $(FAULTS)

fuzz: $(VENV)/.dev   ## good sheets, damaged in every way, and every input cell of the sample changed (slow; FUZZ="--number 5000 --seed 2")
	$(BIN)/python tools/fuzz.py $(FUZZ)

clean:               ## remove what the targets above made, the environment included
	rm -rf $(VENV) build dist demo-out .mypy_cache .ruff_cache .hypothesis .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
