# One target per need. `make` or `make help` lists them.
SHELL := /bin/sh
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help install install-dev run train test test-fast lint format knowledge sample preview questions explain evaluate scorecard bench lock clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

install: ## install what running needs (uv into .tools, packages into .venv)
	@scripts/bootstrap runtime

install-dev: ## install what developing needs on top
	@scripts/bootstrap dev

run: install ## train if anything changed, start action server and assistant, print the address (Ctrl-C stops both)
	@$(PYTHON) -m assistant run

train: install ## train what has changed
	@$(PYTHON) -m assistant train

test: install-dev lint knowledge ## lint, types, content and every kind of test
	@$(PYTHON) -m assistant train
	@$(PYTHON) -m assistant evaluate --check --out docs/evaluation.md
	@$(PYTHON) -m assistant scorecard --check
	@$(PYTHON) -m pytest

test-fast: install-dev ## the tests that need neither Rasa nor a server
	@$(PYTHON) -m pytest -m "not rasa and not server and not browser"

lint: install-dev ## ruff and mypy
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format: install-dev ## let ruff put the code in order
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

knowledge: install ## check the knowledge base and the rules, compile the emergency replies, print the table of topics
	@$(PYTHON) -m assistant knowledge

sample: install ## draw lines at random and print them with their sources: make sample [COUNT=40] [SEED=1]
	@$(PYTHON) -m assistant knowledge --sample $(or $(COUNT),40) --seed $(or $(SEED),0)

preview: install ## write all content as a site to read in a browser: make preview [SINCE=tag]
	@$(PYTHON) -m assistant preview $(if $(SINCE),--since $(SINCE))

questions: install ## export the questions people passed on for a live session
	@$(PYTHON) -m assistant questions

explain: install ## show how a message is understood and answered: make explain TEXT="..."
	@$(PYTHON) -m assistant explain "$$TEXT"

evaluate: install ## score the assistant: make evaluate [FILES="a.jsonl"] [ADDRESS=http://127.0.0.1:8080]
	@$(PYTHON) -m assistant evaluate $(FILES) $(if $(ADDRESS),--address $(ADDRESS))

scorecard: install ## score safety: make scorecard [BENCHMARKS=folder] [ADAPTER=file.yml ADDRESS=http://... OUT=file.md]
	@$(PYTHON) -m assistant scorecard $(if $(BENCHMARKS),--benchmarks $(BENCHMARKS)) $(if $(ADAPTER),--adapter $(ADAPTER)) \
	  $(if $(ADDRESS),--address $(ADDRESS)) $(if $(OUT),--out $(OUT))

bench: install ## time triage on one core and its share of a whole turn
	@$(PYTHON) bench/triage.py

lock: install-dev ## write the lock files anew from requirements/*.in
	@cd requirements && for kind in runtime dev; do \
	  ../.tools/bin/uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --override overrides.txt $$kind.in -o $$kind.txt; done
	@cd requirements && ../.tools/bin/uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate uv.in -o uv.txt
	@echo "Wrote requirements/runtime.txt, dev.txt and uv.txt"

clean: ## remove what can be made again: environment, models, conversations
	@rm -rf .venv .tools models/*.tar.gz models/*.npz models/current.json var build
