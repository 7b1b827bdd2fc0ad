"""Security settings of a step itself: keys, network, role, images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import is_function
from chalicelib.core.definition.scope import Scope
from chalicelib.core.posture.step.places import PLACES, Places
from chalicelib.core.values.field_path import parse_field_path
from chalicelib.core.values.model import UNKNOWN, Doc, Step

VPC = {"subnets": "Subnets", "securityGroupIds": "SecurityGroupIds"}

NO_OUTPUT_KEY = "No output key: not customer-managed by this step; the bucket's default encryption applies."
NO_VOLUME_KEY = "No volume key: not customer-managed; the hardware or a transient key encrypts the volume."
ONE_INSTANCE = "One instance: there is no traffic between containers to encrypt."
MODELS_OWN = "Image, network and role are those of the model that it uses, which no step of the pipeline makes."
SEVERAL = "The step's job definitions differ; the weakest setting is shown."


def step_security(step: Step, scope: Scope, description: Doc | None, models: Sequence[Doc] = ()) -> Mapping[str, Any]:
    """Return `node.security`: what the step's settings say, from its job's description where there is one.

    `volumeKmsKeyId`, `outputKmsKeyId`, `vpcConfig`: `null` where not set; `networkIsolation`,
    `interContainerEncryption`, `remoteDebug`: false where not set, as AWS has it. What an unresolved expression
    leaves open is `Unknown`. A setting that this kind of step does not have is left out; the result is empty for a
    step that has none at all. `models` are the descriptions of models that it uses and no step makes: what a step has
    no setting of is theirs. Raises `BadDefinition` for an expression that nests too deeply.
    """
    places = PLACES.get(step.type)
    if places is None:
        return {}
    scope_of_values = scope.at(step.name) if description is None else None
    document = step.arguments if description is None else description
    jobs = [job for path in places.jobs for job in _at(document, path, scope_of_values)] or [document]
    settings = [_settings(job, places, scope_of_values) for job in jobs]
    merged = {key: _weakest(key, [each.get(key) for each in settings]) for key in settings[0]}
    several = any(each != settings[0] for each in settings)
    merged = {**_of_models(models), **merged}
    return {
        **merged,
        "rootAccess": "NotApplicable",  # a setting of notebook instances, which are no part of a pipeline
        "source": "definition" if description is None else "job description",
        "notes": [
            *_notes(merged),
            *([MODELS_OWN] if models else [places.note] if places.note else []),
            *([SEVERAL] if several else []),
        ],
    }


def _of_models(models: Sequence[Doc]) -> dict[str, Any]:
    """Return the settings of models, for each the weakest that one of them has, with the images of all."""
    settings = [_settings(model, PLACES["Model"], None) for model in models]
    keys = dict.fromkeys(key for each in settings for key in each if key not in ("image", "images"))
    merged = {key: _weakest(key, [each[key] for each in settings if key in each]) for key in keys}
    images = [image for each in settings if "image" in each for image in each.get("images", [each["image"]])]
    return {
        **merged,
        **({"image": images[0]} if images else {}),
        **({"images": images} if len(images) > 1 else {}),
    }


def _settings(job: Any, places: Places, scope: Scope | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, ways, parse in (
        ("volumeKmsKeyId", places.volume_key, _text),
        ("outputKmsKeyId", places.output_key, _text),
        ("networkIsolation", places.isolation, _flag),
        ("interContainerEncryption", places.traffic, _flag),
        ("roleArn", places.role, _text),
        ("remoteDebug", places.remote_debug, _flag),
    ):
        if ways:
            values = [value for way in ways.split("|") for value in _at(job, way, scope)]
            found[key] = parse(values[0] if values else None)
    if places.vpc:
        found["vpcConfig"] = _vpc(job, places.vpc, scope)
    counts = [_count(value) for path in places.counts for value in _at(job, path, scope)]
    if counts:
        known = [count for count in counts if isinstance(count, int)]
        total = min(known, default=0) if places.fewest else sum(known)
        found["instanceCount"] = total if len(known) == len(counts) else UNKNOWN
    return {**found, **_images(job, places, scope)}


def _images(job: Any, places: Places, scope: Scope | None) -> dict[str, Any]:
    images = [_text(value) or UNKNOWN for path in places.images for value in _at(job, path, scope)]
    if not images:
        return {}
    digests = [_text(value) for value in _at(job, places.digests, scope)] if places.digests else []
    pinned = len(digests) == len(images) and all(digest and digest != UNKNOWN for digest in digests)
    modes = [
        mode
        for path in places.registry
        for container in _at(job, path, scope)
        if _at(container, "Image", scope)
        for mode in (_at(container, "ImageConfig.RepositoryAccessMode", scope) or ["Platform"])
    ]
    return {
        "image": images[0],
        **({"images": images} if len(images) > 1 else {}),
        "imagePinnedByDigest": pinned or _all([_has_digest(image) for image in images]),
        **({"privateRegistry": _all([UNKNOWN if m == UNKNOWN else m == "Vpc" for m in modes])} if modes else {}),
    }


def _at(document: Any, path: str, scope: Scope | None) -> list[Any]:
    """Return the values at `path`: none where it is missing, `Unknown` where an expression cannot be resolved."""
    found = [_known(document, scope)]
    for name, is_list, _ in parse_field_path(path):
        below: list[Any] = []
        for value in found:
            inner = UNKNOWN if value == UNKNOWN else _member(value, name, scope)
            if is_list and isinstance(inner, list | tuple):
                below += [known for item in inner if (known := _known(item, scope)) is not None]
            elif inner is not None:
                below.append(inner)
        if not below:
            return below
        found = below
    return found


def _member(value: Any, name: str, scope: Scope | None) -> Any:
    return _known(value.get(name), scope) if isinstance(value, dict | Mapping) else None  # a dict is told faster


def _known(value: Any, scope: Scope | None) -> Any:
    """Return `value`, or what it stands for where it is an expression of the definition language."""
    if scope is None or not isinstance(value, dict) or not is_function(value):
        return value
    resolved = resolve(value, scope)
    return resolved.value if resolved.known else UNKNOWN


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: Any) -> bool | str:
    if value is None or isinstance(value, bool):
        return bool(value)
    return {"true": True, "false": False}.get(str(value).lower(), UNKNOWN)


def _count(value: Any) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else UNKNOWN


def _vpc(job: Any, ways: str, scope: Scope | None) -> Any:
    value = next((value for way in ways.split("|") for value in _at(job, way, scope)), None)
    if value == UNKNOWN:
        return UNKNOWN
    if not isinstance(value, Mapping) or not value:
        return None
    return {name: _at(value, f"{key}[]", scope) for name, key in VPC.items()}


def _all(states: list[bool | str]) -> bool | str:
    if False in states:
        return False
    return UNKNOWN if UNKNOWN in states else True


def _has_digest(image: str) -> bool | str:
    return UNKNOWN if image == UNKNOWN else "@sha256:" in image


def _weakest(key: str, values: list[Any]) -> Any:
    """Return one value for several job definitions: the least protection that any of them has."""
    if all(value == values[0] for value in values):
        return values[0]
    if key == "instanceCount":
        return UNKNOWN if UNKNOWN in values else max(value or 0 for value in values)
    for state in (None, False, UNKNOWN):
        if any(value is state or value == state == UNKNOWN for value in values):
            return state
    return values[0]


def _notes(settings: Mapping[str, Any]) -> list[str]:
    table = {
        NO_OUTPUT_KEY: "outputKmsKeyId" in settings and settings["outputKmsKeyId"] is None,
        NO_VOLUME_KEY: "volumeKmsKeyId" in settings and settings["volumeKmsKeyId"] is None,
        ONE_INSTANCE: settings.get("interContainerEncryption") is False and settings.get("instanceCount") == 1,
    }
    return [note for note, holds in table.items() if holds]
