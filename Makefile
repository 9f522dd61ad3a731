# make run | make test | make check | make bench; the rest stands in "make help".
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PY := .venv/bin/python
PORT ?= 8000
export DATA_DIR ?= $(CURDIR)/var
# Which world is served: the demonstration until "make empty" says otherwise.
export DEMO ?= $(shell [ "$$(cat $(DATA_DIR)/world 2>/dev/null)" = live ] && echo 0 || echo 1)
export SITE_URL ?= http://localhost:$(PORT)

.PHONY: help run empty demo keys init-production bundle test check messages bench types parts parts-test venv venv-dev

help:
	@echo "make run    install what is missing, prepare, start (PORT=8000); Ctrl-C stops"
	@echo "make test   the whole suite on SQLite, then on PostgreSQL"
	@echo "make check  style, types, import contract, migrations, translations, deployment settings, vendored files"
	@echo "make messages  collect the texts to translate into locale/"
	@echo "make bench  cost of pages at 1x and 10x Ganzi"
	@echo "make empty  leave the demonstration: an empty world on the real reference data; make demo goes back"
	@echo "make init-production  a live registry on an empty database, with three administrators"
	@echo "make bundle  wheels, fonts, assets and source in one file, for a machine without internet"
	@echo "make keys   write the two secrets of this machine, if they are not there"

# -- running -----------------------------------------------------------------------------------------------------------

run: parts venv keys
	@exec $(PY) manage.py serve --prepare --port $(PORT)

keys:
	@$(PY) -m accountability.setup.keys

# The two worlds never share a database; nothing is deleted on the way between them.
empty: export DEMO := 0
empty: parts venv keys
	@echo live > $(DATA_DIR)/world
	@$(PY) manage.py prepare
	@echo "The live world is empty but for the reference data. Make an administrator: $(PY) manage.py create_account NAME --administrator"
	@echo "(with DEMO=0 DATA_DIR=$(DATA_DIR) in the environment). make run now serves this world; make demo goes back."

demo:
	@rm -f $(DATA_DIR)/world
	@echo "make run now serves the demonstration world."

# For a prefecture: asks what it is not told (make init-production SITE_HOST=… DATABASE_URL=… ADMINISTRATORS="wang=…;li=…;zhao=…").
init-production: export DEMO := 0
init-production: parts venv
	@$(PY) -m accountability.setup.production $(ARGS)
	@echo live > $(DATA_DIR)/world

# Everything a machine without internet needs, in one file beside the checkout.
bundle: parts venv
	@$(PY) scripts/bundle.py $(ARGS)

# -- tests and checks ---------------------------------------------------------------------------------------------------

# --tb=short: the closing lines of a long log name what was false, not the source of a whole walk.
PYTEST := -n 2 --dist loadgroup --tb=short $(ARGS)
ELSEWHERE := not sqlite_only and not once

test: parts-test venv-dev
	@echo "== SQLite"
	@env -u DATABASE_URL $(PY) -m pytest $(PYTEST)
	@if $(PY) -m tests.postgres --there; then \
		echo "== PostgreSQL"; $(PY) -m tests.postgres -- pytest $(PYTEST) -m "$(ELSEWHERE)"; \
	elif [ "$${REQUIRE_POSTGRES:-0}" = 1 ]; then \
		echo "!!! No PostgreSQL server is installed, and REQUIRE_POSTGRES=1 asks for one." >&2; exit 1; \
	else \
		echo "!!! NOT TESTED ON POSTGRESQL: no server is installed. Run 'sudo apt-get install postgresql', then this again." >&2; \
	fi

check: parts-test venv-dev types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports --no-logo
	@DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py check_translations
	@$(PY) scripts/check_deployment.py
	@$(PY) scripts/check_files.py
	@echo "All checks passed."

# Collects the texts; then translate locale/*/LC_MESSAGES/django.po and run the check.
messages: venv-dev
	@DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py messages

DECIDES := $(filter-out accountability/kit/% accountability/ledger/%,$(wildcard */*/rules.py */*/lifecycle.py */*/actions.py */*/actions/*.py))

types: venv-dev
	@# mypy ends without saying good-bye, so nobody would clear the tests' place away
	@place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; CHIEFS_TEST_DIR=$$place $(PY) -m mypy accountability/kit accountability/ledger $(DECIDES)

bench: parts venv-dev
	@$(PY) -m bench $(ARGS)

# -- what stands under all of it ------------------------------------------------------------------------------------------

parts:
	@scripts/system-parts run

parts-test:
	@scripts/system-parts test

# The list of packages is its own stamp: nothing is done while its hash is the one that was installed.
venv:
	@[ -x $(PY) ] || python3.11 -m venv .venv
	@sha256sum --check --quiet --status .venv/runtime.sha256 2>/dev/null || { \
		echo "Installing requirements.txt"; \
		$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt; \
		sha256sum requirements.txt > .venv/runtime.sha256; }

venv-dev: venv
	@sha256sum --check --quiet --status .venv/dev.sha256 2>/dev/null || { \
		echo "Installing requirements-dev.txt"; \
		$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt; \
		sha256sum requirements-dev.txt > .venv/dev.sha256; }
