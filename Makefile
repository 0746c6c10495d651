# Two commands: `make demo` runs Yuhang on this machine, `make test` proves it. Both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Versions are locked, dependencies included; --no-deps keeps pip from resolving anything anew.
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps

.PHONY: demo demo-check demo-reset fire-check test check format lock clean

demo: $(VENV)/.demo
	$(BIN)/yuhang demo run

demo-check: $(VENV)/.demo
	$(BIN)/yuhang demo check

# Fire calls through three signal protocols over real sockets, with faults, against their truth.
fire-check: $(VENV)/.demo
	$(BIN)/yuhang bench fire

demo-reset:
	rm -rf var/demo

# ESPHome pins another MQTT library than ours, so it lives in an environment of its own.
.venv-esphome/.done: requirements/esphome.lock
	$(PYTHON) -m venv .venv-esphome
	.venv-esphome/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements/esphome.lock
	@touch $@

test: $(VENV)/.dev
	@sh .ci/system-packages
	@$(MAKE) --no-print-directory .venv-esphome/.done || echo "ESPHome cannot be installed here: the tests of firmware_configs/ are skipped"
	$(BIN)/pytest -n 2 --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yuhang schema check
	$(BIN)/yuhang central openapi --check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs uv (https://docs.astral.sh/uv/); everybody else only reads the locks.
lock:
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --no-emit-index-url --no-header --quiet \
		pyproject.toml --extra dev --output-file requirements/dev.lock
	for extra in demo edge central sumo; do \
		uv pip compile --universal --fork-strategy fewest --python-version 3.11 --no-emit-index-url --no-header --quiet \
			--constraint requirements/dev.lock pyproject.toml --extra $$extra --output-file requirements/$$extra.lock; \
	done
	echo esphome | uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header --quiet - \
		--output-file requirements/esphome.lock

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Yuhang needs Python 3.11 or newer; $$($(PYTHON) --version) was found. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "No virtual environment could be made: install python3-venv (apt-get install python3-venv)."; exit 1; }

$(VENV)/.demo: $(VENV)/bin/pip requirements/demo.lock pyproject.toml
	@echo "Installing (about two minutes the first time) ..."
	@$(PIP_INSTALL) -r requirements/demo.lock
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/pip requirements/dev.lock pyproject.toml
	@echo "Installing with test tools (about two minutes the first time) ..."
	@$(PIP_INSTALL) -r requirements/dev.lock
	@$(PIP_INSTALL) --editable .
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) .venv-esphome var build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
