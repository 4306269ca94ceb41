# Two commands: `make demo` and `make test`. Everything else is for people who change showhow.
PYTHON ?= python3
PY := .venv/bin/python
WINDOWS ?= $(HOME)/.cache/showhow-tests/windows
# One more than processors: tests wait a fifth of their time for programs, browsers and servers.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
export PYTHON WINDOWS

.PHONY: demo test test-long test-windows bench check dist format snapshots pictures constraints hooks clean

demo: ## set up, then record, file, search and export a real narrated demo
	@scripts/setup.sh run
	@$(PY) -m scripts.demo

test: ## set up, then run the whole test suite
	@scripts/setup.sh dev
	@$(PY) -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -m 'not long and not bench and not alone'
	@$(PY) -m pytest -m 'alone and not long'

test-long: ## the tests that take minutes
	@scripts/setup.sh dev
	@$(PY) -m pytest -m long

test-windows: ## the main job and the tests that apply, by a Python for Windows under Wine; kept in $(WINDOWS)
	@scripts/setup.sh dev
	@PYTHON=$(PY) scripts/windows_check.sh "$(WINDOWS)" smoke
	@PYTHON=$(PY) scripts/windows_check.sh "$(WINDOWS)" test

bench: ## measurements against peers; tables for docs/benchmarks.md
	@scripts/setup.sh dev
	@$(PY) -m pytest -m bench -s -o python_files='bench_*.py' tests/benches

check: ## lint, types for each system and the import contract
	@scripts/setup.sh dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@for system in linux win32 darwin; do $(PY) -m mypy --platform $$system --cache-dir .mypy_cache/$$system || exit 1; done
	@.venv/bin/lint-imports

dist: ## a wheel, to install elsewhere
	@scripts/setup.sh run
	@$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

format: ## let ruff mend what it can
	@scripts/setup.sh dev
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

snapshots: ## write the screens as text anew, for the tests to hold them to
	@scripts/setup.sh dev
	@$(PY) -m scripts.snapshots

pictures: ## make the pictures of README anew (after make demo)
	@scripts/setup.sh dev
	@$(PY) -m scripts.pictures

constraints: ## pin what is installed now
	@$(PY) -m pip freeze --exclude-editable | grep -E '^[A-Za-z0-9_.-]+==' > constraints.txt

hooks: ## run the checks before each commit
	@scripts/setup.sh dev
	@.venv/bin/pre-commit install

clean:
	rm -rf .venv .demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
