"""The command that reads the whole account into a store."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TextIO

from chalicelib.cli.dump import write_out
from chalicelib.cli.ending import PLACE, ended
from chalicelib.core.values.errors import BadQuery
from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.run import scan
from chalicelib.store.opening import open_store
from chalicelib.web.request import Service

_SPAN = re.compile(r"(\d{1,5})(h|d)?", re.ASCII)


def make_parser(program: str) -> argparse.ArgumentParser:
    """Return the grammar of the command; `program` is how it is called: `sagemaker-lineage scan`."""
    parser = argparse.ArgumentParser(prog=program, allow_abbrev=False)
    parser.description = "Read what changed in the account into a store. It may be stopped, and goes on where it was."
    parser.add_argument(
        "--store", metavar="PLACE", required=True, help=f"{PLACE} to keep it in; a folder is made where missing"
    )
    parser.add_argument("--region", action="append", default=[], help="may be given several times (DEFAULT_REGION)")
    parser.add_argument(
        "--posture-max-age",
        metavar="AGE",
        type=_span,
        default=timedelta(hours=24),
        help="how old a bucket's posture, an approval, or an answer that lacks something may grow: 7d (default: 24h)",
    )
    parser.add_argument(
        "--retain",
        metavar="DAYS",
        type=_days,
        default=timedelta(days=365),
        help="how long to keep what is gone from AWS (default: 365)",
    )
    return parser


def _span(text: str) -> timedelta:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("must be a number of hours or days: 24h, 7d")
    return timedelta(**{"days" if match[2] == "d" else "hours": int(match[1])})


def _days(text: str) -> timedelta:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII):
        raise argparse.ArgumentTypeError("must be a number of days: 365")
    return timedelta(days=int(text))


def main(argv: Sequence[str], service: Callable[[], Service], program: str, out: TextIO | None = None) -> int:
    """Run the command and return its exit code; the coverage goes to `out`."""
    arguments = make_parser(program).parse_args(argv)
    return ended(lambda: write_out(_scan(arguments, service), "-", out or sys.stdout), program, arguments.store)


def _scan(arguments: argparse.Namespace, service: Callable[[], Service]) -> str:
    made = service()
    regions = arguments.region or [made.settings.default_region]
    if strange := [region for region in regions if region not in made.regions()]:
        raise BadQuery([f"--region {region}: no region that SageMaker has" for region in strange])
    options = Options(
        posture_max_age=arguments.posture_max_age,
        retain=arguments.retain,
        sensitive_tags=made.settings.sensitive_tags,
    )
    store = open_store(arguments.store, create=True)
    coverage = scan(
        store,
        list(dict.fromkeys(regions)),
        made.reads,
        made.settings,
        options,
        now=lambda: datetime.now(UTC).replace(microsecond=0),
        progress=Progress(),
    )
    return json.dumps(coverage, indent=2, ensure_ascii=False) + "\n"
