"""Parser of pipeline definitions: the document's envelope, its parameters and its steps at any depth."""

from __future__ import annotations

from typing import Any

from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.json_text import BadNumber, place_of_bad_number, read_json
from chalicelib.core.values.model import Definition, Dependency, Doc, Gap, Parameter, PropertyFile, Step

MAX_WORD = 256
"""Maximum length of a step's name and type, in characters: SageMaker permits 64, and each edge of a step repeats it."""

NESTING = {"Condition": {"IfSteps": "if", "ElseSteps": "else"}, "ForEach": {"ForEachBody": "forEach"}}
"""Step types that hold other steps: the keys of `Arguments` that hold them, and the name of each branch."""


HOLDERS = ("PipelineDefinition", "PipelineDefinitionBody")
"""Keys below which a response of AWS's, or CloudFormation's properties of a pipeline, hold the document."""


def parse_definition(source: str | bytes | Doc) -> Definition:
    """Return the definition in `source`, which is its text or the JSON object already read.

    The parser is tolerant, as SageMaker's published schema is wrong in places: optional parts may be missing or null,
    and a step of unknown type is still a step. Raises `BadDefinition` for what is no pipeline definition. How deep a
    step's own document nests is checked where it is walked: `build_graph` and `resolve` raise the same error.
    """
    document = _document(source)
    if not isinstance(document.get("Steps"), list):
        raise BadDefinition("it has no list of steps", "/Steps")
    gaps: list[Gap] = []
    parameters = _parameters(document.get("Parameters"), gaps)
    steps = _steps(document["Steps"], gaps)
    return Definition(parameters=parameters, steps=steps, document=document, gaps=tuple(gaps))


def unwrap_definition(text: str) -> str | Doc:
    """Return the document in a text that people have at hand: itself, a JSON string of it, or AWS's whole response.

    The latter is that of DescribePipeline, or of DescribePipelineDefinitionForExecution, with its `PipelineDefinition`;
    the properties of CloudFormation's resource have one more object around it.
    Raises `BadDefinition` where the text, or what it holds, is no JSON.
    """
    held: Any = text
    for _ in range(3):  # a string that holds a response, which holds the document
        if isinstance(held, str):
            held = _json(held)
        for key in HOLDERS:
            if isinstance(held, dict) and "Steps" not in held and isinstance(held.get(key), str | dict):
                held = held[key]
    return _document(held) if isinstance(held, str) else held


def same_definition(one: str | bytes | Doc, other: str | bytes | Doc) -> bool:
    """Return whether two documents say the same, whatever their white space and the order of their keys.

    Raises `BadDefinition` where one is no JSON object; two that nest too deeply to be compared count as different.
    """
    try:
        return one == other or _document(one) == _document(other)
    except RecursionError:  # both nest too deeply to be compared: nothing is known of them
        return False


def _document(source: str | bytes | Doc) -> dict[str, Any]:
    document: Any = _json(source) if isinstance(source, str | bytes) else source
    if not isinstance(document, dict):
        raise BadDefinition("it is not a JSON object")
    return document


def _json(source: str | bytes) -> Any:
    text = ""
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source.removeprefix("\ufeff")
        return read_json(text)
    except RecursionError:
        raise BadDefinition("it nests deeper than JSON can be read") from None
    except BadNumber as problem:
        raise BadDefinition(f"it is not JSON: {problem}", _place_of_bad_number(text)) from None
    except ValueError as problem:  # also a UnicodeDecodeError
        raise BadDefinition(f"it is not JSON: {problem}") from None


def _place_of_bad_number(text: str) -> str:
    try:
        return place_of_bad_number(text)
    except (ValueError, RecursionError):  # what comes after the number is worse
        return ""


def _parameters(entries: Any, gaps: list[Gap]) -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else [entries] if entries else []):
        name = entry.get("Name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            gaps.append(Gap("UnreadableParameter", "a parameter has no name and is left out", f"/Parameters/{index}"))
            continue
        kind = entry.get("Type")
        parameters.setdefault(
            name,
            Parameter(
                name,
                kind if isinstance(kind, str) else "String",
                entry.get("DefaultValue"),
                has_default=entry.get("DefaultValue") is not None,
            ),
        )
    return parameters


def _steps(entries: list[Any], gaps: list[Gap]) -> tuple[Step, ...]:
    """Return every step, depth first in document order; the stack is explicit, as conditions nest deep."""
    steps: list[Step] = []
    names: dict[str, int] = {}
    waiting = [(entry, f"/Steps/{index}", "", "") for index, entry in enumerate(entries)]
    waiting.reverse()
    while waiting:
        entry, pointer, parent, branch = waiting.pop()
        if isinstance(entry, str) and parent:
            continue  # the bare name of a step that stands elsewhere: an edge, not a step
        step = _step(entry, pointer, parent or None, branch or None, names, gaps)
        steps.append(step)
        if step.type in NESTING:
            waiting.extend(reversed(_nested(step)))
    return tuple(steps)


def _nested(step: Step) -> list[tuple[Any, str, str, str]]:
    entries = []
    for key, branch in NESTING[step.type].items():
        held = step.arguments.get(key)
        pointer = f"{step.pointer}/Arguments/{key}"
        if not isinstance(held, list | None):
            raise BadDefinition(f"{key} is not a list of steps", pointer)
        entries += [(entry, f"{pointer}/{index}", step.name, branch) for index, entry in enumerate(held or ())]
    return entries


def _step(
    entry: Any, pointer: str, parent: str | None, branch: str | None, names: dict[str, int], gaps: list[Gap]
) -> Step:
    if not isinstance(entry, dict):
        raise BadDefinition("a step is not an object", pointer)
    written = _word(entry, "Name", pointer)
    name = _unique(written, names)
    label = entry.get("DisplayName")
    if name != written:
        label = label or written
        gaps.append(Gap("DuplicateStep", f"a second step is called {written}; it is shown as {name}", pointer))
    arguments = entry.get("Arguments")
    description = entry.get("Description")
    arguments = arguments if isinstance(arguments, dict) else {}
    return Step(
        name=name,
        type=_word(entry, "Type", pointer),
        document=entry,
        arguments=arguments,
        depends_on=_dependencies(entry.get("DependsOn")),
        parent=parent,
        branch=branch,
        display_name=label if isinstance(label, str) and label else None,
        description=description if isinstance(description, str) and description else None,
        property_files=_property_files(entry, arguments),
        pointer=pointer,
    )


def _word(entry: dict[str, Any], key: str, pointer: str) -> str:
    word = entry.get(key)
    if not isinstance(word, str) or not word:
        raise BadDefinition(f"a step has no {key}", f"{pointer}/{key}")
    if len(word) > MAX_WORD:
        raise BadDefinition(f"a step's {key} is longer than {MAX_WORD} characters", f"{pointer}/{key}")
    return word


def _unique(name: str, names: dict[str, int]) -> str:
    """Return `name`, with a number where it is taken; `~` stands in no step name that SageMaker accepts.

    `names` counts how often each name was asked for, so that a thousand steps of one name cost a thousand turns.
    """
    candidate = name
    while candidate in names:
        names[name] += 1
        candidate = f"{name}~{names[name]}"
    names[candidate] = 1
    return candidate


def _dependencies(entries: Any) -> tuple[Dependency, ...]:
    if not entries:
        return ()
    dependencies = []
    for entry in entries if isinstance(entries, list) else [entries]:
        step, trigger = (entry.get("Step"), entry.get("Trigger")) if isinstance(entry, dict) else (entry, None)
        if isinstance(step, str):
            dependencies.append(Dependency(step, trigger if isinstance(trigger, str) else None))
    return tuple(dependencies)


def _property_files(entry: dict[str, Any], arguments: dict[str, Any]) -> tuple[PropertyFile, ...]:
    """Return the property files that a step declares.

    Hand-written definitions hold them under `Arguments` too, and say `Path` for `FilePath`.
    """
    declared = entry.get("PropertyFiles") or arguments.get("PropertyFiles")
    if not isinstance(declared, list):
        return ()
    files = []
    for item in declared:
        if isinstance(item, dict):
            name, output = item.get("PropertyFileName"), item.get("OutputName")
            path = item.get("FilePath") or item.get("Path")
            if isinstance(name, str) and isinstance(output, str) and isinstance(path, str):
                files.append(PropertyFile(name, output, path))
    return tuple(files)
