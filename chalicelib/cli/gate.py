"""Options of the command line that decide on findings: which are accepted, which are known, which end in a failure."""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from chalicelib.core.findings.gate import Gate, parse_gate
from chalicelib.core.findings.rule import SEVERITIES
from chalicelib.core.findings.suppression import (
    FILE_NAME,
    Suppression,
    parse_suppressions,
    suppress,
    warnings_of,
)
from chalicelib.core.values.doc import dig, docs_at

Doc = Mapping[str, Any]

STOPPED = 3
"""Exit code where findings stand that the caller does not want; 0 to 2 keep their meaning."""

MOST_TOLD = 20
"""How many of those findings are told one by one."""

GZIP = b"\x1f\x8b"


class Unreadable(Exception):
    """A file holds what cannot be used; the message says which, and why."""


class NoText(Unreadable):
    """A file is not there, or is no text: whoever named it is wrong."""


def add_fail_on(parser: argparse._ActionsContainer, which: str) -> None:
    """Add the gate itself; `which` findings it is about, in a word."""
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY[,warning]",
        type=parse_gate,
        help=f"exit 3 where findings of that severity or worse {which}; a finding that only lacks a fact counts with "
        f",warning alone ({', '.join(SEVERITIES)})",
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add all that decides on the findings of an answer."""
    group = parser.add_argument_group("findings")
    add_fail_on(group, "stand")
    group.add_argument(
        "--baseline", metavar="FILE", help="an earlier answer: with --fail-on only findings count that it does not have"
    )
    group.add_argument(
        "--ignore",
        metavar="FILE",
        help=f"findings that are accepted, with reasons and until when (default: {FILE_NAME} beside --definition)",
    )


@dataclass(slots=True)
class Decision:
    """Decision about the findings of one call: whatever its files say is read before anything else is done."""

    gate: Gate | None
    known: frozenset[str]
    ignore: str | None
    today: date
    _entries: dict[str, tuple[Suppression, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, given: argparse.Namespace, today: date) -> Decision:
        """Return the decision that a command line asks for; `Unreadable` or `BadSuppressions` where a file is bad."""
        known = uids_of(read_answers(given.baseline)) if given.baseline else frozenset()
        decision = cls(given.fail_on, known, given.ignore, today)
        if given.ignore:
            decision.entries_for(None)
        return decision

    def entries_for(self, definition: str | None) -> tuple[Suppression, ...]:
        """Return the suppressions for an answer: of the file named, else of the one beside its definition file."""
        if self.ignore is None and definition in (None, "-"):
            return ()
        file = Path(self.ignore) if self.ignore else Path(str(definition)).with_name(FILE_NAME)
        if str(file) not in self._entries:
            there = self.ignore is not None or file.is_file()
            self._entries[str(file)] = parse_suppressions(read_text(file), str(file)) if there else ()
        return self._entries[str(file)]

    def over(self, answers: Sequence[tuple[Doc, str | None]]) -> list[Doc]:
        """Return the answers of one call with what is suppressed in them, each with its definition file if it has one.

        What an entry matches in one answer is not unused in the others.
        """
        entries = [self.entries_for(definition) for _, definition in answers]
        applied = [suppress(answer, which, self.today) for (answer, _), which in zip(answers, entries, strict=True)]
        matched = frozenset(entry for each in applied for entry in each.matched)
        return [
            _with_warnings(each.answer, warnings_of(which, matched, self.today))
            for each, which in zip(applied, entries, strict=True)
        ]

    def stopped_by(self, answers: Iterable[Doc]) -> list[str]:
        """Return why the gate stops, in a line for each finding that the baseline does not know."""
        if self.gate is None:
            return []
        found = [
            f"{finding.get('severity')} {finding.get('rule')} in {dig(answer, 'pipeline', 'name')}: "
            f"{dig(finding, 'finding_info', 'title')} ({dig(finding, 'finding_info', 'uid')})"
            for answer in answers
            for finding in docs_at(answer, "findings")
            if self.gate.stops(finding) and dig(finding, "finding_info", "uid") not in self.known
        ]
        more = [f"and {len(found) - MOST_TOLD} more findings"] if len(found) > MOST_TOLD else []
        return found[:MOST_TOLD] + more


def _with_warnings(answer: Doc, warnings: Iterable[Doc]) -> Doc:
    more = list(warnings)
    return {**answer, "warnings": [*answer.get("warnings", ()), *more]} if more else answer


def told(answers: Iterable[Doc]) -> Iterator[str]:
    """Yield what a person should know of the suppressions: each expired or unused one, once."""
    codes = ("SuppressionExpired", "SuppressionUnused")
    warnings = (each for answer in answers for each in docs_at(answer, "warnings") if each.get("code") in codes)
    yield from dict.fromkeys(str(each["message"]) for each in warnings)


def read_bytes(file: Path) -> bytes:
    """Return the content of a file that the caller names; `NoText` where there is none."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise NoText(f"{file}: {error.strerror}") from None


def read_text(file: Path) -> str:
    """Return the text of a file that the caller names; `NoText` where there is none."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoText(f"{file}: not UTF-8 text") from None


def read_kept(name: str, stdin: TextIO | None = None) -> Any:
    """Return the JSON in a kept file, gzipped or not, or in standard input; `Unreadable` where it holds none."""
    try:
        content = stdin.read().encode() if stdin and name == "-" else Path(name).read_bytes()
        text = gzip.decompress(content) if content.startswith(GZIP) else content
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile, RecursionError):
        raise Unreadable(f"{name}: not JSON") from None


def answer_of(document: Any, name: str) -> Doc:
    """Return a document that is an answer of `GET /lineage`; `Unreadable` where it is none."""
    if not isinstance(dig(document, "pipeline", "name"), str) or not isinstance(dig(document, "graph", "nodes"), list):
        raise Unreadable(f"{name}: not an answer of GET /lineage: it has no pipeline.name or no graph.nodes")
    answer: Doc = document
    return answer


def read_answers(name: str) -> list[Doc]:
    """Return the answers in a kept file: one, or the array that a call with several definitions gives.

    Raises `NoText` where there is no such file, `Unreadable` where it holds something else.
    """
    try:
        kept = read_kept(name)
    except OSError as error:
        raise NoText(f"{name}: {error.strerror}") from None
    return [answer_of(each, name) for each in (kept if isinstance(kept, list) else [kept])]


def uids_of(answers: Iterable[Doc]) -> frozenset[str]:
    """Return the uids of all findings in some answers, whatever their status."""
    return frozenset(
        str(dig(finding, "finding_info", "uid")) for answer in answers for finding in docs_at(answer, "findings")
    )
