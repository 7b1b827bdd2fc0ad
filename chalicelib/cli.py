"""The command line: arguments in, the API's answer and an exit code out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from chalicelib.cli_gate import STOPPED, Decision, NoText, Unreadable, add_options, told
from chalicelib.core.query.formats import FORMATS, refused
from chalicelib.core.query.query import POSTURES, VIEWS, Params
from chalicelib.core.values.errors import BadQuery, LineageError
from chalicelib.core.values.redaction import redact_text
from chalicelib.formats.exports.export import Answer, export, to_text
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage
from chalicelib.settings import BadSetting, parse_settings

Ask = Callable[[Params], str]
"""Asks the service, as `GET /lineage` would with this query; gives the body."""

EPILOG = """\
Exit codes: 0 for an answer; 1 for what AWS refused or a document that cannot be read, with one line on stderr;
2 for a command line that makes no sense; 3 with --fail-on, where findings of that severity or worse stand.

Examples:
  {program} --region ap-northeast-2 --pipeline-name mlops-pipeline --include-latest-exec --out lineage.json
  {program} --definition pipeline.json --parameter DataBucket=my-bucket
  {program} --definition pipeline.json --fail-on High --baseline lineage.json
"""


class _BadCommandLine(Exception):
    """The command line makes no sense; the message says why."""


def make_parser(program: str = "lineage_dump.py") -> argparse.ArgumentParser:
    """Return the command line's grammar, and with it the text of `--help`."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Tells what data went where in a SageMaker pipeline, as JSON: the same answer as GET /lineage.",
        epilog=EPILOG.format(program=program if program.startswith("sagemaker") else f"python {program}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
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
    offline = parser.add_argument_group("without AWS")
    offline.add_argument(
        "--definition",
        metavar="FILE",
        help="read this pipeline definition instead, or the describe-pipeline response that holds it, and call no AWS "
        "at all; - is standard input",
    )
    offline.add_argument(
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter's value for --definition; may be given several times",
    )
    add_options(parser)
    parser.add_argument(
        "--out", metavar="FILE", default="-", help="where to write the answer (default: -, the terminal)"
    )
    return parser


def _today() -> date:
    return datetime.now(UTC).date()


def main(
    argv: Sequence[str],
    ask: Ask,
    stdin: TextIO | None = None,
    out: TextIO | None = None,
    *,
    program: str = "lineage_dump.py",
    environment: Mapping[str, str] | None = None,
    today: Callable[[], date] = _today,
) -> int:
    """Run one command line and return its exit code; `program` is the name in help and complaints.

    `environment` holds the settings by which a definition file is judged.
    """
    arguments = make_parser(program).parse_args(argv)
    try:
        _check_format(arguments)
        decision = _decision(arguments, today())
        if arguments.definition:
            answer = _offline(arguments, stdin or sys.stdin, environment or {})
        else:
            answer = _online(arguments, ask)
        [lineage] = decision.over([(answer.lineage, answer.path)])
        answers = [replace(answer, lineage=lineage)]
        text = to_text(export(arguments.format, answers), lines=FORMATS[arguments.format].lines)
        write_out(text, arguments.out, out or sys.stdout)
    except (_BadCommandLine, BadQuery, NoText) as error:
        return complain(program, str(error), 2)
    except (LineageError, BadSetting, Unreadable) as error:
        return complain(program, str(error), 1)
    except OSError as error:
        return complain(program, f"{error.filename or arguments.out}: {error.strerror or error}", 1)
    for message in told([lineage]):
        complain(program, message)
    stopping = decision.stopped_by([lineage])
    for message in stopping:
        complain(program, message)
    return STOPPED if stopping else 0


def _decision(arguments: argparse.Namespace, today: date) -> Decision:
    if arguments.baseline and not arguments.fail_on:
        raise _BadCommandLine("--baseline goes with --fail-on: it says which findings do not count")
    return Decision.of(arguments, today)


def _check_format(arguments: argparse.Namespace) -> None:
    if FORMATS[arguments.format].from_file and not arguments.definition:
        raise _BadCommandLine(f"--format {arguments.format} goes with --definition only")
    if FORMATS[arguments.format].from_file and arguments.definition == "-":
        raise _BadCommandLine(f"--format {arguments.format} names lines of a file, and standard input is none")
    given = {name for name in ("view",) if getattr(arguments, name) is not None}
    for name in refused(arguments.format, given):
        raise _BadCommandLine(f"--{name} does not go with --format {arguments.format}")


def _online(arguments: argparse.Namespace, ask: Ask) -> Answer:
    if arguments.parameter:
        raise _BadCommandLine("--parameter goes with --definition only")
    if not arguments.pipeline_name:
        raise _BadCommandLine("--pipeline-name or --definition is required")
    given: Mapping[str, str | None] = {
        "pipeline": arguments.pipeline_name,
        "region": arguments.region,
        "includeLatestExec": str(arguments.include_latest_exec).lower(),
        "execution": arguments.execution,
        "domain": arguments.domain,
        "posture": arguments.posture,
        "view": arguments.view,
    }
    return Answer(json.loads(ask({name: [value] for name, value in given.items() if value is not None})))


def _offline(arguments: argparse.Namespace, stdin: TextIO, environment: Mapping[str, str]) -> Answer:
    for option in ("execution", "domain", "include_latest_exec"):
        if getattr(arguments, option):
            raise _BadCommandLine(f"--{option.replace('_', '-')} asks AWS, and --definition asks nobody")
    values = {}
    for text in arguments.parameter:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise _BadCommandLine("--parameter must be NAME=VALUE")
        values[name] = value
    if arguments.definition == "-":
        document, name = stdin.read(), "-"
    else:
        path = Path(arguments.definition)
        try:
            document, name = path.read_text(encoding="utf-8-sig"), path.stem
        except OSError as error:
            raise _BadCommandLine(f"{arguments.definition}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise _BadCommandLine(f"{arguments.definition}: not UTF-8 text") from None
    lineage = offline_lineage(
        document,
        arguments.pipeline_name or name,
        values,
        region=arguments.region,
        view=arguments.view or "graph",
        sensitive_tags=parse_settings(environment).sensitive_tags,
    )
    return Answer(to_lineage(lineage), _from_here(arguments.definition), document)


def _from_here(name: str) -> str:
    """Return a file's path from the working directory on, where it lies below: what CI calls the file."""
    path, here = Path(name), Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else name


def write_out(text: str, target: str, out: TextIO) -> None:
    """Write a text to a file, whole or not at all, or to `out` where the target is `-`; `OSError` where it cannot."""
    if target == "-":
        out.write(text)
        out.flush()
        return
    path = Path(target)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="")
    part.replace(path)


def complain(program: str, message: str, code: int = 1) -> int:
    """Say on stderr in a line what is wrong, and return the exit code; what is no text in a name is shown as `?`."""
    shown = "".join(character if character.isprintable() else "?" for character in redact_text(message))
    sys.stderr.write(f"{program}: {shown}\n")
    return code
