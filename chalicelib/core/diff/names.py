"""Names that a run makes up, and the template that stands for each.

`pipelines-4f2…-Train-x` is `${Steps.Train.TrainingJobName}` in every run, as in an answer of the definition alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.values.doc import dig, docs_at, text_at

EXECUTION_ID = "${Execution.PipelineExecutionId}"
MOMENT = "${Execution.CurrentDateTime}"

NAME_PROPERTIES: Mapping[str, str] = {
    "processing-job": "ProcessingJobName",
    "training-job": "TrainingJobName",
    "transform-job": "TransformJobName",
    "hyper-parameter-tuning-job": "HyperParameterTuningJobName",
    "automl-job": "AutoMLJobName",
    "model": "ModelName",
    "endpoint": "EndpointName",
    "endpoint-config": "EndpointConfigName",
    "inference-component": "InferenceComponentName",
}
"""Which property of its step names a thing, by the ARN's word for it."""

PARENTS = frozenset({"hyper-parameter-tuning-job", "automl-job"})
"""Jobs that make jobs of their own, whose names begin with theirs and a hyphen."""

DETAILS_MADE = ("queryExecutionId", "stepId", "jobRunId", "jobRunName", "statementId")
"""What services give to one run of a step, by the key of its details."""

DETAILS_STARTED = ("clusterId", "applicationId")
"""What a step may start for itself, or be told to use."""

SLACK = timedelta(minutes=1)
"""How far outside of the times that were read a run may have looked at a clock."""

MIN_BARE_ID = 8
"""A shorter id is found between separators only: it might be part of any word."""

MAX_NAME = 256

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]*")
_EXECUTION_ARN = re.compile(r"(:pipeline/[^/\s]+/execution/)[A-Za-z0-9\-]+")
_PACKAGE_ARN = re.compile(r"(:model-package/[^/\s]+/)\d+")
_MOMENT = re.compile(
    r"(?<!\d)(\d{4})[-/_.]?(\d\d)[-/_.]?(\d\d)[T_\-. /]?(\d\d)[-:_./]?(\d\d)[-:_./]?(\d\d)"
    r"(?:[.,\-]\d{3,6})?(?:Z|\+00:?00)?(?!\d)"
)
_EPOCH = re.compile(r"(?<!\d)(\d{13}|\d{10})(?!\d)")
_UUID = r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
_IN_A_REASON = re.compile(rf"{_UUID}|(?<![0-9A-Za-z\-])i-[0-9a-f]{{8,17}}(?![0-9A-Za-z])")
_MADE_BELOW = re.compile(rf"{_UUID}|[0-9a-f]{{16}}")


@dataclass(frozen=True, slots=True)
class RunNames:
    """Names that one run has made up; `names` are by lower case, as SageMaker tells no names apart by case.

    `children` are the names of jobs that make further jobs. `first` and `last` are when the run was: a timestamp,
    to the second, that lies between them is the run's own. `given` are words of the pipeline's parameters: whoever
    started the run chose them, so they are not made up. `lengths` says, by a name's first word,
    how many words between hyphens there are to look at.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    execution_id: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    given: frozenset[str] = frozenset()
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def joined(self, other: RunNames) -> RunNames:
        """Return these names with those of another run: what stands still while runs go by may name either."""
        names = {**other.names, **self.names}
        return replace(self, names=names, children=self.children | other.children, lengths=_lengths(names))

    def mask(self, text: str) -> str:
        """Return `text` with a template in place of each name that the run made up, inside URIs and ARNs too."""
        masked = _TOKEN.sub(self._token, text) if self.names else text
        if self.execution_id and self.execution_id.lower() not in self.given:
            masked = masked.replace(self.execution_id, EXECUTION_ID)
        masked = _EXECUTION_ARN.sub(rf"\1{EXECUTION_ID}", masked) if ":pipeline/" in masked else masked
        if ":model-package/" in masked:
            masked = _PACKAGE_ARN.sub(r"\1${ModelPackageVersion}", masked)
        masked = self._moments(masked)
        return self._below_made_up(masked) if masked != text and masked.startswith("s3://") else masked

    def mask_reason(self, text: str) -> str:
        """Return why something failed without what names this failure alone: requests, instances."""
        return _IN_A_REASON.sub("${Id}", self.mask(text))

    def mask_all(self, value: Any) -> Any:
        """Return a JSON value with every string in it masked; keys stay as they are."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, Mapping):
            return {name: self.mask_all(item) for name, item in value.items()}
        return [self.mask_all(item) for item in value] if isinstance(value, list) else value

    def _token(self, match: re.Match[str]) -> str:
        """Mask the names in one word; they begin and end at its hyphens."""
        word = match[0]
        parts = word.lower().split("-")
        written = word.split("-")
        kept: list[str] = []
        at = 0
        while at < len(parts):
            for length in self.lengths.get(parts[at], ()):
                name = "-".join(parts[at : at + length])
                if at + length <= len(parts) and name in self.names and name not in self.given:
                    kept.append(self.names[name])
                    at += length
                    if name in self.children and at < len(parts):
                        return "-".join([*kept, "*"])
                    break
            else:
                kept.append(written[at])
                at += 1
        return "-".join(kept)

    def _below_made_up(self, uri: str) -> str:
        """Return a location without the ids in it that follow a folder which the run made up: they are the run's."""
        start, made_up, below = uri.partition("}/")
        parts = ["*" if _MADE_BELOW.search(part) and not self._gave(part) else part for part in below.split("/")]
        return f"{start}{made_up}{'/'.join(parts)}"

    def _gave(self, part: str) -> bool:
        words = [word.lower() for word in _TOKEN.findall(part)]
        return not self.given.isdisjoint(each for word in words for each in (word, *word.split("-")))

    def _moments(self, text: str) -> str:
        if self.first is None or self.last is None:
            return text
        return _EPOCH.sub(self._epoch, _MOMENT.sub(self._moment, text))

    def _moment(self, match: re.Match[str]) -> str:
        try:
            moment = datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]
        except ValueError:
            return match[0]
        return self._own(moment, match[0])

    def _epoch(self, match: re.Match[str]) -> str:
        return self._own(datetime.fromtimestamp(int(match[0][:10]), UTC), match[0])

    def _own(self, moment: datetime, text: str) -> str:
        if self.first is None or self.last is None or text.lower() in self.given:
            return text
        return MOMENT if self.first - SLACK <= moment <= self.last + SLACK else text


def run_names(answer: Mapping[str, Any]) -> RunNames:
    """Return the names that the run of a `/lineage` answer has made up; there are none where no execution was read."""
    execution = text_at(answer, "execution", "arn")
    own = execution.rsplit("/", 1)[-1] if execution else None
    nodes = docs_at(answer, "graph", "nodes")
    runs = [(step, run) for node in nodes for step, run in runs_of(node)]
    names: dict[str, str] = {own.lower(): EXECUTION_ID} if own else {}
    for _, run in runs:
        for key in ("cachedFrom", "selectedFrom"):
            if source := text_at(run, key):
                names[source.rsplit("/", 1)[-1].lower()] = EXECUTION_ID
    ids = frozenset(names)
    children: set[str] = set()
    for step, run in runs:
        kind, name = _thing(run)
        if name and (_always_new(kind) or any(one in name for one in ids)):
            names[name] = f"${{Steps.{step}.{NAME_PROPERTIES.get(kind, 'Name')}}}"
            children |= {name} if kind in PARENTS else set()
        names |= {made.lower(): f"${{Steps.{step}.{label}}}" for label, made in _also_made(run)}
    for node in nodes:
        names |= {made.lower(): f"${{Steps.{step}.{label}}}" for step, label, made in _started(node)}
    names = {name: template for name, template in names.items() if 0 < len(name) <= MAX_NAME}
    times = [moment for one in (answer.get("execution"), *(run for _, run in runs)) for moment in _times(one)]
    return RunNames(
        names=names,
        children=frozenset(children),
        execution_id=own if own and len(own) >= MIN_BARE_ID else None,
        first=min(times, default=None),
        last=max(times, default=None),
        given=frozenset(_words(dig(answer, "pipeline", "parameters"))),
        lengths=_lengths(names),
    )


def runs_of(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every run of a node with the node's id: the last attempt, those before it, iterations and theirs."""
    waiting = [run] if isinstance(run := node.get("run"), Mapping) else []
    while waiting:
        run = waiting.pop()
        yield text_at(node, "id") or "", run
        waiting += [*docs_at(run, "earlierAttempts"), *docs_at(run, "iterationRuns")]


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return by a name's first word how many words such names have between their hyphens, the longest first."""
    found: dict[str, set[int]] = {}
    for name in names:
        words = name.split("-")
        found.setdefault(words[0], set()).add(len(words))
    return {word: tuple(sorted(lengths, reverse=True)) for word, lengths in found.items()}


def _thing(run: Mapping[str, Any]) -> tuple[str, str]:
    """Return the ARN's word for what a run made, and its name in lower case; no name where it has parts."""
    resource = (text_at(run, "jobArn") or "").split(":", 5)[-1]
    kind, _, made = resource.partition("/")
    name = (text_at(run, "jobName") or made).lower()
    return kind, "" if "/" in name else name


def _always_new(kind: str) -> bool:
    """Tell whether a thing of this kind has a name that was never used before: jobs do."""
    return kind == "job" or kind.endswith("-job")


def _started(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the clusters and applications that a step started: the step, which property it is, and the id."""
    own = {text_at(each, "name") for each in docs_at(node, "resources") if each.get("relation") == "creates"}
    for step, run in runs_of(node):
        for key, made in _details(run, DETAILS_STARTED):
            if made in own:
                yield step, key, made


def _details(run: Mapping[str, Any], keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    details = run.get("details")
    for facts in details.values() if isinstance(details, Mapping) else ():
        for key in keys:
            if made := text_at(facts, key):
                yield key[:1].upper() + key[1:], made


def _also_made(run: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    arn = text_at(run, "jobArn") or ""
    if arn.split(":")[2:3] == ["bedrock"]:
        yield "Id", arn.rsplit("/", 1)[-1]
    for best, label in (
        ("bestTrainingJob", "BestTrainingJob.TrainingJobName"),
        ("overallBestTrainingJob", "OverallBestTrainingJob.TrainingJobName"),
        ("bestCandidate", "BestCandidate.CandidateName"),
    ):
        if name := text_at(run, "job", best, "name"):
            yield label, name
    yield from _details(run, DETAILS_MADE)


def _times(document: Any) -> Iterator[datetime]:
    for key in ("startTime", "endTime"):
        if text := text_at(document, key):
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                continue
            yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _words(value: Any) -> Iterator[str]:
    """Yield the words and moments of parameter values, in lower case."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, str | int):
        for pattern in (_TOKEN, _MOMENT, _EPOCH):
            yield from (match[0].lower() for match in pattern.finditer(str(value)))
