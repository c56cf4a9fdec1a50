# Puts the set-up's tools on the path: `. tools/env.sh`, from the repository's root.
export PATH="$PWD/.venv/bin:$PWD/tools/bin:$PATH"
# The compilers stay in this directory, and so does what matplotlib keeps.
export SOLCX_BINARY_PATH="$PWD/.solcx" VVM_BINARY_PATH="$PWD/.solcx" MPLCONFIGDIR="$PWD/build/matplotlib"
# A process finds what others have compiled: with this set, each of the many that tests start would compile all of it.
unset PYTHONDONTWRITEBYTECODE
