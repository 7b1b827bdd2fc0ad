"""Rules and hits: the fixed text of a rule, and what the rule says about one place."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.core.findings.flow import Flow
from chalicelib.core.values.doc import NOTHING

INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL = "Informational", "Low", "Medium", "High", "Critical"
SEVERITIES = (CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL)


class Hit(NamedTuple):
    """One place that a rule reports.

    `unknown`: something that the rule needs was not read, and the rest holds. `resources` identify the place from run
    to run (buckets by ARN, steps by name), so they hold nothing that is specific to one run.
    """

    resources: tuple[str, ...]
    path: tuple[str, ...]
    desc: str
    severity: str
    unknown: bool = False
    evidence: Mapping[str, Any] = NOTHING


class Rule(NamedTuple):
    """One entry of the table: a finding's fixed text, and the function that looks for it.

    `severities` are all that `find` may give, the gravest first. `settings` are those of `step_security` that it is
    about, the most telling first; none where it is about the places that data lies in.
    """

    id: str
    title: str
    severities: tuple[str, ...]
    controls: tuple[str, ...]
    remediation: str
    find: Callable[[Flow], Iterator[Hit]]
    settings: tuple[str, ...] = ()
