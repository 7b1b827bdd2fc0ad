"""Command line of `sagemaker-lineage diff`: two kept answers in, what changed out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

from chalicelib.cli.dump import complain, utc_now, write_out
from chalicelib.cli.gate import STOPPED, Decision, Unreadable, add_fail_on, answer_of, read_kept, told
from chalicelib.core.diff import diff
from chalicelib.core.findings.suppression import SUPPRESSED, BadSuppressions
from chalicelib.core.values.doc import dig
from chalicelib.core.values.errors import LineageError
from chalicelib.formats.lineage import to_json_text
from chalicelib.formats.markdown import to_markdown
from chalicelib.routes.kept import kept_answers
from chalicelib.store.opening import open_store

Doc = Mapping[str, Any]

FORMATS: Mapping[str, Callable[[Doc], str]] = {"json": to_json_text, "markdown": to_markdown}
LAST_SUCCESS = "last-success"

EPILOG = """\
Each ANSWER is one of GET /lineage or of {program_of_dump}, kept in a file, gzipped or not; - is standard input.
With --store it may also be an execution that the store keeps: its id or ARN, latest, latest-1 (the one before it) and
so on, or definition; by default latest-1 and latest. A name that holds / or a dot is a file's. AWS is not asked.

Exit codes: 0 whatever changed; 1 for an answer that cannot be read; 2 for a command line that makes no sense;
3 with --fail-on, where findings of that severity or worse came.

Examples:
  {program} before.json after.json --format markdown
  {program} --store lineage --pipeline-name mlops-pipeline latest-1 latest
  {program} --store lineage --since last-success today.json --fail-on High
"""


def make_parser(program: str) -> argparse.ArgumentParser:
    """Return the parser of the command line, and with it the text of `--help`."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Tells what changed between two kept answers: data, code, settings, results, findings, and why.",
        epilog=EPILOG.format(program=program, program_of_dump=program.replace(" diff", " dump")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("answers", nargs="*", metavar="ANSWER", help="A and B, oldest first")
    parser.add_argument(
        "--store", metavar="PLACE", help="what sagemaker-lineage scan keeps: a folder or s3://BUCKET/PREFIX"
    )
    parser.add_argument("--pipeline-name", metavar="NAME", help="whose executions of the store (default: the file's)")
    parser.add_argument("--region", help="which region of the store (default: the one that has the pipeline)")
    parser.add_argument(
        "--since",
        choices=[LAST_SUCCESS],
        help="compare the last answer given (in a store: its latest) with the last execution before it that Succeeded, "
        "of the store or of the other answers",
    )
    parser.add_argument("--format", choices=list(FORMATS), default="json", help="how to write it (default: json)")
    add_fail_on(parser, "came")
    parser.add_argument(
        "--ignore", metavar="FILE", help="findings that are accepted in both, with reasons and until when"
    )
    parser.add_argument("--out", metavar="FILE", default="-", help="where to write it (default: -, the terminal)")
    return parser


def main(
    arguments: Sequence[str],
    program: str,
    stdin: TextIO | None = None,
    out: TextIO | None = None,
    now: Callable[[], datetime] = utc_now,
) -> int:
    """Run a command line and return its exit code."""
    parser = make_parser(program)
    given = parser.parse_args(arguments)
    if problem := problem_of(given):
        parser.error(problem)
    try:
        sides = [(side, None) for side in sides_of(given, stdin or sys.stdin)]
        before, after = Decision(None, frozenset(), given.ignore, now().date()).over(sides)
        difference = diff(before, after)
        write_out(FORMATS[given.format](difference), given.out, out or sys.stdout)
    except LineageError as error:
        return complain(program, error.message)
    except (Unreadable, BadSuppressions) as error:
        return complain(program, str(error))
    except OSError as error:
        return complain(program, f"{error.filename or given.out}: {error.strerror or error}")
    for message in told([before, after]) if given.ignore else ():
        complain(program, message)
    return STOPPED if given.fail_on and any(map(given.fail_on.stops, findings_that_came(difference))) else 0


def problem_of(given: argparse.Namespace) -> str | None:
    """Return what makes no sense in a command line that could be parsed."""
    if given.answers.count("-") > 1:
        return "standard input is one answer"
    if given.store is None and (given.pipeline_name or given.region):
        return "--pipeline-name and --region say which executions of a --store"
    if given.store is None and given.since is None and len(given.answers) != 2:
        return "two answers are compared; --since last-success takes more, --store fewer"
    if given.store is None and len(given.answers) < 2:
        return "--since last-success compares the last answer with those before it, or with a --store"
    if given.store is not None and len(given.answers) > (1 if given.since else 2):
        return "with a --store two answers are compared, and with --since last-success one"
    if given.store is not None and not given.pipeline_name and not any(map(is_file, given.answers)):
        return "--store needs --pipeline-name, where no file says which pipeline"
    return None


def sides_of(given: argparse.Namespace, stdin: TextIO) -> tuple[Doc, Doc]:
    """Return the two answers that are to be compared."""
    if given.store is None:
        answers = [read_answer(name, stdin) for name in given.answers]
        return since_last_success(answers) if given.since else (answers[0], answers[1])
    files = {name: read_answer(name, stdin) for name in given.answers if is_file(name)}
    pipeline = given.pipeline_name or next(dig(answer, "pipeline", "name") for answer in files.values())
    kept = kept_answers(open_store(given.store), pipeline, given.region)
    named = {"from": "latest-1", "to": "latest"}
    if given.answers:
        named["to"] = given.answers[-1]
    if len(given.answers) == 2:
        named["from"] = given.answers[0]
    after = files[named["to"]] if is_file(named["to"]) else kept.side(named["to"])
    if given.since:
        return kept.last_success(after), after
    return files[named["from"]] if is_file(named["from"]) else kept.side(named["from"]), after


def is_file(name: str) -> bool:
    """Tell whether an answer is named by its file, and not by an execution: ids hold neither dots nor slashes."""
    return name == "-" or (not name.startswith("arn:") and any(mark in name for mark in "./\\"))


def read_answer(name: str, stdin: TextIO) -> Doc:
    """Return the kept answer in a file, gzipped or not; `Unreadable` where it is none."""
    return answer_of(read_kept(name, stdin), name)


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
    """Return the findings that only the second of two answers has; one that the first had suppressed counts too."""
    changes = (each for each in difference["changes"] if each["kind"] == "finding" and each["after"])
    return [each["after"] for each in changes if (each["before"] or {}).get("status") in (None, SUPPRESSED)]
