# Everything a newcomer runs. `make help` lists it; nothing needs to be set up first
# but Python 3.10+ and a Rust toolchain. Each target makes what it needs.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ORACLE_VENV := .venv-oracle

# Compiling DataFusion takes most of half an hour on two cores, so the target folder
# outlives this clone: whatever CARGO_TARGET_DIR says, else the user's cache.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/caudal/target
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport CONDA_PREFIX

# One profile (release) and one set of features for every dependency, so that the
# extension and the core's tests share the compiled dependencies: see
# docs/decisions/0005-one-cargo-profile.md. The core's tests leave the bridge out and
# so need no libpython to link with.
#
# maturin tells PyO3 of the interpreter through two variables; `lint` gives clippy the
# same ones, or else building and linting would each make the other compile PyO3 anew.
CORE_TESTS := cargo test --release --locked --no-default-features --tests

.PHONY: help venv build wheel demo test test-core test-python test-kafka test-browser test-slow test-nightly parity lint format oracle bench lock clean need-cargo need-java need-maven need-chromium

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

venv: $(VENV)/.ready ## Make .venv with the pinned tools of requirements/dev.txt

$(VENV)/.ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "Python 3.10 or newer is needed; say which with: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

build: venv need-cargo ## Compile the core into .venv (the first time: half an hour; then a minute)
	$(VENV)/bin/maturin develop --release --locked

wheel: venv need-cargo ## Build a wheel for this platform into dist/
	$(VENV)/bin/maturin build --release --locked --out dist

demo: build ## Run the events lesson: batch and stream, a table, and a plot in demo-output/
	$(PY) demo/events.py demo-output

test: test-core test-python ## Build, then run all tests: the core's (cargo) and Python's (pytest)

test-core: need-cargo
	@echo "== core: $(CORE_TESTS)"
	$(CORE_TESTS)

test-python: build
	@echo "== python: pytest ($$($(PY) --version)); slow tests are left out, 'make test-slow' runs them"
	$(PY) -m pytest

test-kafka: need-java need-maven build ## Run the tests over Kafka against real Apache Kafka (needs Java 17+ and Maven)
	@echo "== kafka: the suite that 'make test' runs against noida-db, against Apache Kafka, and what only it can show"
	$(PY) -m tests.kafka.brokers apache $(PY) -m pytest tests/kafka

# Pictures of what was seen are left in browser-output/.
test-browser: need-chromium build $(VENV)/.ready-browser ## Run notebooks in JupyterLab and Chromium: charts that move, buttons (needs Chromium)
	@echo "== browser: JupyterLab in $$(chromium --version)"
	$(PY) -m pytest -m browser tests/browser

$(VENV)/.ready-browser: requirements/browser.txt $(VENV)/.ready
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/browser.txt
	@touch $@

test-slow: build ## Run the tests that take minutes (long crash tests), too
	$(PY) -m pytest -m "not nightly and not browser"

test-nightly: build ## At least 500 kills, every fault point, and many seeds of the property test
	$(PY) -m pytest -m nightly
	CAUDAL_PROPERTY_SEEDS=200 $(PY) -m pytest --timeout 1800 tests/python/test_streaming_property.py

# Where PySpark's own examples are read from: a folder `pyspark` of an installation.
PYSPARK_SOURCE ?= $(firstword $(wildcard $(ORACLE_VENV)/lib/python3*/site-packages/pyspark))

parity: build ## PySpark's names and signatures that are here, and its own examples that pass (PYSPARK_SOURCE=DIR)
	$(PY) -m tests.parity $(if $(PYSPARK_SOURCE),--source '$(PYSPARK_SOURCE)')

lint: venv need-cargo ## Check form: rustfmt, clippy, ruff, mypy; warnings are errors
	cargo fmt --check
	@config=$$(ls -t "$$CARGO_TARGET_DIR"/maturin/pyo3-config-*.txt 2>/dev/null | head -n 1 || true); \
	if [ -n "$$config" ]; then export PYO3_BUILD_EXTENSION_MODULE=1 PYO3_CONFIG_FILE="$$config"; fi; \
	set -x; cargo clippy --release --locked --all-targets -- -D warnings
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

format: venv need-cargo ## Put Rust and Python into the form that `make lint` wants
	cargo fmt
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

oracle: need-java build $(ORACLE_VENV)/.ready ## Record the expected values anew from real PySpark 4.3.0 (needs Java 17+)
	$(ORACLE_VENV)/bin/python -m tests.oracle.record
	$(ORACLE_VENV)/bin/python -m tests.kafka.record
	PYTHONPATH=python $(ORACLE_VENV)/bin/python -m tests.lesson.record

$(ORACLE_VENV)/.ready: requirements/oracle.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "PySpark 4.3.0 needs Python 3.11 or newer: make oracle PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(ORACLE_VENV)
	$(ORACLE_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/oracle.txt
	@touch $@

bench: build $(VENV)/.ready-bench ## Run all benchmarks beside their peers; says which peers are missing
	$(PY) benches/run_all.py

$(VENV)/.ready-bench: requirements/bench.txt $(VENV)/.ready
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

lock: ## Resolve requirements/*.in anew into the lock files (needs uv)
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-header requirements/dev.in -o requirements/dev.txt
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-header requirements/bench.in -o requirements/bench.txt
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-header requirements/browser.in -o requirements/browser.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements/oracle.in -o requirements/oracle.txt

clean: ## Remove what was made in this folder (the shared target folder stays)
	rm -rf $(VENV) $(ORACLE_VENV) build dist demo-output browser-output .pytest_cache .mypy_cache .ruff_cache spark-warehouse
	find python tests benches demo -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f python/caudal/_native*.so
	@echo "Compiled crates stay in $(CARGO_TARGET_DIR)"

need-cargo:
	@command -v cargo >/dev/null || { echo "A Rust toolchain is needed (cargo was not found): https://rustup.rs" >&2; exit 1; }

need-java:
	@command -v java >/dev/null || { echo "Java 17 or newer is needed (java was not found) to record from real Spark and for real Apache Kafka. 'make test' needs none: the recordings are in the repository, and a native broker stands for Kafka." >&2; exit 1; }

need-chromium:
	@command -v chromium >/dev/null || { echo "Chromium is needed (chromium was not found): on Debian, apt-get install chromium. 'make test' needs none." >&2; exit 1; }

need-maven:
	@command -v mvn >/dev/null || { echo "Maven is needed (mvn was not found): it fetches Apache Kafka's jars. 'make test' needs none." >&2; exit 1; }
