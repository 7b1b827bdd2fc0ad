"""Cut botocore's data in a package to what app.py asks of AWS: reading SageMaker's model is most of a cold start."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore import xform_name

OF_THEIR_OWN: Mapping[str, set[str] | None] = {"s3": {"head_bucket", "create_session"}, "xray": None}
"""What the libraries call by themselves: S3's redirects between regions and its express buckets, X-Ray's sampling
outside Lambda (`None`: all operations)."""

STORE: Mapping[str, set[str]] = {"s3": {"get_object", "head_object", "list_objects_v2"}}
"""What reading a store in S3 takes, which is no read of the account's."""

SCAN: Mapping[str, set[str]] = {
    "s3": {"delete_object", "put_object"},
    "sqs": {"get_queue_url", "send_message_batch"},
}
"""What the scan's functions take beside: writing the store, and sending."""

NOT_READ = ("examples-*", "paginators-*", "waiters-*", "completions-*")
"""Files that no client opens by being made or called."""


def slim(botocore: Path, calls: Mapping[str, Collection[str]], *, scan: bool = False) -> None:
    """Cut an installed botocore down to the `calls` of each service (`{"s3": {"get_bucket_acl", …}}`), and the store's.

    Only data goes, in place: a client of another service, or a method that is not called, is then unknown.
    """
    data = botocore / "data"
    wanted: dict[str, set[str] | None] = {service: set(methods) for service, methods in calls.items()}
    for further in (STORE, SCAN if scan else {}):
        for service, named in further.items():
            wanted[service] = (wanted.get(service) or set()) | named
    for service, methods in OF_THEIR_OWN.items():
        wanted[service] = None if methods is None else (wanted.get(service) or set()) | methods
    prefixes = set()
    for folder in sorted(each for each in data.iterdir() if each.is_dir()):
        if folder.name in wanted:
            prefixes.add(slim_service(folder, wanted[folder.name]))
        else:
            shutil.rmtree(folder)
    slim_endpoints(data / "endpoints.json", prefixes)


def slim_service(folder: Path, methods: Collection[str] | None) -> str:
    """Leave of a service its newest model, with these operations, as plain JSON; gives its name among the endpoints."""
    versions = sorted(each for each in folder.iterdir() if each.is_dir())
    for old in versions[:-1]:
        shutil.rmtree(old)
    for pattern in NOT_READ:
        for path in versions[-1].glob(pattern):
            path.unlink()
    for path in sorted(versions[-1].glob("*.json.gz")):
        document = json.loads(gzip.decompress(path.read_bytes()))
        if path.name.startswith("service-") and methods is not None:
            document = with_operations(document, methods)
        write(path.with_suffix(""), document)
        path.unlink()
    model = json.loads((versions[-1] / "service-2.json").read_text())
    return str(model["metadata"]["endpointPrefix"])


def with_operations(model: Mapping[str, Any], methods: Collection[str]) -> dict[str, Any]:
    """Return a service model that knows these methods only, and the shapes that they need."""
    operations = {name: said for name, said in model["operations"].items() if xform_name(name) in methods}
    missing = set(methods) - {xform_name(name) for name in operations}
    if missing:
        raise ValueError(f"no operation of AWS: {', '.join(sorted(missing))}")
    needed = reachable(model["shapes"], operations)
    shapes = {name: shape for name, shape in model["shapes"].items() if name in needed}
    return {**model, "operations": undocumented(operations), "shapes": undocumented(shapes)}


def reachable(shapes: Mapping[str, Any], operations: Mapping[str, Any]) -> set[str]:
    """Return the names of all shapes that operations refer to, directly or not."""
    found: set[str] = set()
    waiting = list(references(operations))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(references(shapes[name]))
    return found


def references(value: Any) -> Iterator[str]:
    """Yield every shape name in a piece of a model."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "shape" and isinstance(below, str):
                yield below
            else:
                yield from references(below)
    elif isinstance(value, list):
        for below in value:
            yield from references(below)


def undocumented(value: Any) -> Any:
    """Return a piece of a model without its documentation. A member may be called so too: that one is no text."""
    if isinstance(value, dict):
        return {
            key: undocumented(below)
            for key, below in value.items()
            if not (key == "documentation" and isinstance(below, str))
        }
    return [undocumented(below) for below in value] if isinstance(value, list) else value


def slim_endpoints(path: Path, services: Collection[str]) -> None:
    """Leave in `endpoints.json` every partition and region, and these services."""
    document = json.loads(path.read_text())
    for partition in document["partitions"]:
        partition["services"] = {name: said for name, said in partition["services"].items() if name in services}
    write(path, document)


def write(path: Path, document: Any) -> None:
    """Write JSON without blanks, in the order it came in."""
    path.write_text(json.dumps(document, separators=(",", ":")))
