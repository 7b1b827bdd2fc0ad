#!/bin/sh
# Refresh the lock files: newest versions that the .in files allow, with hashes, for every platform and Python 3.11+.
# `keep` leaves the versions that are locked, and adds what is new in the .in files.
set -eu
cd "$(dirname "$0")/.."
upgrade=--upgrade
[ "${1:-}" != keep ] || upgrade=
for source in requirements.in requirements-dev.in requirements-demo.in tools/sam.in corpus/sources/v2.in corpus/sources/v3.in; do
    locked=${source%.in}.txt
    echo "lock: $locked"
    # The working directory's and the user's configuration stay out: the files name no registry.
    .venv/bin/uv pip compile --quiet --no-config $upgrade --universal --python-version 3.11 --generate-hashes \
        --no-annotate --custom-compile-command 'make lock' --output-file "$locked" "$source"
done
