# The commands of this project. `make` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
DEMO_PORT ?= 8000

.PHONY: help bench demo drill install test lint coverage test-services test-browser messages requirements

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: $(STAMP) ## make the virtual environment

$(STAMP): requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@mkdir -p var && touch $@

lint: $(STAMP) ## all checks that need no test, cheapest first
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/codespell
	@find config sandbox settings_app syncjobs -name '*.html' | xargs -r $(BIN)/djlint --quiet --check --lint
	@$(BIN)/lint-imports --no-logo > var/lint-imports.txt || (cat var/lint-imports.txt; exit 1)
	@DEBUG=on $(BIN)/mypy --no-error-summary config integration settings_app syncjobs sandbox tests bench
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING > /dev/null
	@$(PRODUCTION) $(BIN)/python manage.py makemigrations --check > /dev/null

# What `check --deploy` wants to see: an environment like production's, with invented secrets.
PRODUCTION := env DEBUG=off SECRET_KEY=only-for-the-deployment-check-7f3b1c9e5d2a8046b1f7e3c5d9a2b4c6d8e0 \
	FIELD_ENCRYPTION_KEYS=Zm9yLWEtbGFwdG9wLW9ubHktMzItYnl0ZXMtbG9uZyE= \
	PUBLIC_BASE_URL=https://sync.example.com ALLOWED_HOSTS=sync.example.com

demo: $(STAMP) ## everything locally: a day with every kind of receipt, its books and its proofs (ARGS=--exit ends after them)
	@mkdir -p var && rm -f var/demo.sqlite3*
	@env DEBUG=on DATABASE_URL=sqlite:///$(CURDIR)/var/demo.sqlite3 PUBLIC_BASE_URL=http://127.0.0.1:$(DEMO_PORT) \
		Q_WORKERS=2 RETRY_TIME_SCALE=0.5 $(BIN)/python manage.py demo $(ARGS)

# A process for each core, each with a database of its own; whoever is idle takes tests over from the others.
PARALLEL := -n auto --dist worksteal
MEASURED := --cov --cov-report=json:var/coverage.json

test: lint ## install and run all checks, without any server installed by hand (COVERAGE=on measures them too)
	@$(BIN)/pytest $(PARALLEL) -m "not services and not browser" $(if $(COVERAGE),$(MEASURED))

coverage: $(STAMP) ## hold what `make test COVERAGE=on` measured against the floors in pyproject.toml
	@test -f var/coverage.json || (echo "Run make test COVERAGE=on first" >&2; exit 1)
	@$(BIN)/python -m tests.architecture.coverage_floors var/coverage.json

test-services: $(STAMP) ## the same tests on the PostgreSQL of TEST_DATABASE_URL, and the journeys with real processes
	@test -n "$$TEST_DATABASE_URL" || (echo "Set TEST_DATABASE_URL=postgres://user@host:port/name" >&2; exit 1)
	@$(BIN)/pytest $(PARALLEL) -m "not services and not browser"
	@$(BIN)/pytest -m services

test-browser: $(STAMP) ## people at a real browser, Debian's chromium (SCREENSHOTS=on draws the pictures of docs/ anew)
	@$(BIN)/pytest -m browser tests/browser

bench: $(STAMP) ## the measurements: ratios taken in one run, written into docs/performance.md (NAMES=intake: one of them)
	@$(BIN)/python -m bench $(NAMES)

drill: $(STAMP) ## the long crash drill: every process killed again and again under a selling shop, at real times (an hour)
	@CRASH_STRIDE=1 $(BIN)/pytest tests/journeys/test_crash_steps.py
	@$(BIN)/python -m bench.crash

messages: $(STAMP) ## collect every text for translation and compile what is translated (needs gettext)
	@$(BIN)/python syncjobs/sentences/collecting.py
	@$(BIN)/ruff format --quiet syncjobs/sentences/catalogue.py
	@DEBUG=on $(BIN)/python manage.py makemessages --locale da --no-location --no-wrap --no-obsolete \
		--ignore tests --ignore sandbox --ignore var --ignore .venv > /dev/null
	@DEBUG=on $(BIN)/python manage.py compilemessages --ignore .venv > /dev/null

requirements: $(STAMP) ## pin the newest versions that requirements*.in allow
	@for file in requirements requirements-dev; do $(BIN)/pip-compile --quiet --upgrade --strip-extras --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$file.txt $$file.in; done
