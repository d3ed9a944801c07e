# `make run` in a fresh clone needs only Python 3.11 or newer and make. `make help` lists the rest.

PORT ?= 8000
HOST ?= 127.0.0.1
ENGINE_PORT ?= 9200
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py

.PHONY: help run demo elasticsearch elasticsearch-stop indexer test check bench figures format messages requirements clean

help:
	@echo "make run           start on http://$(HOST):$(PORT) with example data (PORT=8001 to change)"
	@echo "make elasticsearch start a search engine on 127.0.0.1:$(ENGINE_PORT) (Maven and Java 17 to 21); make elasticsearch-stop"
	@echo "make indexer       carry changes to the engine, beside make run with SEARCH_ENGINE=elasticsearch"
	@echo "make test          the whole suite: SQLite, PostgreSQL, browser, Elasticsearch"
	@echo "make check         style, types, imports, migrations, diagrams, translations, deploy settings"
	@echo "make bench         measurements"
	@echo "make figures       what hidden records tell, and the engine away: docs/figures.md (FIGURES=--long for all of it)"
	@echo "make format        put the code into its form"
	@echo "make messages      collect and compile translations"
	@echo "make requirements  resolve pyproject.toml again into the two hash-pinned files (needs uv)"
	@echo "make clean         remove caches and the environment; data in var/ stays"

# The environment. A stamp per file makes the second call immediate.

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed / 需要 Python 3.11 或更新版本"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "the module venv is missing / 缺少 venv 模块: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements.txt | $(PY)
	@echo "installing packages / 正在安装依赖 …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(PY)
	@echo "installing packages for development / 正在安装开发依赖 …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

# Translations are compiled where they are used; the compiled files are not kept in the repository.
COMPILED := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
%.mo: %.po | $(VENV)/.runtime
	@$(PY) -c "import polib, sys; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])" $< $@

# Running

run: $(VENV)/.runtime $(COMPILED)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo --if-empty
	@echo "http://$(HOST):$(PORT)/"
	@$(MANAGE) runserver --noreload $(HOST):$(PORT)

demo: run

# Used by the pages with SEARCH_ENGINE=elasticsearch, while `make indexer` carries the changes there.
elasticsearch: | $(PY)
	@$(PY) -m tests.engine start --port $(ENGINE_PORT)

elasticsearch-stop: | $(PY)
	@$(PY) -m tests.engine stop

indexer: $(VENV)/.runtime
	@$(MANAGE) index_pending --loop

bench: $(VENV)/.runtime $(COMPILED)
	$(MANAGE) bench
	@if $(PY) -m tests.engine status; then \
		SEARCH_ENGINE=elasticsearch SEARCH_ENGINE_URL=http://127.0.0.1:$(ENGINE_PORT) $(MANAGE) bench --engine; \
	else echo "the engine was left out: make elasticsearch"; fi

figures: $(VENV)/.dev $(COMPILED)
	$(PY) -m tests.figures $(FIGURES)

# Checking

test: $(VENV)/.dev $(COMPILED)
	$(PY) -m tests.run

# Made anew for each check: no key of any use stands in this file.
KEY = $$($(PY) -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(48 if '$(1)' == 'long' else 32)).decode())")
PRODUCTION = DEBUG=0 SECRET_KEY="$(call KEY,long)" ALLOWED_HOSTS=integrity.invalid \
	CHENGYAN_FIELD_KEYS="check=$(call KEY)" CHENGYAN_BLIND_KEY="$(call KEY)" CHENGYAN_DATA_DIR="$$folder" \
	CHENGYAN_SITE_URL="https://integrity.invalid" DATABASE_URL=postgres:///chengyan

check: $(VENV)/.dev $(COMPILED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	@if grep -nE '://|index-url|find-links|trusted-host' requirements.txt requirements-dev.txt; then \
		echo "the requirement files name an address"; exit 1; fi
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) draw_workflows --check
	$(MANAGE) draw_glossary --check
	$(MANAGE) draw_permissions --check
	$(MANAGE) check_translations
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && echo "$(MANAGE) check --deploy --fail-level WARNING" && \
		$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

# Upkeep

format: $(VENV)/.dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

messages: $(VENV)/.dev
	$(MANAGE) update_translations
	$(MANAGE) check_translations

RESOLVE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --quiet
requirements:
	UV_PYTHON_DOWNLOADS=never $(RESOLVE) --upgrade --output-file requirements.txt
	UV_PYTHON_DOWNLOADS=never $(RESOLVE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
