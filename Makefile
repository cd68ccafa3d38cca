# A thin front of bootstrap.py: everything needs only python3. ARGS="…" is passed on.
PYTHON ?= python3
.DEFAULT_GOAL := run
.PHONY: run serve test test-all check fuzz shots bench mutants chaos

run:    ## the product with demo data on http://127.0.0.1:8000 (PORT=, DATA_DIR= move it)
	@$(PYTHON) bootstrap.py run $(ARGS)

serve:  ## the product without demo data, to work with: docs/operations.md
	@$(PYTHON) bootstrap.py serve $(ARGS)

test:   ## tests of a day: SQLite, PostgreSQL, Valkey, browser; long tables take turns by date
	@$(PYTHON) bootstrap.py test $(ARGS)

test-all: ## every test with every row of every table, on both engines: before a release
	@THOROUGH=1 $(PYTHON) bootstrap.py test $(ARGS)

check:  ## lint, types, architecture, migrations, translations
	@$(PYTHON) bootstrap.py check $(ARGS)

fuzz:   ## arbitrary input for hours: ARGS="--examples 100 --seeds 3 --files 1000 --engine sqlite"
	@$(PYTHON) bootstrap.py fuzz $(ARGS)

shots:  ## screenshots of every page
	@$(PYTHON) bootstrap.py shots $(ARGS)

bench:  ## cost of pages, API and timers beside bare floors (large demo data, takes long)
	@$(PYTHON) bootstrap.py bench $(ARGS)

mutants: ## one guard taken away at a time: do the tests notice? (ARGS="--sample 60 --app service")
	@$(PYTHON) bootstrap.py mutants $(ARGS)

chaos:  ## kills, frozen processes, struck servers, clock steps; ARGS="--only storm --timers 2000"
	@$(PYTHON) bootstrap.py chaos $(ARGS)
