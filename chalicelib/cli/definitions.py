"""Definition files of one command line: which they are, and the answer that each gives without AWS."""

import argparse
import glob
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from chalicelib.cli.gate import NoText, read_bytes
from chalicelib.core.query.formats import FORMATS
from chalicelib.core.values.errors import BadDefinition, LineageError
from chalicelib.formats.exports.export import Answer, Json
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage
from chalicelib.settings import Settings
from chalicelib.terminal import StatusLine

STDIN = "-"


class BadCommandLine(Exception):
    """The command line makes no sense; the message says why."""


class Definitions(NamedTuple):
    """Result of reading definition files: an answer for each that can be read, in order, and a line for each other.

    `several`: more than one was asked for, whatever came of it.
    """

    answers: Sequence[Answer]
    unreadable: Sequence[str]
    several: bool


def read_definitions(given: argparse.Namespace, stdin: TextIO, settings: Settings, status: StatusLine) -> Definitions:
    """Return the answers for the files that `--definition` names; raise what is wrong with a single one.

    Of several, one that cannot be read does not stop the others. Raises `BadCommandLine`, `NoText`, `LineageError`.
    """
    paths, several = _paths(given.definition)
    values = dict(_values(given.parameter))
    if not several:
        return Definitions([_answer(paths[0], given, values, stdin, settings)], [], several)
    _check_several(given, paths)
    answers, unreadable = [], []
    for number, path in enumerate(paths, start=1):
        try:
            answers.append(_answer(path, given, values, stdin, settings))
        except LineageError as error:
            unreadable.append(f"{path}: {error}")
        except NoText as error:
            unreadable.append(str(error))
        if status.due():
            status.say(f"{number} of {len(paths)} definitions", over=True)
    status.clear()
    return Definitions(answers, unreadable, several)


def _paths(words: Sequence[str]) -> tuple[list[str], bool]:
    """Return the files that are meant, each once, and whether several were asked for.

    A word that no file is called by may be a pattern (`pipelines/**/*.json`), whose files come in the order of names.
    """
    patterns = {word for word in words if word != STDIN and not Path(word).exists() and glob.has_magic(word)}
    found = [path for word in words for path in (_matching(word) if word in patterns else [word])]
    return list(dict.fromkeys(found)), bool(patterns) or len(words) > 1


def _matching(pattern: str) -> list[str]:
    found = [path for path in sorted(glob.glob(pattern, recursive=True)) if Path(path).is_file()]
    if not found:
        raise BadCommandLine(f"--definition {pattern}: no file matches")
    return found


def _check_several(given: argparse.Namespace, paths: Sequence[str]) -> None:
    if STDIN in paths:
        raise BadCommandLine("--definition - stands alone: standard input is one definition")
    if FORMATS[given.format].alone:
        raise BadCommandLine(f"--format {given.format} takes one definition")
    if given.pipeline_name:
        raise BadCommandLine("--pipeline-name does not go with several definitions: each is called as its file is")


def _values(parameters: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in parameters:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise BadCommandLine("--parameter must be NAME=VALUE")
        yield name, value


def _answer(
    path: str, given: argparse.Namespace, values: Mapping[str, str], stdin: TextIO, settings: Settings
) -> Answer:
    document = _text(_from_stdin(stdin) if path == STDIN else read_bytes(Path(path)))
    lineage = offline_lineage(
        document,
        given.pipeline_name or (STDIN if path == STDIN else Path(path).stem),
        values,
        region=given.region,
        view=given.view or "graph",
        sensitive_tags=settings.sensitive_tags,
    )
    return Answer(to_lineage(lineage), _from_here(path), document)


def _from_stdin(stdin: TextIO) -> bytes:
    """Return standard input as bytes, which the terminal's encoding has not gone over."""
    return stdin.buffer.read() if hasattr(stdin, "buffer") else stdin.read().encode(errors="surrogatepass")


def _text(content: bytes) -> str:
    """Return a definition's text, in any encoding that JSON may have: UTF-16 is what PowerShell's `>` writes."""
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise BadDefinition("it is no text in UTF-8 or UTF-16") from None


def _from_here(name: str) -> str:
    """Return a file's path from the working directory on, where it lies below: what CI calls the file."""
    path, here = Path(name), Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else name


def summary_of(lineages: Sequence[Json], unreadable: Sequence[str]) -> str:
    """Return what a call with several definitions came to, in a line: files, and findings by their status."""
    counts = Counter(finding["status"] for lineage in lineages for finding in lineage["findings"])
    findings = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "none"
    read = "1 definition" if len(lineages) == 1 else f"{len(lineages)} definitions"
    return f"{read} read, {len(unreadable)} could not be; findings: {findings}"
