#!/bin/sh
# Make .venv from the hash-pinned lock, as it stands (`--no-deps`: a resolver would look for newer releases of what extras name).
# Nothing to do the second time; one clear line where it cannot be done.
set -eu
cd "$(dirname "$0")/.."
lock=requirements-dev.txt
stamp=.venv/.installed
log=.make/setup.log

stop() {
    echo "setup: $1" >&2
    exit 1
}

if cmp -s "$lock" "$stamp" && .venv/bin/python -c '' 2>/dev/null; then
    [ "${1:-}" = quiet ] || echo "setup: .venv is ready"
    exit 0
fi

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
    if [ -n "$candidate" ] && is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || stop "Python 3.11 or newer is needed and was not found; install it, or name one: make setup PYTHON=/path/to/python3"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "$("$python" --version) has no venv module; on Debian and Ubuntu: sudo apt install python3-venv"

mkdir -p .make
echo "setup: installing $(grep -c '==' "$lock") packages into .venv with $("$python" --version), about a minute ..."
: >"$log"
# An environment whose Python is gone cannot be mended in place.
if ! is_new_enough .venv/bin/python; then
    "$python" -m venv --clear .venv >"$log" 2>&1 || stop ".venv could not be made; see $log"
fi
if ! .venv/bin/python -m pip install --no-deps --require-hashes --retries 2 -r "$lock" >>"$log" 2>&1; then
    if grep -qiE 'failed to establish|name resolution|connect ?timeout|network is unreachable|connection (refused|reset|broken)|proxyerror' "$log"; then
        stop "no network: the packages could not be fetched from PyPI (details in $log)"
    fi
    stop "pip failed: $(grep -E '^ *ERROR' "$log" | tail -n 1) (details in $log)"
fi
cp "$lock" "$stamp"
echo "setup: .venv is ready"
