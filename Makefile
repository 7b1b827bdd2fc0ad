# Plain GNU make (3.81 too, as macOS has it); what is longer than a line stands in tools/.
.DEFAULT_GOAL := help
PORT ?= 8000
STAGE ?= dev
PY := .venv/bin/python

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup env env-demo
setup: ## Make .venv from the locked dependencies (the other targets do it themselves)
	@sh tools/setup.sh

env:
	@sh tools/setup.sh quiet

env-demo:
	@sh tools/setup.sh demo

# --- See it and try it ---

.PHONY: demo viewer screenshots
demo: env-demo ## Run a demo account and the API, print a lineage, keep serving (PORT=8000; SCAN=1: the scan by events)
	@$(PY) -m tools.demo --port $(PORT) $(if $(DEMO_ONCE),--once) $(if $(SCAN),--scan)

viewer: env ## Build the page that the API serves at / (needs Node 20+)
	@$(PY) -m tools.viewer build

screenshots: env viewer ## Take the README's pictures of the page (needs Chromium)
	@$(PY) -m tools.viewer screenshots

# --- Check it ---

.PHONY: test lint types unit coverage page fmt audit setup-matrix fuzz fuzz-cost reliability soak
test: env ## The gate: style, types, layers, tests, the package, the page
	@$(PY) -m tools.gate

lint: env ## Style and layers alone
	@$(PY) -m tools.gate format lint layers

types: env ## Types alone
	@$(PY) -m tools.gate types

unit: env ## Tests alone
	@$(PY) -m tools.gate tests

coverage: env ## Tests with branch coverage, which takes half as long again
	@$(PY) -m tools.gate coverage

page: env ## The page alone: unit tests, and in Chromium on the demo account (LONG=1: large accounts too)
	@$(if $(LONG),VIEWER_LONG=1) $(PY) -m tools.gate viewer browser

fmt: env ## Rewrite the code in the project's style
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format .

audit: env ## Look for known vulnerabilities in the locked dependencies (asks the network)
	@$(PY) -m tools.audit

setup-matrix: env ## Set up with every Python and pip at hand, beside newer releases of everything (minutes; asks the network)
	@$(PY) -m tools.setup_matrix

fuzz-cost: env ## Pump patterns, depth, digits and repetition through every reader, and look for what costs too much
	@$(PY) -m faults.cost

fuzz: env ## Feed the query and the definition reader hostile input for a long while
	@$(PY) -m faults.fuzz

reliability: env ## Play every fault at every operation, and publish the table in docs/reliability.md
	@$(PY) -m faults.reliability

soak: env ## Ten thousand requests in one process; prints what its memory does
	@$(PY) -m faults.soak

# --- Measure it ---

.PHONY: bench bench-offline bench-cold bench-account bench-scan bench-scale
bench: env ## Answers against the floor of bare boto3, on an account with latency
	@$(PY) -m bench.latency

bench-offline: env ## What reading a definition costs without any AWS
	@$(PY) -m bench.offline

bench-scan: env ## Scans of 60 and 300 pipelines at AWS's limits, and 100 read at once (ten minutes)
	@$(PY) -m bench.scan

bench-scale: env ## The scan on AWS's engine in virtual time: 5,000 pipelines (PUBLISH=1: docs/scale.md anew, half an hour)
	@$(PY) -m bench.scale $(if $(PUBLISH),--publish)

bench-account: env ## What the graph of a whole account costs: built, loaded, asked
	@$(PY) -m bench.account

bench-cold: env ## Cold start of the built package against the floor
	@$(PY) -m bench.cold

# --- Deploy it ---

.PHONY: policy package wheel release rehearse
policy: env ## Write .chalice/policy-<stage>.json from app.py's list of reads
	@$(PY) -m tools.policy

package: env ## Build the SAM template and zip of a stage in build/package/<stage> (STAGE=dev; SCAN=1: and the scan)
	@$(PY) -m tools.package --stage $(STAGE) $(if $(SCAN),--scan)

wheel: env ## Build the wheel sagemaker-lineage in build/wheel
	@$(PY) -m tools.wheel

release: env ## Build the wheel and both stages' packages with checksums and notes in build/release (TAG=v…)
	@$(PY) -m tools.release $(if $(TAG),--tag $(TAG))

rehearse: env ## Deploy to an account on this machine, delete, and run the packages as Lambda does (minutes; Linux)
	@$(PY) -m tools.rehearse

# --- Keep it fresh ---

.PHONY: lock definitions openapi types-ts clean
lock: env ## Refresh the locks to the newest that their .in files allow (KEEP=1 adds what is new, and moves nothing)
	@sh tools/lock.sh $(if $(KEEP),keep)

openapi: env ## Describe the API anew in chalicelib/openapi.json, with the demo account's answers
	@$(PY) -m tools.openapi

types-ts: ## Write TypeScript types of the API into build/lineage-api.ts (needs Node 20+; fetches a package)
	@sh tools/types_ts.sh

definitions: env ## Emit the demo's pipeline definitions anew with the SageMaker SDK
	@$(PY) -m tools.emit_definitions

clean: ## Remove everything that was built or installed
	rm -rf .venv .make build viewer/node_modules viewer/dist chalicelib/viewer .coverage .chalice/deployments \
	  .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
