#!/bin/sh
# Find a Python, and have it make .venv from a lock as it stands; one clear line where something is missing.
# `demo`: the sandbox and the service alone, which all that develops includes. `quiet`: not a word where nothing is to do.
set -eu
cd "$(dirname "$0")/.."

stop() {
    echo "setup: $1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || stop "Python 3.11 or newer is needed, and ${PYTHON:-python3} is not: install one, or name it: make setup PYTHON=/path/to/python3"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "$("$python" --version) has no venv module; on Debian and Ubuntu: sudo apt install python3-venv"

case ${1:-} in
demo) exec "$python" tools/environment.py --quiet .venv requirements-demo.txt --enough requirements-dev.txt ;;
quiet) exec "$python" tools/environment.py --quiet .venv requirements-dev.txt ;;
*) exec "$python" tools/environment.py .venv requirements-dev.txt ;;
esac
