#!/bin/sh
# Write TypeScript types of the API's description into build/lineage-api.ts.
set -eu
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null 2>&1; then
    echo "types-ts: npm is not here: install Node 20 or newer" >&2
    exit 1
fi
mkdir -p build
npm --prefix tools/types_ts ci --ignore-scripts --no-audit --no-fund --loglevel=error
tools/types_ts/node_modules/.bin/openapi-typescript chalicelib/openapi.json --output build/lineage-api.ts
echo "types-ts: build/lineage-api.ts"
