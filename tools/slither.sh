#!/usr/bin/env bash
# Runs slither over the contracts; fails on any finding of medium or high impact. A finding that is meant is excluded
# here by its detector, or in the source by `slither-disable-next-line`, with the reason beside it.
# Slither contradicts brownie's pins, hence an environment of its own, made on the first run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

EXCLUDED=( # detector, then why
  incorrect-equality # phases are compared as what they are, and a token has to deliver exactly the fee
  uninitialized-local # what lies in memory begins empty, by the language
  unused-return # what a requirement or a new seed returns serves other callers
)

export VIRTUAL_ENV=$PWD/.venv/slither # also keeps what solc-select writes out of the home directory
export FOUNDRY_OUT=build/slither/out FOUNDRY_CACHE_PATH=build/slither/cache # slither begins with `forge clean`

if ! cmp -s tools/slither.txt "$VIRTUAL_ENV/installed.txt"; then
    .venv/bin/python -m venv --clear "$VIRTUAL_ENV"
    "$VIRTUAL_ENV/bin/python" -m pip install --quiet --disable-pip-version-check --requirement tools/slither.txt
    cp tools/slither.txt "$VIRTUAL_ENV/installed.txt"
fi
exec "$VIRTUAL_ENV/bin/slither" . --compile-force-framework foundry --filter-paths 'node_modules|contracts/mocks' \
    --exclude "$(IFS=,; echo "${EXCLUDED[*]:-}")" --exclude-low --exclude-informational --exclude-optimization --fail-medium
