# Two commands: `make run` opens a working library desk, `make test` tests it. `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8069
DB ?= library
export PORT DB LISTEN

TOOLS := $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help run stop shell psql test lint bench bench-mining bench-retrieval screenshots docs docs-links dist clean

help: ## list these commands
	@echo "library_crm: a patron relationship system for libraries, on Odoo 19."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22
	@echo
	@echo "Variables: PORT ($(PORT)) and DB ($(DB)) for run, stop, shell and psql, so that two clones can run at once:"
	@echo "  make run PORT=8070 DB=other"
	@echo "LISTEN (127.0.0.1) is the address served at; ODOO_HOME names an Odoo 19 of yours, PGHOST a PostgreSQL of yours;"
	@echo "XDG_CACHE_HOME moves the cache, ~/.cache/library-crm. Details: tools/__init__.py"

run: ## start the demo library, print its address and who can log in
	@$(TOOLS) run

stop: ## stop it
	@$(TOOLS) stop

shell: ## Odoo's Python shell on its database
	@$(TOOLS) shell

psql: ## PostgreSQL's shell on its database
	@$(TOOLS) psql

test: ## everything: linters, tests of the addon, tests end to end
	@$(TOOLS) test

lint: ## ruff, pylint-odoo, Odoo's own lint and the layer test
	@$(TOOLS) lint

bench: ## measure beside peers; figures go to benchmarks/results/
	@$(TOOLS) bench

bench-mining: ## forecasts and groups beside published figures, on public data
	@$(TOOLS) bench-mining

bench-retrieval: ## the search index beside BM25 and TF-IDF, on public questions in English and Chinese
	@$(TOOLS) bench-retrieval

screenshots: ## take the pictures of the documentation again
	@$(TOOLS) screenshots

docs: ## the documentation as web pages, in build/docs
	@$(TOOLS) docs

docs-links: ## ask every address outside that the documentation names; needs the internet
	@$(TOOLS) docs-links

dist: ## a wheel and a zip of the addon in dist/
	@$(TOOLS) dist

clean: ## remove the cache with all that was fetched, and every demo library
	@$(TOOLS) clean
