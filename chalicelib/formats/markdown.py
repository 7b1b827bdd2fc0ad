"""A difference as Markdown, for a pull request: whatever names hold, they are shown as text and as nothing else.

Every text of an account stands in a code span, where Markdown knows neither markup, HTML, links nor mentions; and
there are no tables, whose cells a bar would end even there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.core.findings.suppression import SUPPRESSED

Doc = Mapping[str, Any]

MAX_TEXT = 200
"""How much of one value is shown, in characters."""

MAX_ENTRIES = 50
"""How many changes of one kind are shown: a comment on a pull request ends at 65,536 characters."""

MAX_NAMES = 10

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
"""Unicode's categories of what is not seen, or turns what is: line ends, directions, joiners."""

ORDER = ("finding", "posture", "security")
"""What a reviewer looks at first; the other kinds follow in the answer's order."""


def to_markdown(difference: Doc) -> str:
    """Return a difference as CommonMark."""
    changes = difference["changes"]
    lines = [f"# What changed in {code(difference['pipeline'] or 'two pipelines')}", ""]
    lines += [f"{_side(difference['from'])} → {_side(difference['to'])}", "", _summary(difference), ""]
    kinds = dict.fromkeys([*ORDER, *(change["kind"] for change in changes)])
    for kind in kinds:
        of_kind = [change for change in changes if change["kind"] == kind]
        if of_kind:
            lines += [f"## {kind.capitalize()}", "", *_entries(of_kind), ""]
    if difference["warnings"]:
        lines += ["## Not certain", "", *_warnings(difference["warnings"]), ""]
    return "\n".join(lines).rstrip() + "\n"


def code(value: Any) -> str:
    """Return a value as a code span that nothing in it can end: one line, of bounded length."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    text = "".join(_shown(character) for character in text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    # A space at either end is taken away again, where there is one at both: it keeps backticks from the fence.
    padded = f" {text} " if text.startswith(("`", " ")) or text.endswith(("`", " ")) or not text.strip() else text
    return f"{fence}{padded or ' '}{fence}"


def _shown(character: str) -> str:
    if unicodedata.category(character) in HIDDEN:
        return f"\\u{ord(character):04x}"
    return character


def _side(side: Doc) -> str:
    if side["execution"] is None:
        return f"the definition of {code(side['pipeline'] or '')}"
    return (
        f"{code(side['execution'])} ({code(side['status'] or 'Unknown')}, {code(side['startTime'] or 'not started')})"
    )


def _summary(difference: Doc) -> str:
    summary = difference["summary"]
    if not summary["changes"]:
        return "Nothing changed."
    findings = summary["findings"]
    told = ", ".join(f"{count} {word}" for word, count in findings.items() if count)
    counts = ", ".join(f"{count} {kind}" for kind, count in summary["kinds"].items())
    return f"**{summary['changes']} changes**: {counts}." + (f" Findings: {told}." if told else "")


def _entries(changes: Sequence[Doc]) -> Iterator[str]:
    for change in changes[:MAX_ENTRIES]:
        yield f"- {_what(change)}"
        if change["cause"]:
            yield f"  - {_why(change['cause'])}"
        if reach := _reach(change["reach"]):
            yield f"  - reaches {reach}"
    if len(changes) > MAX_ENTRIES:
        yield f"- and {len(changes) - MAX_ENTRIES} more, which the JSON has"


def _what(change: Doc) -> str:
    before, after = change["before"], change["after"]
    subject = code(change["subject"].partition(":")[2] or change["subject"])
    if change["kind"] == "finding":
        return _finding(change)
    if not change["path"]:
        return f"{subject} {'came' if before is None else 'went'}"
    where = f"{subject} {code(change['path'])}"
    return f"{where}: {_value(before)} → {_value(after)}{_amount(change)}"


def _finding(change: Doc) -> str:
    before, after = change["before"], change["after"]
    shown = after or before
    word = "came" if before is None else "went" if after is None else "changed"
    if after and after["status"] == SUPPRESSED:
        word = "accepted"
    elif after and before and before["status"] == SUPPRESSED:
        word = "no longer accepted"
    severity = f"{shown['severity']}" if not before or not after else f"{before['severity']} → {after['severity']}"
    return f"{word}: {code(shown['rule'])} {code(shown['title'] or '')} ({code(severity)})"


def _value(value: Any) -> str:
    return "nothing" if value is None else code(value)


def _amount(change: Doc) -> str:
    if "difference" not in change:
        return ""
    relative = f", {change['relative']:+.2%}" if "relative" in change else ""
    return f" ({change['difference']:+.6g}{relative})"


def _why(cause: Doc) -> str:
    if not cause["changes"]:
        return str(cause["desc"])
    named = _listed(
        f"{code(each['subject'])} {code(each['path'])}" if each["path"] else code(each["subject"])
        for each in cause["changes"]
    )
    return f"because of {named}" if cause["basis"] != "upstream" else f"perhaps because of {named}"


def _reach(reach: Doc) -> str:
    told = []
    if steps := reach["steps"]:
        count = f"{len(steps)} or more" if reach.get("more") else f"{len(steps)}"
        told.append(f"{count} {'step' if count == '1' else 'steps'}: {_listed(map(code, steps))}")
    told += [f"{what}: {_listed(map(code, reach[what]))}" for what in ("models", "endpoints") if reach[what]]
    return "; ".join(told)


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    more = f" and {len(known) - MAX_NAMES} more" if len(known) > MAX_NAMES else ""
    return ", ".join(known[:MAX_NAMES]) + more


def _warnings(warnings: Sequence[Doc]) -> Iterator[str]:
    for warning in warnings[:MAX_ENTRIES]:
        named = [warning[name] for name in ("resource", "action") if warning[name]]
        yield f"- {code(warning['code'] or '')} {code(warning['message'] or '')} {' '.join(map(code, named))}".rstrip()
    if len(warnings) > MAX_ENTRIES:
        yield f"- and {len(warnings) - MAX_ENTRIES} more, which the JSON has"
