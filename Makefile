# The two commands of the README are `make report` and `make test`; each makes the environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One thread per worker: the batch runs one process per core.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: report explore test thorough lint env hooks api pictures wheel bench calibrate docs torture audit coverage mutation clean-outputs

env: $(VENV)/.made

$(VENV)/.made: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

report: env
	$(BIN)/msoko demo --if-empty
	$(BIN)/msoko run newest

test: env lint
	$(BIN)/python -m pytest -n auto

# Slow tests that tell little more than those of every day.
thorough: env
	$(BIN)/python -m pytest -n auto -m thorough

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The checks of `make lint` that are quick, before every commit; see .pre-commit-config.yaml.
hooks: env
	$(BIN)/pre-commit install

# Pages of the programming interface from the docstrings, in build/api (not in git).
api: env
	$(BIN)/python -m pdoc --docformat numpy --no-show-source --output-directory build/api \
		msoko_lib '!msoko_lib.demo' '!msoko_lib.calibration'

calibrate: env
	$(BIN)/python -m msoko_lib.calibration

# Pages that the program writes about itself.
docs: env
	$(BIN)/python -m msoko_lib.intake.rules_doc > docs/отказы.md
	$(BIN)/python -m msoko_lib.dictionary > docs/словарь-данных.md
	$(BIN)/python docs/make_handout.py

# A release: one file in dist, parameters and notebooks along with the program.
wheel: env
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

# Pictures of the guides from the newest year of reports; wants Chromium, Chrome or Edge.
pictures: env
	$(BIN)/python docs/make_pictures.py

# Saved outputs of notebooks/explore anew, on the invented municipality of the tests.
explore: env
	$(BIN)/python tests/explore/renew.py

bench: env
	$(BIN)/python tests/benchmarks/run_all.py

# Known vulnerabilities of the locked packages; without a network it says that it was not done.
audit: env
	$(BIN)/python .ci/audit.py

# Coverage by branch; writes its part of docs/reliability.md.
coverage: env
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n auto
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python tests/faults/coverage_page.py

# Do the tests notice a changed line? A random sample; writes its part of docs/reliability.md.
mutation: env
	$(BIN)/python tests/faults/mutation.py

# The long form of the tests of faults; writes docs/reliability.md.
torture: env
	$(BIN)/python tests/faults/torture_files.py
	$(BIN)/python tests/faults/torture_kills.py
	$(BIN)/python tests/faults/torture_editions.py

clean-outputs:
	find outputs/20* -mindepth 1 -maxdepth 1 ! -name editions -exec rm -rf {} +
	rm -rf data/processed/20*
