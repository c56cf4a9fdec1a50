#!/usr/bin/env bash
# Sets the checkout up: .venv (Python packages), node_modules (OpenZeppelin, compiler, Foundry), tools/bin and .solcx.
# Writes nowhere else but to the caches of pip and npm. Does nothing when what it would install is already there.
# PYTHON names another interpreter than the first fitting one on PATH. `tools/setup.sh page` adds what builds and tests
# the page that shows a federation: page/node_modules.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SOLC_VERSION=0.8.30
DISTRIBUTIONS="(Debian 12, Ubuntu 24.04 and later have it)"
NPM=(npm --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error)

missing() { # what, how to get it
    printf 'Set-up stops: %s\n  To fix it: %s\n' "$1" "$2" >&2
    exit 1
}

fitting_python() { # the first interpreter that is new enough
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

check_prerequisites() {
    local found
    found=$(fitting_python) ||
        missing "Python 3.11 or newer is not here (${PYTHON:-python3} is older or absent)." \
            "${PYTHON:+name another by PYTHON, or: }sudo apt-get install python3 python3-venv   $DISTRIBUTIONS"
    PYTHON=$found
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
        missing "the venv module of $PYTHON is not here." "sudo apt-get install python3-venv"
    local tool
    for tool in node npm; do
        command -v "$tool" >/dev/null ||
            missing "$tool is not here." "install Node.js 20 or newer with npm: https://nodejs.org/en/download"
    done
    node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' ||
        missing "Node.js $(node --version) is too old: 20 or newer is needed." "https://nodejs.org/en/download"
    command -v make >/dev/null || missing "make is not here." "sudo apt-get install make"
}

is_whole() { # scripts of an environment name its place: one that was moved here, or left half made, is made anew
    [ -f .venv/pyvenv.cfg ] && grep -qF "$PWD/.venv" .venv/bin/activate && .venv/bin/python -m pip --version >/dev/null
}

unlink_shared() { # what another checkout has, too, is left to it
    if [ -L "$1" ]; then rm "$1"; fi
}

install_python() {
    is_whole 2>/dev/null || unlink_shared .venv
    rm -f .venv/.ready
    is_whole 2>/dev/null || "$PYTHON" -m venv --clear .venv
    BROWNIE_NOCOMPILE=1 .venv/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 \
        --no-binary eth-brownie --requirement requirements.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    key requirements.txt pyproject.toml >.venv/.ready
}

install_node() {
    unlink_shared node_modules
    "${NPM[@]}" ci
    key package-lock.json >node_modules/.ready
}

install_page() {
    unlink_shared page/node_modules
    (cd page && "${NPM[@]}" ci)
    key page/package-lock.json >page/node_modules/.ready
}

foundry_platform() { # Foundry's name for this machine
    node -p '({ x64: "amd64", arm64: "arm64" })[process.arch] && ["linux", "darwin"].includes(process.platform)
        ? `${process.platform}-${{ x64: "amd64", arm64: "arm64" }[process.arch]}` : ""'
}

link_foundry() { # the pinned native binaries; one that npm does not carry for this platform is taken from PATH
    local platform version tool binary
    platform=$(foundry_platform)
    version=$(node -p 'require("./package.json").optionalDependencies["@foundry-rs/anvil-linux-amd64"]')
    mkdir -p tools/bin
    for tool in anvil cast forge; do
        binary=node_modules/@foundry-rs/$tool-$platform/bin/$tool
        if [ -n "$platform" ] && [ ! -x "$binary" ]; then
            "${NPM[@]}" install --no-save "@foundry-rs/$tool-$platform@$version" || true
        fi
        if [ -x "$binary" ]; then
            ln -sfn "../../$binary" "tools/bin/$tool"
        elif command -v "$tool" >/dev/null; then
            ln -sfn "$(command -v "$tool")" "tools/bin/$tool"
        else
            missing "no $tool for this platform (${platform:-$(uname -sm)})." \
                "install Foundry $version: https://getfoundry.sh, then run make setup again"
        fi
        "tools/bin/$tool" --version >/dev/null ||
            missing "tools/bin/$tool does not run on this machine." "install Foundry: https://getfoundry.sh"
    done
}

link_solc() { # a native compiler of the very version if there is one, else the WebAssembly one from npm
    local candidate
    mkdir -p .solcx
    ln -sfn ../tools/solc ".solcx/solc-v$SOLC_VERSION"
    for candidate in "${HOME:-}/.solcx/solc-v$SOLC_VERSION" "$(command -v solc || true)"; do
        if "$candidate" --version 2>/dev/null | grep -q "Version: $SOLC_VERSION+commit"; then
            ln -sfn "$candidate" ".solcx/solc-v$SOLC_VERSION"
            return
        fi
    done
}

key() { # of lists of packages: changes with them, and when the checkout has moved
    { pwd -P && cat "$@"; } | cksum
}

is_fresh() { # whether a directory holds what the lists of packages after it ask for
    [ "$(cat "$1/.ready" 2>/dev/null)" = "$(key "${@:2}")" ]
}

is_complete() {
    is_fresh .venv requirements.txt pyproject.toml && is_fresh node_modules package-lock.json &&
        [ -x tools/bin/anvil ] && [ -x tools/bin/cast ] && [ -x tools/bin/forge ] && [ -x ".solcx/solc-v$SOLC_VERSION" ]
}

if [ "${1:-}" = page ]; then
    is_fresh page/node_modules page/package-lock.json && exit 0
    check_prerequisites
    echo "Setting up: what builds and tests the page, into page/node_modules (0.2 GB) ..."
    install_page
    exit 0
fi
if is_complete; then exit 0; fi
check_prerequisites
cat <<'END'
This installs into this directory only: Python packages into .venv (1.4 GB with the CPU build of PyTorch; 5.4 GB where
the package index serves it with CUDA, as PyPI does for Linux: README.md says how to get the CPU build), Foundry, the
Solidity compiler and OpenZeppelin's contracts from npm into node_modules (0.2 GB).
END
if ! is_fresh .venv requirements.txt pyproject.toml; then
    echo "Setting up: Python packages (a few minutes the first time) ..."
    install_python
fi
if ! is_fresh node_modules package-lock.json; then
    echo "Setting up: Foundry, the compiler and OpenZeppelin ..."
    install_node
fi
link_foundry
link_solc
echo "Set up: $(.venv/bin/python --version), $(tools/bin/anvil --version | head -n 1), solc $SOLC_VERSION."
