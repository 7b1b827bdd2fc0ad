"""The fault matrix: each operation that the service uses, each way to go wrong, and what must be answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.asking import Answered, Asker
from bench.floor import IRREGULAR
from chalicelib.aws.reads import iam_action
from faults.double.account import DOMAIN_NAME
from faults.double.running import KEY, Double

DEADLINE_MS = 2500
"""The deadline of a request of which a read hangs."""

LATE_SEC = 3.0
"""What a loaded machine may add to it here; `make bench` measures the half second that is promised."""

NODE_FACTS = ("pipeline.parameters", "graph.nodes", "graph.edges", "graph.artifacts", "findings", "summary")


DIRECTORY_WIRES = {
    "directory_bucket_encryption": "GetBucketEncryption",
    "directory_bucket_policy": "GetBucketPolicy",
    "directory_bucket_lifecycle": "GetBucketLifecycleConfiguration",
}
"""Reads of directory buckets that go out as the operation of any other bucket."""

STANDING = {"NotEvaluated", "Searched"}
"""Codes of the warnings that stand where nothing went wrong."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One operation in a request that uses it. Without it the answer is none (`error_for`), or lacks only `touches`.

    `silent`: fault names that AWS uses for a fact here, so that nothing is missing. `unknown`: the key of an
    artifact's `s3` that only this operation tells. `search`: whether the service may search.
    """

    operation: str
    params: Mapping[str, str]
    route: str = "/lineage"
    error_for: bool = False
    touches: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()
    unknown: str | None = None
    search: bool = False

    @property
    def title(self) -> str:
        """Return the IAM action, and where the same operation is used twice, how."""
        how = " with domain" if self.operation == "list_tags" and self.error_for else ""
        return f"{iam_action(self.operation)}{how}"

    @property
    def wire(self) -> str:
        """Return the operation's name in the double."""
        special = {field: wire for wire, field in IRREGULAR.items()} | DIRECTORY_WIRES
        return special.get(self.operation) or "".join(part.capitalize() for part in self.operation.split("_"))


def _job(operation: str, pipeline: str, **more: Any) -> Scene:
    return Scene(operation, {"pipeline": pipeline}, touches=NODE_FACTS, **more)


def _bucket(operation: str, unknown: str | None = None, *, full: bool = False) -> Scene:
    params = {"pipeline": "one-processing", **({"posture": "full"} if full else {})}
    return Scene(operation, params, touches=("graph.artifacts", "findings"), unknown=unknown)


def _directory(operation: str, unknown: str | None = None, *, full: bool = False) -> Scene:
    params = {"pipeline": "one-directory", **({"posture": "full"} if full else {})}
    return Scene(operation, params, touches=("graph.artifacts", "findings"), unknown=unknown)


def _serving(operation: str) -> Scene:
    # Where it hangs, the short deadline here ends before every pipeline of the double is read.
    return Scene(operation, {}, "/account", touches=("coverage", "totals", "pipelines", "places", "findings"))


PROCESSING = {"pipeline": "one-processing"}
EXECUTION_FACTS = ("execution", *NODE_FACTS)
SCENES: tuple[Scene, ...] = (
    Scene("describe_pipeline", PROCESSING, error_for=True),
    Scene("list_pipeline_executions", PROCESSING, touches=EXECUTION_FACTS),
    Scene("describe_pipeline_execution", {**PROCESSING, "execution": "exec00000002"}, error_for=True),
    Scene("describe_pipeline_definition_for_execution", PROCESSING),
    Scene("list_pipeline_execution_steps", PROCESSING, touches=EXECUTION_FACTS),
    Scene("list_pipeline_parameters_for_execution", PROCESSING, touches=("pipeline.parameters", "graph.nodes")),
    Scene("list_tags", PROCESSING, touches=("pipeline.tags", "findings")),
    Scene("list_tags", {**PROCESSING, "domain": DOMAIN_NAME}, error_for=True),
    Scene("list_domains", {**PROCESSING, "domain": DOMAIN_NAME}, error_for=True),
    Scene("list_pipelines", {"maxResults": "1"}, "/pipelines", error_for=True),
    _serving("list_endpoints"),
    _serving("list_inference_components"),
    _serving("list_model_packages"),
    Scene("search", {"pipeline": "mix-6x1"}, search=True),
    _job("describe_processing_job", "one-processing"),
    _job("describe_training_job", "one-training"),
    _job("describe_transform_job", "one-transform"),
    _job("describe_hyper_parameter_tuning_job", "one-tuning"),
    _job("describe_auto_ml_job", "one-automl"),
    _job("describe_auto_ml_job_v2", "one-automl2"),
    _job("describe_model", "one-model"),
    _job("describe_model_package", "one-register"),
    _job("describe_endpoint", "one-endpoint"),
    _job("describe_endpoint_config", "one-config"),
    _job("describe_inference_component", "one-component"),
    Scene("describe_feature_group", {"pipeline": "one-features"}, "/schema", touches=("featureGroups", "features")),
    _job("describe_cluster", "one-emr"),
    _bucket("get_bucket_location", "region"),
    _bucket("get_bucket_encryption", "encryption"),
    _bucket("get_bucket_versioning", "versioning"),
    _bucket("get_public_access_block"),
    _bucket("get_bucket_policy_status"),
    _bucket("get_bucket_acl"),
    _bucket("get_bucket_ownership_controls"),
    _bucket("get_bucket_tagging"),
    _bucket("get_bucket_policy", full=True),
    _bucket("get_bucket_logging", full=True),
    _bucket("get_object_lock_configuration", full=True),
    _bucket("get_bucket_lifecycle_configuration", full=True),
    _bucket("get_bucket_replication", full=True),
    Scene(
        "account_public_access_block",
        PROCESSING,
        touches=("graph.artifacts", "findings"),
        silent=frozenset({"not found"}),
    ),
    _directory("directory_bucket_encryption", "encryption"),
    _directory("directory_bucket_tags"),
    _directory("directory_bucket_policy", full=True),
    _directory("directory_bucket_lifecycle", full=True),
    Scene("get_object", {"pipeline": "one-evaluation"}, touches=("graph.nodes",)),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong: the double's fault, how often, and what is answered.

    `codes` are those that a warning may bear; `status` is the answer's where the operation is essential.
    `heals`: the service asks again, and nothing is missing.
    """

    name: str
    planted: str
    status: int = 502
    codes: frozenset[str] = frozenset()
    times: int | None = None
    heals: bool = False


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


UNREADABLE = _codes("UnreadableAnswer", "MalformedAnswer", "UnreadableReport")

FAULTS: tuple[Fault, ...] = (
    Fault("AccessDenied", "denied", codes=_codes("AccessDenied")),
    Fault("throttled once", "throttled", times=1, heals=True),
    Fault("throttled for ever", "throttled", 503, _codes("ThrottlingException", "SlowDown")),
    Fault("500 once", "broken", times=1, heals=True),
    Fault("500 for ever", "broken", codes=_codes("InternalFailure", "InternalError")),
    Fault("connection refused", "refused", codes=_codes("ConnectionError")),
    Fault("connection reset", "reset", codes=_codes("ConnectionError")),
    Fault("closed half-way once", "cut", times=1, heals=True),
    Fault("closed half-way", "cut", codes=_codes("ConnectionError")),
    Fault("hanging", "hanging", 504, _codes("DeadlineExceeded", "Timeout")),
    # S3's XML that cannot be parsed is a 500 to botocore.
    Fault("garbage body", "garbled", codes=UNREADABLE | {"500"}),
    Fault("foreign body", "foreign", codes=UNREADABLE),
    Fault("empty body", "empty", codes=UNREADABLE),
    Fault("not found", "missing", 404, _codes("ResourceNotFound", "NotFound", "NoSuchBucket", "NoSuchKey")),
    Fault("expired token", "expired", codes=_codes("ExpiredToken", "ExpiredTokenException")),
    Fault("wrong region", "elsewhere", codes=_codes("PermanentRedirect", "InvalidSignatureException")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of one fault at one operation; `problems` says where the contract is broken."""

    scene: Scene
    fault: Fault
    status: int
    codes: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """Return the cell in the published table."""
        return " ".join([str(self.status), *self.codes])


class Matrix:
    """Plays the cells one after the other; `key` is the access key that this process asks with."""

    def __init__(self, double: Double, asker: Asker, key: str = KEY) -> None:
        self._double = double
        self._asker = asker
        self._key = key
        self._whole: dict[str, Any] = {}

    def play(self, scene: Scene, fault: Fault) -> Cell:
        """Play one cell."""
        whole = self._reference(scene)
        answered = self._ask(scene, fault)
        body = answered.body
        codes = tuple(sorted({warning["code"] for warning in _fresh(body)}))
        if answered.status == 200:
            problems = list(_problems_of_answer(scene, fault, body, whole))
        else:
            problems = list(_problems_of_refusal(scene, fault, answered))
        if fault.name == "hanging" and answered.seconds > DEADLINE_MS / 1000 + LATE_SEC:
            problems.append(f"came {answered.seconds:.1f} s after it was asked")
        return Cell(scene, fault, answered.status, codes, tuple(problems))

    def _reference(self, scene: Scene) -> Any:
        known = json.dumps([scene.route, dict(scene.params), scene.search])
        if known not in self._whole:
            self._double.configure(self._key)
            answered = self._asker.ask(scene.route, scene.params, search=scene.search)
            if answered.status != 200 or _fresh(answered.body):
                raise AssertionError(f"{known} without any fault: {answered.status} {answered.text[:500]}")
            self._whole[known] = answered.body
        return self._whole[known]

    def _ask(self, scene: Scene, fault: Fault) -> Answered:
        refused = fault.planted == "refused"
        planted = {"fault": fault.planted, "operation": scene.wire, "times": fault.times}
        self._double.configure(self._key, faults=[] if refused else [planted])
        return self._asker.ask(
            scene.route,
            scene.params,
            refusing=scene.operation if refused else None,
            # A Search that hangs is given up before a request's deadline, and not before this short one.
            deadline_ms=DEADLINE_MS if fault.planted == "hanging" and not scene.search else None,
            search=scene.search,
        )


def _fresh(body: Any) -> list[Any]:
    """Return the warnings of what went wrong."""
    return [warning for warning in body.get("warnings", ()) if warning["code"] not in STANDING]


def _problems_of_refusal(scene: Scene, fault: Fault, answered: Answered) -> Iterator[str]:
    body, status = answered.body, answered.status
    if not scene.error_for or fault.heals:
        yield f"is {status}, but the answer can do without it: {answered.text[:200]}"
    if status != fault.status:
        yield f"is {status} and not {fault.status}: {answered.text[:200]}"
    if status == 404:
        if body != {"message": "pipeline not found or domain filter mismatched"}:
            yield f"the 404's body is {body}"
        return
    if set(body) != {"message", "requestId"}:
        yield f"the body has the keys {sorted(body)}"
    if fault.planted == "denied" and iam_action(scene.operation) not in body["message"]:
        yield f"does not name the action: {body['message']}"
    if status == 503 and not answered.headers.get("Retry-After", "").isdigit():
        yield "has no Retry-After"
    if "secret-role" in answered.text:
        yield "repeats AWS's text"


def _problems_of_answer(scene: Scene, fault: Fault, body: Any, whole: Any) -> Iterator[str]:
    changed = sorted(path for path in differences(whole, body) if not path.startswith("warnings"))
    if fault.heals or fault.name in scene.silent:
        if changed or _fresh(body):
            yield f"differs, although nothing is missing: {changed[:5]} {_fresh(body)}"
        return
    if scene.error_for:
        yield "is 200, though nothing can be said without this read"
        return
    strayed = [path for path in changed if not path.startswith(scene.touches or ("nothing",))]
    if strayed:
        yield f"differs where this read says nothing: {strayed[:5]}"
    yield from _problems_of_warnings(scene, fault, _fresh(body))
    if scene.unknown is not None:
        told = {artifact["s3"][scene.unknown] for artifact in body["graph"]["artifacts"] if "s3" in artifact}
        if told != {"Unknown"}:
            yield f"{scene.unknown} is {told}, though it was not read"
    yield from _verdicts_made_up(body, whole)
    if "secret-role" in json.dumps(body):
        yield "repeats AWS's text"


def _problems_of_warnings(scene: Scene, fault: Fault, warnings: list[Any]) -> Iterator[str]:
    if not warnings:
        yield "says nothing of what is missing"
    for warning in warnings:
        if warning["code"] not in fault.codes:
            yield f"warns of {warning['code']} and not of {sorted(fault.codes)}"
        action = iam_action(scene.operation) if fault.planted == "denied" else None
        if warning.get("action") != action:
            yield f"the warning's action is {warning.get('action')} and not {action}"
        if not warning.get("resource"):
            yield "the warning names no resource"


def _verdicts_made_up(body: Any, whole: Any) -> Iterator[str]:
    """Find buckets that look better or worse than they are because something was not read.

    `NotPublic` says less than `Blocked`, and is true where the policy and the ACL alone show it.
    """
    if "graph" not in body:
        return
    known = {artifact["uri"]: artifact.get("s3", {}) for artifact in whole["graph"]["artifacts"]}
    for artifact in body["graph"]["artifacts"]:
        for key in ("region", "encryption", "versioning", "publicAccess"):
            said = artifact.get("s3", {}).get(key)
            true = known.get(artifact["uri"], {}).get(key, said)
            if said not in ("Unknown", None, true) and (said, true) != ("NotPublic", "Blocked"):
                yield f"{key} of {artifact['uri']} became {said}"


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Yield the paths at which two JSON values differ; list positions are left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            yield from differences(one.get(name), other.get(name), f"{path}.{name}" if path else name)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from differences(left, right, path)
    elif one != other:
        yield path
