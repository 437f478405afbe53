# `make run` shows Tactful at work; `make test` and `make lint` say whether it is sound.

PYTHON ?= python3
BIN := .venv/bin
PROJECTS := $(wildcard plugins/*/pyproject.toml)
PLUGINS := $(PROJECTS:%/pyproject.toml=%)
INSTALLED := .venv/installed
SERVERS := tests/servers/node_modules/.installed
DOCS_INSTALLED := .venv/installed-docs
POSTFIX := .venv/postfix/usr/sbin/smtp-sink
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.PHONY: help run test lint bench policy-report soak docs reference standing-report grammar pictures servers browser clean
.DEFAULT_GOAL := help

help:
	@echo "make run        a demonstration campaign; nothing leaves this machine"
	@echo "make test       all tests but the slow ones"
	@echo "make lint       style, format and types"
	@echo "make bench      measure the hot paths beside their yardsticks"
	@echo "make policy-report DATA=FOLDER  what the policies say of labelled texts"
	@echo "make soak       the slow tests: kills, long campaigns, large audiences"
	@echo "make docs       build the documentation into site/, as strictly as can be"
	@echo "make reference  write the generated pages of docs/ anew"
	@echo "make standing-report  measure how soon trouble pauses a sender, and the needless pauses"
	@echo "make grammar    write the tables of the grammar anew"
	@echo "make pictures   record the pictures of docs/ anew"
	@echo "make servers    install the servers that tests run; make test does it, too"
	@echo "make browser    say how to get the browser that tests drive, or get it; make test does it, too"
	@echo "make clean      remove what builds and tests leave behind"

run: $(INSTALLED)
	@$(BIN)/tactful demo

test: $(INSTALLED) $(SERVERS) $(POSTFIX) browser
	@$(BIN)/pytest -q -n auto --maxprocesses 8 --dist worksteal -m "not soak and not bench"

lint: $(INSTALLED)
	@$(BIN)/ruff check --quiet && echo "style: well"
	@$(BIN)/ruff format --check --quiet && echo "format: well"
	@$(BIN)/mypy

bench: $(INSTALLED) $(POSTFIX)
	@$(BIN)/pytest -q -s -m bench

policy-report: $(INSTALLED)
	@$(BIN)/python -m tests.bench.policy_report $(DATA)

soak: $(INSTALLED) $(SERVERS) $(POSTFIX)
	@$(BIN)/pytest -q -m soak

docs: $(DOCS_INSTALLED)
	@NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet && echo "docs: site/index.html"

reference: $(INSTALLED)
	@$(BIN)/python -m tests.cli.reference
	@$(BIN)/python -m tests.docs.reference

standing-report: $(INSTALLED)
	@$(BIN)/python -m tests.bench.standing

grammar: $(INSTALLED)
	@$(BIN)/python -m tests.language.tables

servers: $(SERVERS) $(POSTFIX)

browser:
	@sh tests/webchat/browser/have.sh

pictures: $(INSTALLED)
	@$(BIN)/python docs/pictures/make.py
	@$(BIN)/python docs/pictures/paces.py
	@$(BIN)/python -m tests.webchat.browser.picture

clean:
	@rm -rf dist build site .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path "./.venv/*" -prune -exec rm -rf {} +

# The core, every plugin and the tools, editable; again whenever a pyproject.toml changes.
# pip comes first: the one that Python 3.11 brings cannot read dependency groups.
$(INSTALLED): pyproject.toml $(PROJECTS)
	@echo "installing Tactful and its tools into .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --upgrade "pip>=25.1"
	@$(PIP) install --editable . $(PLUGINS:%=--editable ./%) --group dev
	@touch $@

# The test programs of the mail server postfix, for the tests of the plugin smtp; nothing of it runs
# as a service.
$(POSTFIX):
	@sh tests/servers/postfix.sh .venv/postfix

$(DOCS_INSTALLED): $(INSTALLED)
	@$(PIP) install --group docs
	@touch $@

# Programs for Node.js, locked; `tests/servers/README.md` says what they are.
$(SERVERS): tests/servers/package-lock.json | $(INSTALLED)
	@echo "installing the servers that tests run"
	@$(BIN)/python -m tests.servers.node
	@touch $@
