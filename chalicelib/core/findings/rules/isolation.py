"""Rules about what the steps themselves can reach and run: network, traffic between containers, images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.registries import AWS_REGISTRIES, registry_of, trusted
from chalicelib.core.findings.rule import HIGH, INFORMATIONAL, LOW, MEDIUM, Hit
from chalicelib.core.values.model import UNKNOWN, Node
from chalicelib.core.values.tristate import Tri, all3, not3


def _settings(flow: Flow) -> Iterator[tuple[Node, Mapping[str, Any]]]:
    for node in flow.graph.nodes:
        yield node, flow.facts.security.get(node.id, {})


def _tri(value: Any) -> Tri:
    return value if isinstance(value, bool) else None


def open_networks(flow: Flow) -> Iterator[Hit]:
    """Find containers that handle sensitive data and can reach the network (FLOW-10)."""
    for node, settings in _settings(flow):
        if "networkIsolation" not in settings:
            continue
        sensitive, isolated = flow.step_sensitive(node), _tri(settings["networkIsolation"])
        holds = all3((sensitive, not3(isolated)))
        if holds is False or (sensitive is None and isolated is None):
            continue
        vpc = settings.get("vpcConfig")
        yield Hit(
            resources=(f"step:{node.id}",),
            path=_with_input(flow, node),
            severity=_of_open_network(sensitive, vpc),
            unknown=holds is None,
            desc=f"{node.label} works on {'' if sensitive else 'perhaps '}sensitive data "
            f"{'without network isolation' if isolated is False else 'and its network isolation is not known'}"
            f"{' and outside a VPC' if vpc is None else ''}.",
            evidence={
                "networkIsolation": settings["networkIsolation"],
                "vpc": UNKNOWN if vpc == UNKNOWN else vpc is not None,
            },
        )


def _of_open_network(sensitive: Tri, vpc: Any) -> str:
    """Return the severity: inside a VPC its own routes and security groups say what a container can reach."""
    if not sensitive:
        return LOW
    return MEDIUM if vpc not in (None, UNKNOWN) else HIGH


def bare_traffic(flow: Flow) -> Iterator[Hit]:
    """Find jobs on several instances whose traffic between the instances is not encrypted (FLOW-11)."""
    for node, settings in _settings(flow):
        if "interContainerEncryption" not in settings or "instanceCount" not in settings:
            continue
        count = settings["instanceCount"]
        distributed = count >= 2 if isinstance(count, int) else None
        encrypted = _tri(settings["interContainerEncryption"])
        holds = all3((distributed, not3(encrypted)))
        if holds is False or (distributed is None and encrypted is None):
            continue
        yield Hit(
            resources=(f"step:{node.id}",),
            path=(f"node:{node.id}",),
            severity=MEDIUM,
            unknown=holds is None,
            desc=f"{node.label} runs on {count if distributed else 'an unknown number of'} instances; the traffic "
            f"between them is {'not encrypted' if encrypted is False else 'not known to be encrypted'}.",
            evidence={"instanceCount": count, "interContainerEncryption": settings["interContainerEncryption"]},
        )


def doubtful_images(flow: Flow) -> Iterator[Hit]:
    """Find images that handle sensitive data and are mutable or foreign (FLOW-12).

    An image is mutable unless pinned by digest, and foreign unless its registry is the account's own or one of AWS's.
    """
    for node, settings in _settings(flow):
        sensitive = flow.step_sensitive(node)
        if "image" not in settings or sensitive is False:
            continue
        images = settings.get("images") or [settings["image"]]
        known = [image for image in images if image != UNKNOWN]
        sound = all3(
            (
                _tri(settings["imagePinnedByDigest"]),
                *(trusted(image, flow.account) for image in known),
                *([None] if len(known) < len(images) else []),
            )
        )
        holds = all3((sensitive, not3(sound)))
        if holds is False or (sensitive is None and sound is None):
            continue
        yield Hit(
            resources=(f"step:{node.id}",),
            path=_with_input(flow, node),
            severity=INFORMATIONAL if all(registry_of(image) in AWS_REGISTRIES for image in images) else MEDIUM,
            unknown=holds is None,
            desc=f"{node.label} handles {'' if sensitive else 'perhaps '}sensitive data with "
            f"{', '.join(known) or 'an image that is not known'}.",
            evidence={
                "images": images,
                "pinnedByDigest": settings["imagePinnedByDigest"],
                "registries": [registry_of(image) or "no private ECR registry" for image in known],
            },
        )


def _with_input(flow: Flow, node: Node) -> tuple[str, ...]:
    """Return the path of the step, after the first sensitive artifact that it reads, if any."""
    sensitive = [artifact for artifact in flow.reads(node) if flow.data_sensitive(artifact)]
    return (*map(name, sensitive[:1]), f"node:{node.id}")


def open_models(flow: Flow) -> Iterator[Hit]:
    """Find models whose containers can reach the network (SageMaker.5)."""
    yield from _lacking(flow, "Model", "networkIsolation", "Its containers can make network calls")


def _lacking(flow: Flow, kind: str, setting: str, what: str) -> Iterator[Hit]:
    for node, settings in _settings(flow):
        state = settings.get(setting)
        if node.type == kind and state in (False, UNKNOWN):
            yield Hit(
                resources=(f"step:{node.id}",),
                path=(f"node:{node.id}",),
                severity=MEDIUM,
                unknown=state == UNKNOWN,
                desc=f"{node.label}: {setting} is {'not known' if state == UNKNOWN else 'off'}. {what}.",
                evidence={setting: state},
            )


def lone_instances(flow: Flow) -> Iterator[Hit]:
    """Find endpoint configurations with a variant that starts on a single instance (SageMaker.4)."""
    for node, settings in _settings(flow):
        count = settings.get("instanceCount")
        if node.type == "EndpointConfig" and (count == UNKNOWN or (isinstance(count, int) and count < 2)):
            yield Hit(
                resources=(f"step:{node.id}",),
                path=(f"node:{node.id}",),
                severity=MEDIUM,
                unknown=count == UNKNOWN,
                desc=f"{node.label} starts a production variant with instance count {count}.",
                evidence={"initialInstanceCount": count},
            )


def public_registries(flow: Flow) -> Iterator[Hit]:
    """Find models whose only container is not pulled from a registry inside the VPC (SageMaker.16)."""
    yield from _registries(flow, several=False)


def public_registries_of_several(flow: Flow) -> Iterator[Hit]:
    """Find models of several containers that are not pulled from a registry inside the VPC (SageMaker.19)."""
    yield from _registries(flow, several=True)


def _registries(flow: Flow, *, several: bool) -> Iterator[Hit]:
    for hit in _lacking(flow, "Model", "privateRegistry", "Its image is not pulled from a registry in the VPC"):
        if ("images" in flow.facts.security[hit.resources[0].removeprefix("step:")]) is several:
            yield hit
