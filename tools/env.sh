# Puts the set-up tools on the path: from the repository's root, `. tools/env.sh`.
export PATH="$PWD/.venv/bin:$PWD/tools/bin:$PATH"
export SOLCX_BINARY_PATH="$PWD/.solcx"
export MPLCONFIGDIR="$PWD/build/matplotlib"
