"""Facts of one step: what it is, what it reads and writes, how it is set, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.diff import vocabulary
from chalicelib.core.diff.facts import Facts, Key
from chalicelib.core.values.doc import dig, docs_at, docs_in, text_at

Doc = Mapping[str, Any]

ALSO_IN_SECURITY: Mapping[str, str] = {"roleArn": "security", "instanceCount": "resources"}
"""What a job says that stands in the step's security too, where its kind of step has any."""


def step_subject(name: str) -> str:
    """Return what a change of this step calls its subject."""
    return f"step:{name}"


def read_step(node: Doc, facts: Facts) -> None:
    """Record all that can be compared of a node."""
    subject = step_subject(text_at(node, "id") or "")
    for name in ("type", "label", "parent", "branch"):
        facts.put("step", subject, (name,), node.get(name))
    _ports(node, facts, subject)
    _resources(node, facts, subject)
    _security(node, facts, subject)
    run = node.get("run")
    if isinstance(run, Mapping):
        facts.ran.add(subject)
        _run(run, facts, subject, ("run",), in_security=frozenset(_mapping(node, "security")))
        _registry(node, facts, subject)
        return
    facts.close(subject, "run")
    facts.close(subject, "registry")
    if facts.has_run:  # the execution was read, and did not reach the step: that is known
        facts.put("status", subject, ("run", "status"), None)


def serves_unseen(node: Doc) -> bool:
    """Tell whether a step made something that serves a model, and of which no description was read."""
    job = dig(node, "run", "job")
    return isinstance(job, Mapping) and set(job) == {"type"} and job["type"] in vocabulary.SERVES


def _ports(node: Doc, facts: Facts, subject: str) -> None:
    for direction in ("inputs", "outputs"):
        uris: dict[str, list[str]] = {}
        code: set[str] = set()
        for port in docs_at(node, direction):
            name, uri, expression = (text_at(port, key) or "" for key in ("name", "uri", "expression"))
            name = facts.names.mask(name)
            uris.setdefault(name, []).append(uri or expression)
            code |= {name} if port.get("kind") == "code" else set()
            if port.get("kind") in ("report", "model") and port.get("resolution") == "job description":
                facts.reports.add(Key(subject, (direction, name)))
            if not uri or "${" in uri or expression:
                facts.open.add(Key(subject, (direction, name)))
        for name, places in uris.items():
            kind = "code" if name in code else direction.removesuffix("s")
            value = _one_or_all(facts, places)
            facts.put(kind, subject, (direction, name), value)
            facts.ports.setdefault((subject, direction), []).append(value)


def _resources(node: Doc, facts: Facts, subject: str) -> None:
    named: dict[tuple[str, str], list[str]] = {}
    for each in docs_at(node, "resources"):
        key = text_at(each, "type") or "", text_at(each, "relation") or ""
        name = text_at(each, "name") or text_at(each, "arn")
        if not name:
            facts.open.add(Key(subject, ("resources", *key)))
        named.setdefault(key, []).append(name or f"${{{text_at(each, 'expression') or ''}}}")
    for key, names in named.items():
        if key[1] == "uses" and (key[0], "creates") in named:
            continue  # an answer that was kept before told so of a cluster that the step had started
        kind = vocabulary.RESOURCES.get(key[0], "resources")
        facts.put(kind, subject, ("resources", *key), _one_or_all(facts, names))


def _one_or_all(facts: Facts, texts: list[str]) -> str | list[str]:
    """Return the one text, or all of them, in an order that does not depend on what a run made up."""
    masked = sorted(facts.names.mask(text) for text in texts)
    return masked[0] if len(masked) == 1 else masked


def _security(node: Doc, facts: Facts, subject: str) -> None:
    security = _mapping(node, "security")
    if security.get("source") == "definition":
        facts.close(subject, "security", "imagePinnedByDigest")  # the registry may pin what the definition does not
    for name, value in security.items():
        if name == "imagePinnedByDigest" and security.get("source") == "definition":
            continue
        kind = vocabulary.SECURITY.get(name, "security")
        if kind is not None:
            images = security.get("images") if name == "image" else None
            facts.put(kind, subject, ("security", name), images or value)


def _run(run: Doc, facts: Facts, subject: str, path: tuple[str, ...], in_security: frozenset[str]) -> None:
    reason = text_at(run, "failureReason")
    facts.put("status", subject, (*path, "failureReason"), facts.names.mask_reason(reason) if reason else None)
    for name in ("status", "outcome"):
        facts.put("status", subject, (*path, name), run.get(name))
    if "attempts" in run:  # a step that was not run again has no count
        facts.put("status", subject, (*path, "attempts"), run["attempts"], optional=True)
    facts.put_all("status", subject, (*path, "iterations"), run.get("iterations"))
    for name in ("cachedFrom", "selectedFrom"):
        facts.put("cache", subject, (*path, name), run.get(name))
    facts.put("duration", subject, (*path, "elapsedSec"), run.get("elapsedSec"))
    facts.put("parameter", subject, (*path, "item"), run.get("item"))
    for position, each in enumerate(docs_at(run, "conditions")):
        _condition(each, facts, subject, (*path, "conditions", str(position)))
    for name, value in _mapping(run, "metrics").items():
        facts.put("metric", subject, (*path, "metrics", facts.names.mask(name)), value)
    for service, details in _mapping(run, "details").items():
        for name, kind in vocabulary.DETAILS.items():
            facts.put_all(kind, subject, (*path, "details", service, name), dig(details, name))
    _job(run, facts, subject, path, in_security)
    for position, each in enumerate(docs_at(run, "iterationRuns")):
        index = each.get("index")
        _run(each, facts, subject, (*path, "iterationRuns", str(position if index is None else index)), in_security)


def _condition(condition: Doc, facts: Facts, subject: str, path: tuple[str, ...]) -> None:
    """Record a comparison: what a step measured on one side, and what the definition demands on the other."""
    facts.put("parameter", subject, (*path, "type"), condition.get("type"))
    for name, operand in condition.items():
        if name == "conditions":
            for position, each in enumerate(docs_at(condition, name)):
                _condition(each, facts, subject, (*path, name, str(position)))
        elif name != "type":
            for position, each in enumerate(operand if isinstance(operand, list) else [operand]):
                at = (*path, name, str(position)) if isinstance(operand, list) else (*path, name)
                expression = text_at(each, "expression")
                kind = "metric" if expression and "Steps." in expression else "parameter"
                facts.put(kind, subject, (*at, "value"), dig(each, "value"))
                facts.put("parameter", subject, (*at, "expression"), expression)


def _job(run: Doc, facts: Facts, subject: str, path: tuple[str, ...], in_security: frozenset[str]) -> None:
    job = _mapping(run, "job")
    word = text_at(job, "type") or ""
    if word in vocabulary.DESCRIBED and set(job) == {"type"}:
        facts.close(subject, *path, "job", unread=True)
        facts.close(subject, *path, "metrics", unread=True)
        facts.close(subject, "registry", unread=True)
        return
    for name, value in job.items():
        kind = vocabulary.JOB.get(name, vocabulary.JOB_DEFAULT)
        if name in PARTS:
            PARTS[name](value, facts, subject, (*path, "job", name))
        elif name == "status" and word not in vocabulary.SERVING:
            continue
        elif kind is not None and not name.endswith("Time"):
            facts.put_all(kind, subject, (*path, "job", name), value)
    _security_of_job(job, facts, subject, path, in_security)


def _security_of_job(job: Doc, facts: Facts, subject: str, path: tuple[str, ...], in_security: frozenset[str]) -> None:
    """Record what a job says of its image, role and so on, where the step's security settings do not say it already."""
    own = {"image": job.get("images") or job.get("image"), **{name: job.get(name) for name in ALSO_IN_SECURITY}}
    for name, value in own.items():
        if name not in in_security:
            facts.put(ALSO_IN_SECURITY.get(name, "image"), subject, (*path, "job", name), value)


def _settings(settings: Any, facts: Facts, subject: str, path: tuple[str, ...]) -> None:
    """Record what an author set freely; where the code lies is a port's, and which part of it begins is code too."""
    for name, value in settings.items() if isinstance(settings, Mapping) else [("", settings)]:
        is_code = name.lower() in vocabulary.CODE_SETTINGS
        if not is_code or not str(value).strip('"').startswith("s3://"):
            facts.put_all("code" if is_code else "parameter", subject, (*path, name) if name else path, value)


def _best(best: Any, facts: Facts, subject: str, path: tuple[str, ...]) -> None:
    for name, kind in vocabulary.BEST.items():
        facts.put_all(kind, subject, (*path, name), dig(best, name))


def _variants(variants: Any, facts: Facts, subject: str, path: tuple[str, ...]) -> None:
    for each in docs_in(variants):
        facts.put_all("resources", subject, (*path, facts.names.mask(text_at(each, "VariantName") or "")), each)


def _definitions(definitions: Any, facts: Facts, subject: str, path: tuple[str, ...]) -> None:
    for each in docs_in(definitions):
        for name, value in each.items():
            kind = vocabulary.JOB.get(name, vocabulary.JOB_DEFAULT)
            if kind is not None:
                facts.put_all(kind, subject, (*path, text_at(each, "name") or "", name), value)


def _containers(containers: Any, facts: Facts, subject: str, path: tuple[str, ...]) -> None:
    for position, each in enumerate(docs_in(containers)):
        for name in ("mode", "hostname"):
            facts.put_all("parameter", subject, (*path, str(position), name), each.get(name))
        _settings(each.get("environment"), facts, subject, (*path, str(position), "environment"))


Part = Callable[[Any, Facts, str, tuple[str, ...]], None]

PARTS: Mapping[str, Part] = {
    **dict.fromkeys(vocabulary.BESTS, _best),
    **dict.fromkeys(vocabulary.VARIANTS, _variants),
    **dict.fromkeys(vocabulary.FREE_SETTINGS, _settings),
    vocabulary.DEFINITIONS: _definitions,
    "containers": _containers,
}
"""Keys of `run.job` of which not every leaf is one fact of one kind."""


def _registry(node: Doc, facts: Facts, subject: str) -> None:
    registry = _mapping(node, "registry")
    for name, value in registry.items():
        kind = vocabulary.REGISTRY.get(name, "registry")
        if name == "endpoints":
            served = sorted(facts.names.mask(text_at(each, "endpointName") or "") for each in docs_at(registry, name))
            facts.put("registry", subject, ("registry", name), served)
        elif kind is not None and not name.endswith("Time"):
            facts.put_all(kind, subject, ("registry", name), value)
    for position, container in enumerate(docs_at(registry, "containers")):
        for name, kind in vocabulary.CONTAINER.items():
            facts.put(kind, subject, ("registry", "containers", str(position), name), container.get(name))


def _mapping(document: Doc, key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}
