#!/bin/sh
# Write TypeScript types of the API's description into build/lineage-api.ts.
set -eu
cd "$(dirname "$0")/.."
if ! command -v npx >/dev/null 2>&1; then
    echo "types-ts: npx is not here: install Node 20 or newer" >&2
    exit 1
fi
mkdir -p build
# Both pins: a newer TypeScript speaks another language to the generator than the one that it was written for.
npx --yes --package typescript@5.9.3 --package openapi-typescript@7.13.0 \
    openapi-typescript chalicelib/openapi.json --output build/lineage-api.ts
echo "types-ts: build/lineage-api.ts"
