"""Command line of `sagemaker-lineage diff`: two kept answers in, what changed out."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from chalicelib.cli import write_out
from chalicelib.core.diff import diff
from chalicelib.core.findings.gate import parse_gate
from chalicelib.core.findings.rule import SEVERITIES
from chalicelib.core.values.doc import dig
from chalicelib.formats.lineage import to_json_text
from chalicelib.formats.markdown import to_markdown

Doc = Mapping[str, Any]

FORMATS: Mapping[str, Callable[[Doc], str]] = {"json": to_json_text, "markdown": to_markdown}
LAST_SUCCESS = "last-success"
GZIP = b"\x1f\x8b"
GATE = 3
"""Exit code where findings came that the caller does not want; 0 to 2 keep their meaning."""

EPILOG = """\
Each ANSWER is one of GET /lineage or of {program_of_dump}, kept in a file, gzipped or not; - is standard input.
Nobody is asked anything.

Exit codes: 0 whatever changed; 1 for an answer that cannot be read; 2 for a command line that makes no sense;
3 with --fail-on, where findings of that severity or worse came.

Examples:
  {program} before.json after.json --format markdown
  {program} --since last-success monday.json tuesday.json today.json --fail-on High
"""


class Unreadable(Exception):
    """An answer cannot be read; the message says which, and why."""


def make_parser(program: str) -> argparse.ArgumentParser:
    """Return the parser of the command line, and with it the text of `--help`."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Tells what changed between two kept answers: data, code, settings, results, findings, and why.",
        epilog=EPILOG.format(program=program, program_of_dump=program.replace(" diff", " dump")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("answers", nargs="+", metavar="ANSWER", help="A and B, oldest first")
    parser.add_argument(
        "--since",
        choices=[LAST_SUCCESS],
        help="compare the last answer given with the latest of the others whose execution Succeeded",
    )
    parser.add_argument("--format", choices=list(FORMATS), default="json", help="how to write it (default: json)")
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY[,warning]",
        type=parse_gate,
        help="exit 3 where findings of that severity or worse came; a finding that only lacks a fact counts with "
        f",warning alone ({', '.join(SEVERITIES)})",
    )
    parser.add_argument("--out", metavar="FILE", default="-", help="where to write it (default: -, the terminal)")
    return parser


def main(arguments: Sequence[str], program: str, stdin: TextIO | None = None, out: TextIO | None = None) -> int:
    """Run a command line and return its exit code."""
    parser = make_parser(program)
    given = parser.parse_args(arguments)
    if given.since is None and len(given.answers) != 2:
        parser.error("two answers are compared; --since last-success takes more")
    if given.answers.count("-") > 1:
        parser.error("standard input is one answer")
    try:
        answers = [read_answer(name, stdin or sys.stdin) for name in given.answers]
        before, after = since_last_success(answers) if given.since else answers
        difference = diff(before, after)
        write_out(FORMATS[given.format](difference), given.out, out or sys.stdout)
    except Unreadable as error:
        return _complain(program, str(error))
    except OSError as error:
        return _complain(program, f"{error.filename or given.out}: {error.strerror or error}")
    return GATE if given.fail_on and any(map(given.fail_on.stops, findings_that_came(difference))) else 0


def read_answer(name: str, stdin: TextIO) -> Doc:
    """Return the kept answer in a file, gzipped or not; `Unreadable` where it is none."""
    try:
        content = stdin.read().encode() if name == "-" else Path(name).read_bytes()
        text = gzip.decompress(content) if content.startswith(GZIP) else content
        answer = json.loads(text.decode("utf-8-sig"))
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile, RecursionError):
        raise Unreadable(f"{name}: not JSON") from None
    if not isinstance(dig(answer, "pipeline", "name"), str) or not isinstance(dig(answer, "graph", "nodes"), list):
        raise Unreadable(f"{name}: not an answer of GET /lineage: it has no pipeline.name or no graph.nodes")
    found: Doc = answer
    return found


def since_last_success(answers: Sequence[Doc]) -> tuple[Doc, Doc]:
    """Return the last of the answers, after the latest other one whose execution Succeeded."""
    *others, last = answers
    same = dig(last, "execution", "arn")
    succeeded = [
        each
        for each in others
        if dig(each, "execution", "status") == "Succeeded"
        and dig(each, "execution", "arn") != same
        and dig(each, "pipeline", "name") == dig(last, "pipeline", "name")
    ]
    if not succeeded:
        raise Unreadable("none of the other answers is of an execution of this pipeline that Succeeded")
    return max(succeeded, key=lambda each: str(dig(each, "execution", "startTime"))), last


def findings_that_came(difference: Doc) -> list[Doc]:
    """Return the findings that only the second of two answers has."""
    changes = difference["changes"]
    return [each["after"] for each in changes if each["kind"] == "finding" and each["before"] is None]


def _complain(program: str, message: str) -> int:
    sys.stderr.write(f"{program}: {message}\n")
    return 1
