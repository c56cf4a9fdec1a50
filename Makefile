# One door for each thing one does here. Every target sets up what it needs, once. EVM chooses the rules of the chain.
SHELL := /bin/bash
.DEFAULT_GOAL := help
EVM ?= london
SECONDS ?= 600
export EVM
IN := . tools/env.sh &&
TYPED := $(wildcard offchain/folkmoot scripts tools experiments)

.PHONY: help setup page-setup demo test test-fast check style words types abi page-check snapshots record format page bench coverage mutants manipulations fuzz chaos rehearsal prove slither sourcify clean

help: ## Say what there is
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 20

setup: ## Install everything into this directory; does nothing the second time
	@tools/setup.sh

demo: setup ## Train one model in 12 worker processes; STORE=ipfs, s3 or sftp; ENCRYPTED=yes; CHAIN=consortium; KILL=yes
	@$(IN) python -m scripts.demo $(if $(STORE),--store $(STORE)) $(if $(filter yes,$(ENCRYPTED)),--encrypted) \
		$(if $(CHAIN),--chain $(CHAIN)) $(if $(CLIENT),--client $(CLIENT)) $(if $(BIN),--bin $(BIN)) \
		$(if $(KILL),--kill $(KILL)) $(ARGS)

test: setup page-setup ## Run all tests; EVM=prague: by other rules; ARGS="contracts folkmoot": only these
	@$(IN) python -m tools.run_tests --evm $(EVM) $(ARGS)

test-fast: setup ## Run the tests that need no chain and no compiler: about a minute
	@$(IN) python -m tools.run_tests folkmoot

check: style words types abi page-check snapshots ## Format, lint, retired words, types, exports, the built page, gas, sizes, storage

# Lint compiles for itself, without code: in the tests' folder it would take theirs away.
style: setup
	$(IN) ruff format --check .
	$(IN) ruff check .
	$(IN) forge fmt --check contracts tests
	$(IN) FOUNDRY_OUT=build/lint FOUNDRY_CACHE_PATH=build/lint-cache forge lint contracts --deny notes

words: setup
	$(IN) python -m tools.retired_words

types: setup
	$(IN) mypy $(TYPED)

abi: setup
	$(IN) python -m tools.export_abi --check
	$(IN) python -m tools.export_bytecode --check

page-setup: setup
	@tools/setup.sh page

page: page-setup ## Build the page into offchain/folkmoot/page/files
	cd page && npm run --silent build

page-check: page-setup
	cd page && npm run --silent style && npm run --silent types && npm run --silent check

snapshots: setup
	$(IN) python -m tools.snapshots --check

record: setup ## Renew what `make check` compares: exported ABIs and bytecode, gas, sizes, storage
	$(IN) python -m tools.export_abi
	$(IN) python -m tools.export_bytecode
	$(IN) python -m tools.snapshots

format: setup ## Format Python and Solidity
	$(IN) ruff format . && ruff check --fix-only . && forge fmt contracts tests

bench: setup ## The demo over several seeds (ARGS="..." is passed on)
	@$(IN) python -m scripts.bench $(ARGS)

# Contracts built for coverage are not optimised, so tests of what they may cost are left out.
coverage: setup ## Lines of the contracts that the Solidity tests reach
	@$(IN) forge coverage --report summary --no-match-coverage '(tests|mocks|node_modules)/' \
		--no-match-contract '^(Gas|Inclusions|Limits|Roles|Scale)Test$$' --no-match-test granted_gas

mutants: setup ## Break the contracts on purpose, one small patch at a time: the tests must notice
	@$(IN) python -m tools.mutants $(ARGS)

manipulations: setup ## Audit honest tasks, and one hundred manipulations that must all be caught; SEED=7 draws the same again
	@$(IN) python -m tools.manipulations $(if $(SEED),--seed $(SEED))

fuzz: setup ## Play random games for SECONDS=600 on contracts with small pages; SEED=0x... plays the same again
	@$(IN) python -m tools.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

chaos: setup ## Besiege federations of real workers for SECONDS=600: faulty nodes and stores, kills; SEED=7 does the same again
	@$(IN) python -m tools.chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

rehearsal: setup ## Run every command of the operator's pages on four validators: geth on the PATH or in FOLKMOOT_NODES
	@$(IN) FOLKMOOT_REHEARSAL=whole python -m pytest -p no:pytest-brownie tests/networks/test_operator_guide.py

prove: setup ## Prove properties of the contracts for every input, by a tool in an environment of its own
	@$(IN) python -m tools.prove $(ARGS)

slither: setup ## Static analysis of the contracts, by a tool in an environment of its own
	@$(IN) tools/slither.sh

sourcify: setup ## Let Sourcify's own library judge a new federation, by a tool in an environment of its own
	@$(IN) python -m tools.second_opinion

clean: ## Remove what builds and runs left; keep the set-up and the records of deployments
	rm -rf build reports interfaces runs .hypothesis .mypy_cache .pytest_cache .ruff_cache
