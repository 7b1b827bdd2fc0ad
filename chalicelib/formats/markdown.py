"""A difference as Markdown, for a pull request: whatever names hold, they are shown as text and as nothing else.

Every text of an account stands in a code span, where Markdown knows neither markup, HTML, links nor mentions; and
there are no tables, whose cells a bar would end even there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chalicelib.core.findings.suppression import SUPPRESSED

Doc = Mapping[str, Any]

MAX_TEXT = 200
"""How much of one value is shown, in characters."""

MAX_ENTRIES = 50
"""How many changes of one kind are shown."""

MAX_LENGTH = 60_000
"""Where entries are no longer shown, but counted: a comment on a pull request ends at 65,536 characters."""

MAX_NAMES = 10

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
"""Unicode's categories of what is not seen, or turns what is: line ends, directions, joiners."""

ORDER = ("finding", "posture", "security")
"""What a reviewer looks at first; the other kinds follow in the answer's order."""


def to_markdown(difference: Doc) -> str:
    """Return a difference as CommonMark."""
    changes = difference["changes"]
    text = f"# What changed in {code(difference['pipeline'] or 'two pipelines')}\n\n"
    text += f"{_side(difference['from'])} → {_side(difference['to'])}\n\n{_summary(difference)}\n\n"
    kinds = dict.fromkeys([*ORDER, *(change["kind"] for change in changes)])
    for kind in kinds:
        if of_kind := [change for change in changes if change["kind"] == kind]:
            text += _section(kind.capitalize(), of_kind, _entry, MAX_LENGTH - len(text))
    if difference["warnings"]:
        text += _section("Not certain", difference["warnings"], _warning, MAX_LENGTH - len(text))
    return text.rstrip() + "\n"


def _section(title: str, entries: Sequence[Doc], shown: Callable[[Doc], str], room: int) -> str:
    """Return a heading with as many entries below it as there is room for."""
    text, count = f"## {title}\n\n", 0
    for entry in map(shown, entries[:MAX_ENTRIES]):
        if len(text) + len(entry) > room:
            break
        text, count = text + entry, count + 1
    more = f"- and {len(entries) - count} more, which the JSON has\n" if count < len(entries) else ""
    return f"{text}{more}\n"


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
    counts = ", ".join(f"{kind} {count}" for kind, count in summary["kinds"].items())
    total = f"{summary['changes']} change{'s' if summary['changes'] > 1 else ''}"
    return f"**{total}**: {counts}." + (f" Findings: {told}." if told else "")


def _entry(change: Doc) -> str:
    text = f"- {_what(change)}\n"
    if change["cause"]:
        text += f"  - {_why(change['cause'])}\n"
    if reach := _reach(change["reach"]):
        text += f"  - reaches {reach}\n"
    return text


def _what(change: Doc) -> str:
    before, after = change["before"], change["after"]
    subject = code(change["subject"].partition(":")[2] or change["subject"])
    if change["kind"] == "finding":
        return _finding(change)
    if not change["path"]:
        return f"{subject} {'came' if before is None else 'went'}"
    where = f"{subject} {code(change['path'])}"
    if change["kind"] == "edge" and None in (before, after):
        return f"{where} {'came' if before is None else 'went'}"
    nothing = "not reached" if change["path"] == "run.status" else "nothing"
    return f"{where}: {_value(before, nothing)} → {_value(after, nothing)}{_amount(change)}"


def _finding(change: Doc) -> str:
    before, after = change["before"], change["after"]
    shown = after or before
    word = "came" if before is None else "went" if after is None else "changed"
    if after and after["status"] == SUPPRESSED:
        word = "accepted"
    elif after and before and before["status"] == SUPPRESSED:
        word = "no longer accepted"
    told = [_turned(before, after, "severity")]
    if word == "changed" or shown["status"] == "Warning":
        told.append(_turned(before, after, "status"))
    about = _listed(code(each.partition(":")[2] or each) for each in change["about"])
    where = f" at {about}" if about else ""
    return f"{word}: {code(shown['rule'])} {code(shown['title'] or '')} ({', '.join(told)}){where}"


def _turned(before: Doc | None, after: Doc | None, name: str) -> str:
    """Return a fact of a finding, and what it became where the two sides differ."""
    values = dict.fromkeys(str(side[name]) for side in (before, after) if side)
    return code(" → ".join(values))


def _value(value: Any, nothing: str) -> str:
    return nothing if value is None else code(value)


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


def _warning(warning: Doc) -> str:
    named = [warning[name] for name in ("resource", "action") if warning[name]]
    told = [warning["code"] or "", warning["message"] or "", *named]
    return f"- {' '.join(map(code, told))}\n"
