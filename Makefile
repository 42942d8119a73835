# Two commands do everything: make run, make test.
PY := .venv/bin/python
PORT ?= 8000
export PYTHONPATH := $(CURDIR)

.PHONY: run test check bench fiabilite chronologies audit standby lock assets format help

help: ## Show the gestures
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ :/'

.venv/.run: requirements.txt
	@command -v python3 >/dev/null || { echo "Il faut Python 3.11 ou plus récent."; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus récent."; exit 1; }
	@test -x .venv/bin/pip || python3 -m venv --clear .venv || { echo "Python ne sait pas créer d'environnement ici. Sous Debian : apt-get install python3-venv, puis relancez."; exit 1; }
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt || { echo "Les dépendances n'ont pas été installées : vérifiez l'accès au réseau et la place sur le disque, puis relancez."; exit 1; }
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

assets: .venv/.run
	@$(PY) -m buridan.lancement.assets

run: .venv/.run assets ## Start everything: database, demo town, site, jobs
	@$(PY) -m buridan run --port $(PORT)

test: .venv/.dev assets debian ## Install what the tests need, then run all tests, in one process per core
	@$(PY) -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 20

# The programs of Debian that the tests call: a browser, pdfsig (another reader of signatures), a mail server, a card in software,
# the reader of scanned pages.
.PHONY: debian
debian:
	@manquent=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || manquent="$$manquent chromium"; \
	command -v pdfsig >/dev/null || manquent="$$manquent poppler-utils"; \
	command -v doveadm >/dev/null || manquent="$$manquent dovecot-imapd"; \
	command -v softhsm2-util >/dev/null || manquent="$$manquent softhsm2"; \
	tesseract --list-langs 2>/dev/null | grep -qx fra || manquent="$$manquent tesseract-ocr tesseract-ocr-fra"; \
	if [ -z "$$manquent" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$manquent >/dev/null; \
	else echo "Les tests demandent :$$manquent. Installez-les (Debian : apt-get install$$manquent)."; exit 1; fi

check: .venv/.dev assets ## Format, lint, types, layers, migrations, settings
	@$(MAKE) --no-print-directory -j2 types regles

.PHONY: types regles
types: # as long as all the rest
	@BURIDAN_DEMO=oui $(PY) -m mypy buridan config

regles:
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@git ls-files '*.html' | xargs .venv/bin/djade --check
	@.venv/bin/lint-imports
	@BURIDAN_DEMO=oui $(PY) manage.py makemigrations --check --dry-run
	@BURIDAN_DEMO=oui $(PY) manage.py check

fiabilite: .venv/.dev assets ## Kill 200 processes under 20 000 writes; figures in docs/reliability.md
	@$(PY) -m tests.fiabilite $(FIABILITE)

chronologies: .venv/.dev assets ## Random timelines of delegations and orders; prints how many and their seed (CHRONOLOGIES=5000)
	@CHRONOLOGIES=$(or $(CHRONOLOGIES),5000) $(PY) -m pytest -n logical --maxprocesses 4 --maxschedchunk 1 tests/commandes/test_chronologies.py

bench: .venv/.dev ## Ratios measured in one run
	@$(PY) -m bench

audit: .venv/.dev ## Known faults of the dependencies, where their list can be reached
	@$(PY) -m bench.audit

standby: .venv/.dev ## Kill the primary while clients write, promote the standby, count what is lost
	@$(PY) -m bench.secours $(OPTIONS)

format: .venv/.dev ## Format the code
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .
	@git ls-files '*.html' | xargs .venv/bin/djade || true # it says with 1 that it changed a file

lock: .venv/.dev ## Lock the dependencies again, with hashes
	@for f in requirements requirements-dev; do \
	  .venv/bin/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header $$f.in -o $$f.txt; done
