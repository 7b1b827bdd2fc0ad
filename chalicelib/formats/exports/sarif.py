"""Findings as SARIF 2.1.0, for GitHub code scanning: at lines of the definition file, their paths as code flows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from chalicelib import HOME_URL, __version__
from chalicelib.core.definition.lines import Region
from chalicelib.core.findings.location import Locator
from chalicelib.core.findings.rule import SEVERITIES, Rule
from chalicelib.core.findings.suppression import SUPPRESSED
from chalicelib.core.findings.table import RULES
from chalicelib.core.values.doc import dig, docs_at, text_at
from chalicelib.formats.exports.export import Answer
from chalicelib.formats.lineage import to_json_text

Json = Mapping[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
"""Most results that GitHub takes in one run; the gravest stay."""

MAX_FLOW = 1_000
"""Most locations of a code flow that GitHub shows."""

_LINK = re.compile(r"\[([^\[\]]*)\]\(")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")

LEVELS = {"Critical": "error", "High": "error", "Medium": "warning", "Low": "note", "Informational": "note"}
SCORES = {"Critical": "9.5", "High": "8.0", "Medium": "5.5", "Low": "3.0", "Informational": "1.0"}
"""GitHub's bands of `security-severity`: over 9.0 is critical, from 7.0 high, from 4.0 medium, below that low."""


def write(answers: Sequence[Answer]) -> str:
    """Return one SARIF log with one run for all answers, in their order.

    What is suppressed is left out: GitHub ignores SARIF's own suppressions, and would open the alert again.
    """
    results = [result for answer in answers for result in _results(answer)]
    kept = _gravest(results) if len(results) > MAX_RESULTS else results
    notes = [note for answer in answers for note in _notes(answer)]
    if len(kept) < len(results):
        notes.insert(0, _note("TooManyResults", f"{len(results) - len(kept)} of {len(results)} results are left out"))
    driver = {
        "name": "sagemaker-lineage",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOME_URL,
        "rules": [_rule(rule) for rule in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": kept,
    }
    return to_json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> Json:
    gravest = rule.severities[0]
    controls = ", ".join(rule.controls)
    return {
        "id": rule.id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}. Severity: {' or '.join(rule.severities)}."},
        "help": {
            "text": f"{rule.remediation} Controls: {controls}.",
            "markdown": f"{rule.remediation}\n\nControls: {controls}.",
        },
        "defaultConfiguration": {"level": LEVELS[gravest]},
        "properties": {"tags": ["security", *rule.controls][:20], "security-severity": SCORES[gravest]},
    }


def _results(answer: Answer) -> Iterator[Json]:
    findings = [each for each in docs_at(answer.lineage, "findings") if each.get("status") != SUPPRESSED]
    if not findings:
        return
    locator, uri = Locator(answer.lineage, answer.text or ""), _uri(answer.path or "")
    order = {rule.id: place for place, rule in enumerate(RULES)}
    for finding in findings:
        flow = [
            {"location": {**_location(uri, region), "message": {"text": _plain(name)}}}
            for name, region in locator.path(finding)
        ][:MAX_FLOW]
        yield {
            "ruleId": finding["rule"],
            "ruleIndex": order[finding["rule"]],
            "level": LEVELS[finding["severity"]] if finding["status"] == "Fail" else "note",
            "message": {"text": _plain(text_at(finding, "finding_info", "desc") or finding["rule"])},
            "locations": [_location(uri, locator.primary(finding))],
            "partialFingerprints": {"primaryLocationLineHash": dig(finding, "finding_info", "uid")},
            **({"codeFlows": [{"threadFlows": [{"locations": flow}]}]} if len(flow) > 1 else {}),
            "properties": {
                "severity": finding["severity"],
                "status": finding["status"],
                "pipeline": dig(answer.lineage, "pipeline", "name"),
            },
        }


def _location(uri: str, region: Region) -> Json:
    lines = {
        "startLine": region.start_line,
        "startColumn": region.start_column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": lines}}


def _plain(text: str) -> str:
    """Return a text in which no name is a link (`[x](y)`) or a placeholder (`{0}`), as SARIF's messages know them."""
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\[\1\\](", text))


def _uri(path: str) -> str:
    """Return a path as a URI: relative as it was given, or a file's where it is absolute."""
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())


def _gravest(results: Iterable[Json]) -> list[Json]:
    """Return as many results as may be, the gravest of them, in the order that they had."""
    ranked = sorted(
        enumerate(results),
        key=lambda item: (
            item[1]["properties"]["status"] != "Fail",
            SEVERITIES.index(item[1]["properties"]["severity"]),
        ),
    )
    return [result for _, result in sorted(ranked[:MAX_RESULTS], key=lambda item: item[0])]


def _notes(answer: Answer) -> Iterator[Json]:
    for warning in docs_at(answer.lineage, "warnings"):
        yield _note(warning["code"], f"{answer.path}: {warning['message']}")


def _note(code: str, text: str) -> Json:
    return {"descriptor": {"id": code}, "level": "note", "message": {"text": text}}
