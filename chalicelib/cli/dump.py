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

from chalicelib.cli.definitions import STDIN, BadCommandLine, Definitions, read_definitions, summary_of
from chalicelib.cli.gate import STOPPED, Decision, NoText, Unreadable, add_options, read_answers, told
from chalicelib.cli.hub import Importer, of_the_account, send_to_hub
from chalicelib.cli.send import KEY_VARIABLE, Delivery, endpoint_of, send
from chalicelib.core.findings.suppression import BadSuppressions
from chalicelib.core.query.formats import FORMATS, refused
from chalicelib.core.query.parsing import Params
from chalicelib.core.query.query import POSTURES, VIEWS
from chalicelib.core.values.errors import BadQuery, LineageError
from chalicelib.core.values.redaction import redact_text
from chalicelib.formats.exports.export import Answer, Json, export, to_text
from chalicelib.settings import BadSetting, parse_settings
from chalicelib.terminal import StatusLine

Ask = Callable[[Params], str]
"""Asks the service, as `GET /lineage` would with this query; gives the body."""

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
    add_options(parser)
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
    parser.add_argument(
        "--out", metavar="FILE", default="-", help="where to write the answer (default: -, the terminal)"
    )
    return parser


def utc_now() -> datetime:
    """Return the time: the edge alone has a clock."""
    return datetime.now(UTC)


def main(
    argv: Sequence[str],
    ask: Ask,
    stdin: TextIO | None = None,
    out: TextIO | None = None,
    *,
    program: str = "lineage_dump.py",
    environment: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = utc_now,
    importer: Importer = of_the_account,
) -> int:
    """Run one command line and return its exit code; `program` is the name in help and complaints.

    `environment` holds the settings by which a definition file is judged. `now` is in UTC, `importer` Security Hub's.
    """
    arguments = make_parser(program).parse_args(argv)
    environment, status = environment or {}, StatusLine()
    try:
        _check_format(arguments)
        endpoint = _endpoint(arguments.send_openlineage)
        decision = _decision(arguments, now().date())
        earlier = read_answers(arguments.archive_since) if arguments.archive_since else []
        read = _read(arguments, ask, stdin or sys.stdin, environment, status)
        lineages = decision.over([(answer.lineage, answer.path) for answer in read.answers])
        answers = [replace(answer, lineage=shown) for answer, shown in zip(read.answers, lineages, strict=True)]
        as_lines = FORMATS[arguments.format].lines and not (read.several and arguments.format == "json")
        write_out(to_text(export(arguments.format, answers), lines=as_lines), arguments.out, out or sys.stdout)
    except (BadCommandLine, BadQuery, NoText) as error:
        return complain(program, str(error), 2)
    except (LineageError, BadSetting, BadSuppressions, Unreadable) as error:
        return complain(program, str(error), 1)
    except OSError as error:
        return complain(program, f"{error.filename or arguments.out}: {error.strerror or error}", 1)
    sent = _deliver(arguments, endpoint, answers, earlier, environment, now, importer)
    for where, delivery in sent:
        for line in delivery.lines(where):
            complain(program, line)
    stopping = decision.stopped_by(lineages)
    for message in (*read.unreadable, *told(lineages), *stopping):
        complain(program, message)
    if read.several:
        complain(program, summary_of(lineages, read.unreadable))
    if read.unreadable or not all(delivery.whole for _, delivery in sent):
        return 1
    return STOPPED if stopping else 0


def _read(
    arguments: argparse.Namespace, ask: Ask, stdin: TextIO, environment: Mapping[str, str], status: StatusLine
) -> Definitions:
    """Return the answers of a call: those of its definition files, else the service's."""
    if not arguments.definition:
        return Definitions([_online(arguments, ask)], [], several=False)
    _check_offline(arguments)
    return read_definitions(arguments, stdin, parse_settings(environment), status)


def _endpoint(url: str | None) -> str | None:
    try:
        return endpoint_of(url) if url else None
    except ValueError as error:
        raise BadCommandLine(f"--send-openlineage {error}") from None


def _deliver(
    arguments: argparse.Namespace,
    endpoint: str | None,
    answers: Sequence[Answer],
    earlier: Sequence[Json],
    environment: Mapping[str, str],
    now: Callable[[], datetime],
    importer: Importer,
) -> list[tuple[str, Delivery]]:
    """Send the answers where the command line says; return what became of it, with where it was sent."""
    sent = []
    if endpoint:
        events = [event for event in export("openlineage", answers) if not isinstance(event, str)]
        sent.append((endpoint, send(events, endpoint, environment.get(KEY_VARIABLE))))
    if arguments.send_securityhub:
        sent += send_to_hub(answers, importer, now(), earlier)
    return sent


def _decision(arguments: argparse.Namespace, today: date) -> Decision:
    if arguments.baseline and not arguments.fail_on:
        raise BadCommandLine("--baseline goes with --fail-on: it says which findings do not count")
    return Decision.of(arguments, today)


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


def _online(arguments: argparse.Namespace, ask: Ask) -> Answer:
    if arguments.parameter:
        raise BadCommandLine("--parameter goes with --definition only")
    if not arguments.pipeline_name:
        raise BadCommandLine("--pipeline-name or --definition is required")
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


def _check_offline(arguments: argparse.Namespace) -> None:
    for option in ("execution", "domain", "include_latest_exec"):
        if getattr(arguments, option):
            raise BadCommandLine(f"--{option.replace('_', '-')} asks AWS, and --definition asks nobody")


def write_out(text: str, target: str, out: TextIO) -> None:
    """Write a text to a file, whole or not at all, or to `out` where the target is `-`; `OSError` where it cannot."""
    if target == "-":
        out.write(text)
        out.flush()
        return
    path = Path(target)
    if path.exists() and not path.is_file():  # a device or a pipe (/dev/null) is written to, not replaced
        path.write_text(text, encoding="utf-8", newline="")
        return
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="")
    part.replace(path)


def complain(program: str, message: str, code: int = 1) -> int:
    """Say on stderr in a line what is wrong, and return the exit code; what is no text in a name is shown as `?`."""
    shown = "".join(character if character.isprintable() else "?" for character in redact_text(message))
    sys.stderr.write(f"{program}: {shown}\n")
    return code
