# One door for each thing one does here. Every target sets up what it needs, once; EVM chooses the rules of the chain.
SHELL := /bin/bash
.DEFAULT_GOAL := help
EVM ?= london
export EVM
IN := . tools/env.sh &&

.PHONY: help setup demo test check bench coverage mutants slither clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

setup: ## Install everything into this directory; nothing to do the second time
	@tools/setup.sh

demo: setup ## Train one model in 12 worker processes on a local chain (ARGS="..." is passed on)
	@$(IN) python scripts/demo.py $(ARGS)

test: setup ## Run all tests (EVM=prague for other rules; ARGS="contracts offchain" for some suites)
	@$(IN) python tools/run_tests.py --evm $(EVM) $(ARGS)

check: setup ## Format, lint, types, exported ABIs, snapshots
	@$(IN) python tools/check.py

bench: setup ## The demo over several seeds, and the gas budgets
	@$(IN) python scripts/bench.py $(ARGS)

coverage: setup ## Line coverage of the contracts by the forge tests, of offchain by pytest
	@$(IN) forge coverage --report summary

mutants: setup ## Break the contracts on purpose, one small patch at a time: the tests must notice
	@$(IN) python tools/mutants.py $(ARGS)

slither: setup ## Static analysis of the contracts, in an environment of its own
	@$(IN) tools/slither.sh

clean: ## Remove what builds and runs left, not the set-up
	rm -rf build reports interfaces runs .hypothesis .mypy_cache .pytest_cache .ruff_cache
