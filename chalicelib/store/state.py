"""State of a region in `scan.json`: when what was read, and what could not be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.store.layout import Document, Region

FILE = "scan.json"
SCHEMA = 1

SECTIONS = ("pipelines", "unread", "gone", "buckets", "packages", "traced", "older", "untraced", "refused")
"""Maps by name, in the order of the file.

- `pipelines`: `{"lastModifiedTime", "lastExecutionTime", "execution": ARN | null, "over": bool, "readAt", "lacks",
  "packages"}`; `lacks` is what AWS did not give of it and may by now, `{"why", "action"}` each; `packages` the approval
  that its answer says of each package that it registers, by ARN.
- `unread`: of a pipeline, `{"why", "action", "at"}`, the `times` that the list gave it, whether it `waits` to be read,
  and whether it is `dead`: every attempt failed.
- `gone`: when `pipeline:NAME` or `endpoint:NAME` was first missed.
- `buckets`: when a posture was read; `packages`: `{"readAt"}` of each in `serving.json.gz`, when it was described.
- `traced`: older executions that made something in service or approved, `PIPELINE/EXECUTION` → what; `older`: of
  these `{"readAt", "lacks"}`.
- `untraced`: what is in service or approved and whose execution was not read, `{"why", "at"}`, `at` when its maker was
  looked for; on AWS's engine also the `clues` that were followed.
- `refused`: a list that could not be read, by its IAM action → why.

Beside them: `asOf`, when the list was read that all this goes back to; `served`, when what serves was; `graph`, whether
it is `current`, and `drawn`, the tags of what it was made of.
"""

MOST_UNREAD = 5000
"""Entries of a coverage: with more, answers would outgrow what Lambda can carry."""

Fact = tuple[str, str, Any]
"""Section, key and value of an entry; `None` stands for no entry."""


class Learning:
    """What a state says of a region, and what was learnt since, in the order in which it was."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._learnt: list[Fact] = []

    def section(self, name: str) -> dict[str, Any]:
        """Return one of `SECTIONS`, to be read."""
        found: dict[str, Any] = self.document[name]
        return found

    def learn(self, section: str, key: str, value: Any) -> None:
        """Set an entry; `None` removes it."""
        if self.section(section).get(key) != value:
            set_entry(self.document, section, key, value)
            self._learnt.append((section, key, deepcopy(value)))

    def replace(self, section: str, entries: Mapping[str, Any]) -> None:
        """Set all entries of a section."""
        for key in [*self.section(section)]:
            if key not in entries:
                self.learn(section, key, None)
        for key, value in entries.items():
            self.learn(section, key, value)

    def taken(self) -> list[Fact]:
        """Return what was learnt since this was last asked."""
        learnt, self._learnt = self._learnt, []
        return learnt


class State(Learning):
    """The scan's memory of one region, and what it has learnt since it was last written.

    Only what was learnt is written, over whatever stands there by then: two scans lose nothing of each other.
    """

    def __init__(self, region: Region) -> None:
        super().__init__(parse_state(region.read(FILE)))
        self._region = region

    @property
    def graph_is_current(self) -> bool:
        """Return whether the graph was made since something was last learnt."""
        return bool(self.document["graph"] == "current")

    def spoil(self) -> None:
        """Say that the graph is not current any more, before anything is written that it is made of."""
        if self.graph_is_current:
            self.document["graph"] = "stale"
            self._write(self.taken(), None)

    def finish(self, as_of: str) -> None:
        """Say when the scan was over and the graph made, and write everything."""
        self._write(self.taken(), as_of)

    def write(self, hold: Collection[str] = ()) -> None:
        """Write what was learnt, but what belongs to the sections on hold, which is written later."""
        learnt = self.taken()
        self._learnt = [fact for fact in learnt if fact[0] in hold]
        if len(self._learnt) < len(learnt):
            self._write([fact for fact in learnt if fact[0] not in hold], None)

    def _write(self, learnt: Sequence[Fact], as_of: str | None) -> None:
        def change(there: Document | None) -> Document:
            document = parse_state(there)
            for section, key, value in learnt:
                set_entry(document, section, key, value)
            document["asOf"] = as_of or document["asOf"]
            document["graph"] = "current" if as_of else "stale"
            return in_order(document)

        self._region.update(FILE, change)


def parse_state(document: Mapping[str, Any] | None) -> Document:
    """Return a state with all its sections; `StoreUnreadable` where a newer product wrote it."""
    if document is not None and document.get("schema") != SCHEMA:
        raise StoreUnreadable(f"{FILE} has schema {document.get('schema')!r}, and this product reads {SCHEMA}")
    empty: Document = {
        "schema": SCHEMA,
        "asOf": None,
        "served": None,
        "graph": "stale",
        "drawn": None,
        **{name: {} for name in SECTIONS},
    }
    return {**empty, **deepcopy(dict(document or {}))}


def in_order(document: Document) -> Document:
    """Return a state with the entries of each section by name."""
    return {**document, **{name: dict(sorted(document[name].items())) for name in SECTIONS}}


def set_entry(document: Document, section: str, key: str, value: Any) -> None:
    """Set an entry of a section; `None` removes it."""
    if value is None:
        document[section].pop(key, None)
    else:
        document[section][key] = value


def coverage(states: Mapping[str, Mapping[str, Any]]) -> Document:
    """Return what an answer says of how much of the account it knows; `states` are by region."""
    known = sum(len(_there(state)) for state in states.values())
    missed = sum(len(state["unread"]) for state in states.values())
    times = [state["asOf"] for state in states.values() if state["asOf"]]
    return {
        "regions": sorted(states),
        "pipelines": {"known": known, "read": known - missed},
        "asOf": min(times, default=None),
        "unread": _at_most(
            [{"pipeline": name, **why} for region in sorted(states) for name, why in _unread(states[region])]
        ),
    }


def _at_most(unread: list[Document]) -> list[Document]:
    """Return as much as an answer can carry."""
    left = len(unread) - MOST_UNREAD
    return (
        [*unread[:MOST_UNREAD], {"pipeline": None, "why": f"and {left} more", "action": None}] if left > 0 else unread
    )


def gone_of(state: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Return what is gone of a kind, `pipeline` or `endpoint`, by name, and when that was first missed."""
    beginning = f"{kind}:"
    return {key.removeprefix(beginning): since for key, since in state["gone"].items() if key.startswith(beginning)}


def _there(state: Mapping[str, Any]) -> set[str]:
    """Return the pipelines that are known and not gone."""
    return {*state["pipelines"], *state["unread"]} - gone_of(state, "pipeline").keys()


def _unread(state: Mapping[str, Any]) -> list[tuple[str | None, Document]]:
    """Return the pipelines that were not read, what the others lack, who made what is not known, and refused lists."""
    pipelines: list[tuple[str | None, Document]] = [
        (name, {"why": each["why"], "action": each["action"]}) for name, each in sorted(state["unread"].items())
    ]
    parts = [
        (name, each)
        for name in sorted(_there(state) - state["unread"].keys())
        for each in state["pipelines"][name].get("lacks", ())
    ]
    older = [
        (pipeline, {**each, "why": f"execution {execution}: {each['why']}"})
        for key, entry in sorted(state["older"].items())
        for pipeline, _, execution in [key.partition("/")]
        for each in entry["lacks"]
    ]
    things = [
        (None, {"why": f"{thing}: {each['why']}", "action": None}) for thing, each in sorted(state["untraced"].items())
    ]
    lists = [(None, {"why": why, "action": action}) for action, why in sorted(state["refused"].items())]
    return [*pipelines, *parts, *older, *things, *lists]


class RememberedState:
    """State of regions as a warm process remembers it: a region's is read anew where it has another tag."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str | None, Document]] = {}

    def __call__(self, region: Region) -> Document:
        """Return a region's state, to be read alone."""
        tag = region.tag(FILE)
        known = self._kept.get(region.folder)
        if known is None or known[0] != tag:
            known = self._kept[region.folder] = (tag, parse_state(region.read(FILE)))
        return known[1]
