"""The commands that ask about the whole account: impact, account."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TextIO, TypeVar

from chalicelib.cli.dump import write_out
from chalicelib.cli.ending import PLACE, ended
from chalicelib.core.account.impact import DIRECTIONS, table
from chalicelib.core.account.query import VIEWS, parse_account_query, parse_impact_query
from chalicelib.core.query.parsing import Params
from chalicelib.formats.lineage import to_json_text
from chalicelib.formats.table import to_csv
from chalicelib.routes.impact import answer_account, answer_impact
from chalicelib.routes.known import from_store
from chalicelib.store.opening import open_store
from chalicelib.web.handlers import get_account, get_impact
from chalicelib.web.request import Handler, Service
from chalicelib.web.respond import local_text

T = TypeVar("T")


def make_parser(command: str, program: str) -> argparse.ArgumentParser:
    """Return the grammar of a command; `program` is how it is called: `sagemaker-lineage impact`."""
    parser = argparse.ArgumentParser(prog=program, allow_abbrev=False)
    {"impact": _add_impact, "account": _add_account}[command](parser)
    return parser


def _add_impact(parser: argparse.ArgumentParser) -> None:
    parser.description = "Tell what a place, pipeline or model reaches, or was made from: the answer of GET /impact."
    parser.add_argument("--start", required=True, help="s3://…, an ARN, pipeline:NAME or step:PIPELINE/STEP")
    parser.add_argument("--direction", choices=DIRECTIONS, help="(default: downstream)")
    parser.add_argument("--depth", help="this many edges, and no further")
    parser.add_argument("--types", help="what to list, with commas between: step,data,package,model,endpoint")
    parser.add_argument("--max-nodes", help="how many to list, the nearest first (default: 500)")
    parser.add_argument("--view", choices=VIEWS, help="table: CSV, one line a thing")
    _add_common(parser)


def _add_account(parser: argparse.ArgumentParser) -> None:
    parser.description = "Sum the account up, what needs attention first: the answer of GET /account."
    parser.add_argument("--max-results", help="how many pipelines and buckets on a page (default: 50)")
    parser.add_argument("--next-token", help="the nextToken of the page before")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", metavar="PLACE", help=f"answer from this store, {PLACE}, and ask SageMaker nothing")
    parser.add_argument("--region", help="this region alone (default: all that the store holds)")
    parser.add_argument("--out", metavar="FILE", default="-", help="where to write the answer (default: -)")


def main(
    command: str, argv: Sequence[str], service: Callable[[], Service], program: str, out: TextIO | None = None
) -> int:
    """Run a command and return its exit code."""
    arguments = make_parser(command, program).parse_args(argv, argparse.Namespace(command=command))
    return ended(
        lambda: write_out(_ask(arguments, service), arguments.out, out or sys.stdout), program, arguments.store
    )


def _ask(arguments: argparse.Namespace, service: Callable[[], Service]) -> str:
    """Return the route's own answer: from the store named, else from where the settings say."""
    params = _params(arguments)
    if arguments.store is None:
        handler: Handler = get_impact if arguments.command == "impact" else get_account
        return local_text(handler, f"/{arguments.command}", params, service())
    store = open_store(arguments.store)
    regions = {each.name for each in store.regions()} | ({arguments.region} if arguments.region else set())
    if arguments.command == "impact":
        asked = parse_impact_query(params, regions)
        body = answer_impact(from_store(store, asked.region, _read), asked)
        return to_csv(table(body)) if asked.view == "table" else to_json_text(body)
    summed = parse_account_query(params, regions)
    return to_json_text(answer_account(from_store(store, summed.region, _read), summed))


def _read(_files: str, _tags: str, read: Callable[[], T]) -> T:
    return read()


def _params(arguments: argparse.Namespace) -> Params:
    names = {
        "start": "start",
        "direction": "direction",
        "depth": "depth",
        "types": "types",
        "max_nodes": "maxNodes",
        "view": "view",
        "max_results": "maxResults",
        "next_token": "nextToken",
        "region": "region",
    }
    given = {name: getattr(arguments, flag, None) for flag, name in names.items()}
    return {name: [value] for name, value in given.items() if value is not None}
