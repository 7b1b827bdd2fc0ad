"""Table of the formats that a lineage is given in; each but `json` is a module of `formats/exports/`."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

PLAIN = "text/plain; charset=utf-8"


class Format(NamedTuple):
    """Facts about a format that must be known before it is written.

    `about` goes on from "the lineage as". `refuses` are parameters whose wish it cannot fulfil. These facts say what
    the command line makes of it: `from_file`, that it speaks of lines in a definition file, so that the API has no
    such format; `lines`, that its objects stand on a line each; `alone`, that it takes one pipeline at a time.
    `of_account`: it names the account, which a definition file does not know.
    """

    media_type: str
    about: str
    refuses: Collection[str] = ("view",)
    from_file: bool = False
    lines: bool = False
    alone: bool = False
    of_account: bool = False


FORMATS: Mapping[str, Format] = {
    "json": Format("application/json", "the API's own JSON", refuses=(), lines=True),
    "openlineage": Format(
        "application/json", "OpenLineage's events, for Marquez, DataHub, DataZone", refuses=("view", "step"), lines=True
    ),
    "mermaid": Format(PLAIN, "a Mermaid flowchart, which pull requests and wikis draw", alone=True),
    "dot": Format(PLAIN, "a graph in Graphviz' DOT language", alone=True),
    "ocsf": Format("application/json", "findings as OCSF events, for a SIEM or data lake"),
    "asff": Format("application/json", "findings as Security Hub takes them", of_account=True),
    "sarif": Format("application/sarif+json", "findings on a definition file, for code scanning", from_file=True),
}

OF_THE_API = tuple(name for name, format_ in FORMATS.items() if not format_.from_file)
"""Names of the formats that `GET /lineage` has."""


def refused(name: str, given: Collection[str]) -> list[str]:
    """Return those of the parameters given that do not go with the format of this name."""
    return [parameter for parameter in FORMATS[name].refuses if parameter in given]
