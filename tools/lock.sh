#!/bin/sh
# Refresh the lock files: newest versions that the .in files allow, with hashes, for every platform and Python 3.11+.
set -eu
cd "$(dirname "$0")/.."
for source in requirements.in requirements-dev.in tools/sam.in; do
    locked=${source%.in}.txt
    echo "lock: $locked"
    # The working directory's and the user's configuration stay out: the files name no registry.
    .venv/bin/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-annotate --custom-compile-command 'make lock' --output-file "$locked" "$source"
done
