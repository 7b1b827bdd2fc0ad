"""Flows with one thing wrong, a rule each, and what mends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.findings.facts import Facts
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.values.model import Graph, Port, Response
from tests.builders import buckets as b
from tests.builders.graphs import facts, graph, step

SECRET = {"get_bucket_tagging": b.tagged(DataClassification="Confidential")}
SAFE_STEP: Mapping[str, Any] = {
    "networkIsolation": True,
    "vpcConfig": {"subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
    "interContainerEncryption": True,
    "instanceCount": 2,
    "outputKmsKeyId": None,
    "image": f"{b.ACCOUNT}.dkr.ecr.{b.REGION}.amazonaws.com/own@sha256:{'0' * 64}",
    "imagePinnedByDigest": True,
}
PUBLIC: dict[str, Response] = {
    "get_public_access_block": b.NO_BLOCK,
    "get_bucket_policy_status": b.policy_public(True),
    "get_bucket_policy": b.policy(b.public_statement("out", "s3:GetObject"), b.tls_statement("out")),
}
WRITABLE: dict[str, Response] = {
    "get_public_access_block": b.NO_BLOCK,
    "get_bucket_ownership_controls": b.owned("ObjectWriter"),
    "get_bucket_acl": b.granted((b.ALL_USERS, "WRITE")),
}

GONE = {operation: b.refused(operation, code="NoSuchBucket") for operation in b.FULL}


def model(name: str, uri: str, expression: str | None = None) -> Port:
    return Port(name, uri, "model", expression)


FLOW = graph(
    step("Prepare", reads=["s3://in/raw"], writes=["s3://out/clean"]),
    step("Train", "Training", ["s3://out/clean"], [model("model_artifacts", "s3://out/m/job/output/model.tar.gz")]),
    step("Register", "RegisterModel", [model("model_data", "s3://out/m/job/output/model.tar.gz")]),
)
TWO_WRITERS = graph(
    step("One", reads=["s3://in/a"], writes=["s3://out/x"]), step("Two", reads=["s3://in/b"], writes=["s3://out/x/y"])
)


@dataclass(frozen=True)
class Plant:
    """A flow with one thing wrong.

    `inside` and `outside` change the buckets `in` and `out`; `foreign` is the one of them that is another account's.
    `mend` gives the changes (of this very plant) that make it right; `refuse` names a read per bucket without which
    the rule cannot tell.
    """

    rule: str
    severity: str
    name: str = ""
    graph: Graph = FLOW
    inside: Mapping[str, Response] = field(default_factory=dict)
    outside: Mapping[str, Response] = field(default_factory=dict)
    foreign: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    approval: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    job_tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    mend: Mapping[str, Any] = field(default_factory=dict)
    refuse: tuple[str, str] | None = None
    path: tuple[str, ...] | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule} {self.name or self.severity}"


KMS_TO_SSE = {"get_bucket_encryption": b.encrypted("AES256")}
SINGLE = {"graph": graph(step("Prepare", reads=["s3://in/raw"], writes=["s3://out/clean"]))}

PLANTS = (
    Plant("FLOW-01", "Critical", inside=SECRET, outside=PUBLIC, mend={"outside": {}},
          refuse=("out", "get_bucket_policy_status"), path=("artifact:0", "node:Prepare", "artifact:1"),
          evidence={"publicAccess": "Public", "sensitive": True}),
    Plant("FLOW-01", "Critical", "whose data is not sensitive after all", inside=SECRET, outside=PUBLIC,
          mend={"inside": {}}, refuse=("in", "get_bucket_tagging")),
    Plant("FLOW-01", "Critical", "by a job's tag", outside=PUBLIC, job_tags={"Prepare": {"pii": "yes"}},
          mend={"job_tags": {}}, path=("node:Prepare", "artifact:1")),
    Plant("FLOW-01", "Critical", "by the pipeline's tag", outside=PUBLIC, tags={"Sensitivity": "High"},
          mend={"tags": {"Sensitivity": "Low"}}),
    Plant("FLOW-02", "Critical", inside=WRITABLE, mend={"inside": {}}, refuse=("in", "get_bucket_acl"),
          path=("artifact:0", "node:Prepare", "artifact:1", "node:Train"),
          evidence={"publicGrants": ["AllUsers:WRITE"]}),
    Plant("FLOW-02", "Critical", "by policy", mend={"inside": {}}, refuse=("in", "get_bucket_policy_status"),
          inside={**PUBLIC, "get_bucket_policy": b.policy(b.public_statement("in", "s3:PutObject"))}),
    Plant("FLOW-02", "Critical", "by a policy of unread text", mend={"inside": {}}, refuse=("in", "get_bucket_policy"),
          inside={**PUBLIC, "get_bucket_policy": b.policy(b.public_statement("in", "s3:*"))}),
    Plant("FLOW-03", "Medium", outside=KMS_TO_SSE, mend={"outside": {}}, refuse=("out", "get_bucket_encryption"),
          path=("artifact:0", "node:Prepare", "artifact:1"), evidence={"in": "aws:kms", "out": "AES256"}),
    Plant("FLOW-03", "Medium", "unknown on the way in", outside=KMS_TO_SSE,
          mend={"settings": {"outputKmsKeyId": b.KEY}}, refuse=("in", "get_bucket_encryption")),
    Plant("FLOW-03", "High", "of sensitive data", inside=SECRET, outside=KMS_TO_SSE, mend={"outside": {}},
          refuse=("out", "get_bucket_encryption")),
    Plant("FLOW-03", "High", "to nothing", outside={"get_bucket_encryption": b.NO_ENCRYPTION}, mend={"outside": {}}),
    Plant("FLOW-03", "Medium", "to AWS's own key", outside={"get_bucket_encryption": b.encrypted("aws:kms")},
          mend={"outside": {}}),
    Plant("FLOW-03", "Medium", "by the job's own key", settings={"outputKmsKeyId": "alias/aws/s3"},
          mend={"settings": {}}),
    Plant("FLOW-04", "Informational", outside={"get_bucket_encryption": b.encrypted("aws:kms", b.OTHER_KEY)},
          mend={"outside": {}}, refuse=("out", "get_bucket_encryption")),
    Plant("FLOW-04", "High", "to another account's", mend={"outside": {}},
          outside={"get_bucket_encryption": b.encrypted("aws:kms", b.FOREIGN_KEY)}),
    Plant("FLOW-04", "Informational", "by the job's own key", settings={"outputKmsKeyId": b.OTHER_KEY},
          mend={"settings": {"outputKmsKeyId": b.KEY.rsplit("/")[-1]}}, refuse=("in", "get_bucket_encryption")),
    Plant("FLOW-05", "Medium", outside={"get_bucket_location": b.located("us-west-2")}, mend={"outside": {}},
          refuse=("out", "get_bucket_location"), path=("node:Prepare", "artifact:1"),
          evidence={"jobRegion": b.REGION, "bucketRegion": "us-west-2"}),
    Plant("FLOW-05", "High", "against a residency tag", outside={"get_bucket_location": b.located("us-west-2")},
          inside={"get_bucket_tagging": b.tagged(DataResidency="KR")}, mend={"outside": {}}),
    Plant("FLOW-06", "Medium", foreign="in", mend={"foreign": ""}, path=("artifact:0", "node:Prepare")),
    Plant("FLOW-06", "High", "outwards", foreign="out", mend={"foreign": ""}, path=("node:Prepare", "artifact:1")),
    Plant("FLOW-06", "High", "by replication", outside={"get_bucket_replication": b.replicated("far", b.OTHER)},
          mend={"outside": {"get_bucket_replication": b.replicated("near", b.ACCOUNT)}}),
    Plant("FLOW-07", "High", inside={"get_bucket_versioning": b.versioned("Suspended")}, approval="Approved",
          mend={"inside": {}}, refuse=("in", "get_bucket_versioning"),
          path=("artifact:0", "node:Prepare", "artifact:1", "node:Train", "artifact:2", "node:Register"),
          evidence={"versioning": "Suspended", "approvalStatus": "Approved"}),
    Plant("FLOW-07", "Medium", inside={"get_bucket_versioning": b.versioned(None)}, approval="PendingManualApproval",
          mend={"approval": "Rejected"}, refuse=("in", "get_bucket_versioning")),
    Plant("FLOW-08", "Medium", graph=TWO_WRITERS, path=("node:One", "artifact:1", "node:Two"),
          mend={"graph": graph(*TWO_WRITERS.nodes, edges=[("One", "Two", "dependsOn")])}),
    Plant("FLOW-08", "Medium", "of one location",
          graph=graph(step("One", writes=["s3://out/x/"]), step("Two", writes=["s3://out/x"])),
          mend={"graph": graph(step("One", writes=["s3://out/x1"]), step("Two", writes=["s3://out/x"]))}),
    Plant("FLOW-08", "High", approval="Approved",
          graph=graph(*TWO_WRITERS.nodes, step("Register", "RegisterModel", [model("model_data", "s3://out/x/y")])),
          mend={"approval": "PendingManualApproval", "graph": FLOW}),
    Plant("FLOW-09", "Medium", graph=graph(step("Clean", reads=["s3://in/raw"], writes=["s3://in/raw/clean"])),
          mend={"graph": graph(step("Clean", reads=["s3://in/raw"], writes=["s3://in/raw-clean"]))},
          path=("artifact:0", "node:Clean", "artifact:1")),
    Plant("FLOW-09", "Medium", "of an ancestor",
          graph=graph(step("A", reads=["s3://in/raw"], writes=["s3://out/a"]),
                      step("B", reads=["s3://out/a"], writes=["s3://in/raw"])),
          mend={"graph": graph(step("A", reads=["s3://in/raw"], writes=["s3://out/a"]),
                               step("B", reads=["s3://out/a"], writes=["s3://out/b"]))},
          path=("artifact:0", "node:A", "artifact:1", "node:B", "artifact:0")),
    Plant("FLOW-10", "High", inside=SECRET, settings={"networkIsolation": False, "vpcConfig": None},
          mend={"settings": {}}, path=("artifact:0", "node:Prepare")),
    Plant("FLOW-11", "Medium", settings={"interContainerEncryption": False}, path=("node:Prepare",),
          mend={"settings": {"interContainerEncryption": False, "instanceCount": 1}}),
    Plant("FLOW-12", "Medium", "by tag", inside=SECRET, mend={"settings": {}},
          settings={"image": f"{b.ACCOUNT}.dkr.ecr.{b.REGION}.amazonaws.com/own:1", "imagePinnedByDigest": False}),
    Plant("FLOW-12", "Medium", "of a stranger", inside=SECRET, mend={"inside": {}},
          settings={"image": f"{b.OTHER}.dkr.ecr.{b.REGION}.amazonaws.com/x@sha256:{'0' * 64}"}),
    Plant("FLOW-12", "Medium", "of the wide world", inside=SECRET, mend={"settings": {}},
          settings={"image": f"docker.io/library/python@sha256:{'0' * 64}"}),
    Plant("FLOW-13", "High", "of production data", inside={"get_bucket_tagging": b.tagged(Env="production")},
          tags={"Environment": "dev"}, mend={"inside": {"get_bucket_tagging": b.tagged(Env="development")}},
          refuse=("in", "get_bucket_tagging"), path=("artifact:0", "node:Prepare")),
    Plant("FLOW-13", "High", "through a step", inside={"get_bucket_tagging": b.tagged(Env="prod")},
          outside={"get_bucket_tagging": b.tagged(Env="dev")}, refuse=("in", "get_bucket_tagging"),
          mend={"inside": {"get_bucket_tagging": b.tagged(Env="dev")}}),
    Plant("FLOW-13", "High", "of an approved model", inside={"get_bucket_tagging": b.tagged(Environment="dev")},
          approval="Approved", mend={"approval": "PendingManualApproval"}),
    Plant("FLOW-14", "High", inside=GONE, mend={"inside": {}},
          path=("artifact:0", "node:Prepare")),
    Plant("FLOW-15", "High", approval="Approved", path=("artifact:0", "node:Register"),
          graph=graph(step("Register", "RegisterModel", [model("model_data", "s3://in/gift/model.tar.gz")])),
          mend={"approval": "PendingManualApproval"}),
    Plant("FLOW-15", "High", "next to a step's output", approval="Approved", mend={"graph": FLOW},
          graph=graph(*FLOW.nodes[:2], step("Register", "RegisterModel", [model("model_data", "s3://out/mine")]))),
    Plant("FLOW-17", "Medium", inside=SECRET, outside={"get_bucket_policy": b.NO_POLICY},
          mend={"outside": {}}, refuse=("out", "get_bucket_policy"), path=("node:Prepare", "artifact:1")),
    Plant("FLOW-17", "Low", inside=SECRET, outside={"get_bucket_logging": {}}, mend={"outside": {}},
          refuse=("out", "get_bucket_logging")),
)  # fmt: skip


def build(plant: Plant, *denied: tuple[str, str], mended: bool = False) -> Facts:
    """The facts of a plant, without the reads that are `denied`, as (bucket, operation)."""
    parts = {
        key: getattr(plant, key)
        for key in ("graph", "inside", "outside", "foreign", "settings", "approval", "tags", "job_tags")
    } | (dict(plant.mend) if mended else {})
    postures: list[BucketPosture] = []
    for bucket, changes in (("in", parts["inside"]), ("out", parts["outside"])):
        refused = tuple(operation for where, operation in denied if where == bucket)
        postures.append(b.posture(bucket, changes, full=True, denied=refused, foreign=parts["foreign"] == bucket))
    nodes = parts["graph"].nodes
    return facts(
        parts["graph"],
        *postures,
        tags=parts["tags"],
        security={n.id: {**SAFE_STEP, **parts["settings"]} for n in nodes if n.type != "RegisterModel"},
        approvals={"Register": parts["approval"]} if parts["approval"] else {},
        job_tags=parts["job_tags"],
    )
