"""Options of the command line for one pipeline, and which of them go together."""

from __future__ import annotations

import argparse

from chalicelib.cli.definitions import STDIN, BadCommandLine
from chalicelib.cli.gate import add_options
from chalicelib.cli.send import KEY_VARIABLE, endpoint_of
from chalicelib.core.query.formats import FORMATS, refused
from chalicelib.core.query.query import POSTURES, VIEWS

EPILOG = """\
Exit codes: 0 for an answer; 1 for what AWS refused, a document that cannot be read or events that were not taken, with
a line on stderr; 2 for a command line that makes no sense; 3 with --fail-on, where findings of that severity or worse
stand.

Examples:
  {program} --region ap-northeast-2 --pipeline-name mlops-pipeline --include-latest-exec --out lineage.json
  {program} --definition pipeline.json --parameter DataBucket=my-bucket
  {program} --definition pipeline.json --fail-on High --baseline lineage.json
  {program} --definition 'pipelines/*.json' --out lineages.json
"""


def make_parser(program: str = "lineage_dump.py") -> argparse.ArgumentParser:
    """Return the command line's grammar, and with it the text of `--help`."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Tells what data went where in a SageMaker pipeline, as JSON: the same answer as GET /lineage.",
        epilog=EPILOG.format(program=program if program.startswith("sagemaker") else f"python {program}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_source(parser)
    _add_offline(parser)
    add_options(parser)
    _add_sending(parser)
    parser.add_argument(
        "--out", metavar="FILE", default="-", help="where to write the answer (default: -, the terminal)"
    )
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    source = parser.add_argument_group("what to read")
    source.add_argument("--pipeline-name", metavar="NAME", help="the pipeline's name or ARN")
    source.add_argument("--region", help="where it lives (default: DEFAULT_REGION, else ap-northeast-2)")
    source.add_argument("--include-latest-exec", action="store_true", help="add the latest execution")
    source.add_argument("--execution", metavar="ID", help="show this execution instead: its id or ARN")
    source.add_argument("--domain", help="answer only if the pipeline belongs to this SageMaker domain (name or id)")
    source.add_argument("--posture", choices=POSTURES, help="how much to read of each bucket (default: basic)")
    source.add_argument("--view", choices=VIEWS, help="add the projections that dashboards read (default: graph)")
    source.add_argument(
        "--format", choices=FORMATS, default="json", help="what to write the lineage as (default: json)"
    )


def _add_offline(parser: argparse.ArgumentParser) -> None:
    offline = parser.add_argument_group("without AWS")
    offline.add_argument(
        "--definition",
        metavar="FILE",
        nargs="+",
        action="extend",
        help="read this pipeline definition instead, or the describe-pipeline response that holds it, and call no AWS "
        "at all; - is standard input; several files, or a pattern ('pipelines/**/*.json'), give one array",
    )
    offline.add_argument(
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter's value for --definition; may be given several times",
    )


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--send-openlineage",
        metavar="URL",
        help=f"post the events of --format openlineage there as well; a key is taken from {KEY_VARIABLE}",
    )
    parser.add_argument(
        "--send-securityhub",
        action="store_true",
        help="import the findings of --format asff into Security Hub as well (securityhub:BatchImportFindings)",
    )
    parser.add_argument(
        "--archive-since",
        metavar="FILE",
        help="with --send-securityhub: the answer that was sent before; what it found and is no more is archived",
    )


def check_options(arguments: argparse.Namespace) -> None:
    """Raise `BadCommandLine` where options do not go together."""
    _check_format(arguments)
    if arguments.definition:
        _check_offline(arguments)
    elif arguments.parameter:
        raise BadCommandLine("--parameter goes with --definition only")
    elif not arguments.pipeline_name:
        raise BadCommandLine("--pipeline-name or --definition is required")
    if arguments.baseline and not arguments.fail_on:
        raise BadCommandLine("--baseline goes with --fail-on: it says which findings do not count")


def _check_format(arguments: argparse.Namespace) -> None:
    if FORMATS[arguments.format].from_file and not arguments.definition:
        raise BadCommandLine(f"--format {arguments.format} goes with --definition only")
    if FORMATS[arguments.format].from_file and STDIN in (arguments.definition or ()):
        raise BadCommandLine(f"--format {arguments.format} names lines of a file, and standard input is none")
    if FORMATS[arguments.format].of_account and arguments.definition:
        raise BadCommandLine(f"--format {arguments.format} names the account, which a definition file does not know")
    if arguments.archive_since and not arguments.send_securityhub:
        raise BadCommandLine("--archive-since goes with --send-securityhub")
    if arguments.send_securityhub and arguments.definition:
        raise BadCommandLine("--send-securityhub names the account, which a definition file does not know")
    given = {name for name in ("view",) if getattr(arguments, name) is not None}
    for name in refused(arguments.format, given):
        raise BadCommandLine(f"--{name} does not go with --format {arguments.format}")


def _check_offline(arguments: argparse.Namespace) -> None:
    for option in ("execution", "domain", "include_latest_exec"):
        if getattr(arguments, option):
            raise BadCommandLine(f"--{option.replace('_', '-')} asks AWS, and --definition asks nobody")


def openlineage_endpoint(url: str | None) -> str | None:
    """Return where events are to be posted; raise `BadCommandLine` where no request can go there."""
    try:
        return endpoint_of(url) if url else None
    except ValueError as error:
        raise BadCommandLine(f"--send-openlineage {error}") from None
