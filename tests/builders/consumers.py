"""What reads OpenLineage, as far as each is particular: functions raise `Refused` for what a program refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Event = Mapping[str, Any]


class Refused(Exception):
    """The program would not take the event."""


# Marquez: namespaces, and the ids under which its page opens jobs and datasets.
# https://github.com/MarquezProject/marquez/issues/2949
NAMESPACE = re.compile(r"[a-zA-Z:;=/0-9_\-.@+]{1,1024}")
DELIMITER = re.compile(r":(?!//|\d+)")


def marquez(event: Event) -> None:
    """Take run, job and dataset events whose namespaces and names it can keep."""
    named = [*event.get("inputs", ()), *event.get("outputs", ()), event.get("job") or event["dataset"]]
    for each in named:
        if not NAMESPACE.fullmatch(each["namespace"]):
            raise Refused(f"namespace {each['namespace']!r}")
        if not each["name"]:
            raise Refused("a name is empty")


def opened_by_marquez(kind: str, namespace: str, name: str) -> tuple[str, str]:
    """The namespace and name that Marquez' page reads from a node's id."""
    node = f"{kind}:{namespace}:{name}"
    parts = re.split(r"[:#]", node)
    if len(parts) == 3:
        return parts[1], parts[2]
    ends = [match.start() for match in DELIMITER.finditer(node)]
    if len(ends) < 2:
        raise Refused(node)
    return node[ends[0] + 1 : ends[1]], node[ends[1] + 1 :]


def datahub(event: Event) -> str:
    """Take run events alone; gives the flow that the job belongs to.

    https://github.com/datahub-project/datahub/issues/13011, https://github.com/datahub-project/datahub/issues/15196
    """
    if "run" not in event:
        raise Refused("500: no run")
    if not event["run"]["facets"].get("processing_engine", {}).get("name"):
        raise Refused("500: Unable to determine orchestrator")
    return str(event["job"]["name"]).partition(".")[0]


def datazone(event: Event) -> None:
    """Take run events of at most 300,000 bytes.

    https://docs.aws.amazon.com/datazone/latest/APIReference/API_PostLineageEvent.html
    """
    if "run" not in event:
        raise Refused("not a RunEvent")
    if (size := len(json.dumps(event))) > 300_000:
        raise Refused(f"{size} bytes")
