"""The command line: arguments in, the API's answer and an exit code out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from chalicelib.cli.definitions import BadCommandLine, Definitions, read_definitions, summary_of
from chalicelib.cli.dump_options import check_options, make_parser, openlineage_endpoint
from chalicelib.cli.gate import STOPPED, Decision, NoText, Unreadable, read_answers, told
from chalicelib.cli.hub import Importer, of_the_account, send_to_hub
from chalicelib.cli.send import KEY_VARIABLE, Delivery, send
from chalicelib.core.findings.suppression import BadSuppressions
from chalicelib.core.query.formats import FORMATS
from chalicelib.core.query.parsing import Params
from chalicelib.core.values.errors import BadQuery, LineageError
from chalicelib.core.values.redaction import redact_text
from chalicelib.formats.exports.export import Answer, Json, export, to_text
from chalicelib.settings import BadSetting, parse_settings
from chalicelib.terminal import StatusLine

Ask = Callable[[Params], str]
"""Asks the service, as `GET /lineage` would with this query; gives the body."""


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
        check_options(arguments)
        endpoint = openlineage_endpoint(arguments.send_openlineage)
        decision = Decision.of(arguments, now().date())
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
    return read_definitions(arguments, stdin, parse_settings(environment), status)


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


def _online(arguments: argparse.Namespace, ask: Ask) -> Answer:
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
