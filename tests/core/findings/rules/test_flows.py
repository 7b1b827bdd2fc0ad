"""The edges of the flow rules: what is nearly wrong, what only looks wrong, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.core.findings.facts import Facts
from chalicelib.core.findings.judge import judge
from chalicelib.core.posture.bucket import build_posture
from chalicelib.core.values.model import Graph, Port, Response
from tests.builders import buckets as b
from tests.builders.graphs import facts, found, graph, step
from tests.core.findings.plants import KMS_TO_SSE, PUBLIC, SECRET, WRITABLE, model


def sensitive_to(changes: Mapping[str, Response], *, full: bool = False) -> Facts:
    return facts(
        graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"])),
        b.posture("in", SECRET, full=full),
        b.posture("out", changes, full=full),
    )


def test_sensitivity_travels_through_steps_and_through_references() -> None:
    flow = graph(
        step("A", reads=["s3://in/a"], writes=["s3://mid/a"]),
        step("B", reads=["s3://mid/a/part"], writes=["s3://mid/b"]),
        step("C", "Lambda", writes=["s3://out/c"]),
        step("D", writes=["s3://out/d"]),
        edges=[("B", "C", "ref:Get"), ("A", "D", "dependsOn")],
    )
    finding = found(facts(flow, b.posture("in", SECRET), b.posture("mid"), b.posture("out", PUBLIC)), "FLOW-01")

    assert [f.path for f in finding] == [
        ("artifact:0", "node:A", "artifact:2", "node:B", "artifact:3", "node:C", "artifact:4"),
    ]


def test_a_public_bucket_that_only_feeds_sensitive_steps_is_no_sink() -> None:
    flow = graph(step("P", reads=["s3://in/a", "s3://out/b"], writes=["s3://in/c"]))

    assert found(facts(flow, b.posture("in", SECRET), b.posture("out", PUBLIC)), "FLOW-01") == []


@pytest.mark.parametrize("tags", [{}, {"Sensitivity": "Low"}])
def test_where_neither_sensitivity_nor_access_is_known_nothing_is_said(tags: dict[str, str]) -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))
    unread = facts(flow, b.posture("in", denied=b.BASIC), b.posture("out", denied=b.BASIC), tags=tags)

    assert found(unread, "FLOW-01") == []


def test_a_public_sink_is_in_doubt_while_the_pipelines_tags_may_not_be_read() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))
    unread = facts(flow, b.posture("in"), b.posture("out", PUBLIC), pipeline_tags_known=False)

    assert [f.status for f in found(unread, "FLOW-01")] == ["Warning"]


def test_whether_a_public_policy_lets_anyone_write_stands_in_its_text() -> None:
    flow = graph(step("T", "Training", ["s3://in/a"]))
    status_only = {k: v for k, v in PUBLIC.items() if k != "get_bucket_policy"}
    finding = found(facts(flow, b.posture("in", status_only)), "FLOW-02")

    assert [(f.status, f.evidence["policyText"]) for f in finding] == [("Warning", "not read")]
    assert "its bucket policy is public" in finding[0].desc


def test_the_policys_text_never_makes_silent_what_its_status_said() -> None:
    flow = graph(step("T", "Training", ["s3://in/a"]))
    odd = PUBLIC | {"get_bucket_policy": b.policy(b.public_statement("in", "s3:ListTagsForResource"))}

    basic = found(facts(flow, b.posture("in", {k: v for k, v in odd.items() if k != "get_bucket_policy"})), "FLOW-02")
    full = found(facts(flow, b.posture("in", odd, full=True)), "FLOW-02")

    assert [f.status for f in basic] == [f.status for f in full] == ["Warning"]


def test_a_public_policy_that_only_lets_read_does_not_endanger_the_training() -> None:
    flow = graph(step("T", "Training", ["s3://in/a"]))

    assert found(facts(flow, b.posture("in", PUBLIC, full=True)), "FLOW-02") == []


def test_open_data_that_trains_nothing_is_no_training_data() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))

    assert found(facts(flow, b.posture("in", WRITABLE), b.posture("out")), "FLOW-02") == []


def test_the_bucket_default_does_not_count_where_the_job_brings_its_own_key() -> None:
    flow = graph(
        step("P", reads=["s3://in/a"], writes=["s3://out/b"]), step("Q", reads=["s3://out/b"], writes=["s3://out/c"])
    )
    postures = b.posture("in"), b.posture("out", KMS_TO_SSE)
    kept = facts(flow, *postures, security={"P": {"outputKmsKeyId": b.KEY}})

    # P keeps the strength; what Q reads was written under P's key, and Q writes it weakly.
    assert [f.path for f in found(kept, "FLOW-03")] == [("artifact:1", "node:Q", "artifact:2")]


def test_an_output_key_that_is_not_known_is_no_downgrade_for_sure() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))
    unknown = facts(flow, b.posture("in"), b.posture("out", KMS_TO_SSE), security={"P": {"outputKmsKeyId": "Unknown"}})

    assert [f.status for f in found(unknown, "FLOW-03")] == ["Warning"]


@pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
def test_two_layers_are_no_more_than_one_key_of_ones_own(algorithm: str) -> None:
    one = {"get_bucket_encryption": b.encrypted(algorithm, b.KEY)}
    two = {"get_bucket_encryption": b.encrypted("aws:kms:dsse", b.KEY)}
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))

    assert found(facts(flow, b.posture("in", two), b.posture("out", one)), "FLOW-03") == []


def test_an_alias_and_a_key_may_be_the_same() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))
    alias = {"get_bucket_encryption": b.encrypted("aws:kms", "alias/mine")}

    assert [f.status for f in found(facts(flow, b.posture("in"), b.posture("out", alias)), "FLOW-04")] == ["Warning"]


def test_one_buckets_region_is_told_once_for_all_steps() -> None:
    flow = graph(*(step(f"S{n}", reads=["s3://in/a"], writes=[f"s3://out/{n}"]) for n in range(5)))
    far = b.posture("in", {"get_bucket_location": b.located("us-west-2")})

    assert len(found(facts(flow, far, b.posture("out")), "FLOW-05")) == 1


def test_code_from_far_away_is_no_data_flow() -> None:
    flow = graph(step("P", reads=[Port("code", "s3://in/script.py", "code")], writes=["s3://out/b"]))
    far = b.posture("in", {"get_bucket_location": b.located("us-west-2")})

    assert found(facts(flow, far, b.posture("out")), "FLOW-05") == []


@pytest.mark.parametrize("bucket", ["partner", f"sagemaker-{b.REGION}-{b.OTHER}", f"sagemaker-{b.REGION}-{b.ACCOUNT}"])
def test_confidential_data_written_to_a_bucket_that_refuses_every_read_is_a_doubt_about_exposure_and_owner(
    bucket: str,
) -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=[f"s3://{bucket}/b"]))
    unread = b.posture(bucket, denied=b.FULL, full=True, account=b.blocked(*b.FLAGS))

    findings = judge(facts(flow, b.posture("in", SECRET, full=True), unread))

    assert [(f.rule, f.severity, f.status) for f in findings] == [
        ("FLOW-01", "Medium", "Warning"),
        ("FLOW-06", "Medium", "Warning"),
        ("FLOW-16", "Low", "Warning"),
    ]


def test_a_bucket_that_refuses_every_read_is_one_finding_where_nothing_is_known_to_be_sensitive() -> None:
    flow = graph(step("P", reads=["s3://theirs/a"], writes=["s3://out/b"]))
    unread = b.posture("theirs", denied=b.FULL, full=True)

    findings = judge(facts(flow, unread, b.posture("out", full=True)))

    assert [(f.rule, f.status) for f in findings] == [("FLOW-16", "Warning")]


def test_an_access_point_is_no_finding_of_a_foreign_or_missing_bucket() -> None:
    alias = "train-ap-ab1cd2ef3gh4ij5kl6mn7op8qr9stapn2a-s3alias"
    flow = graph(step("P", reads=[f"s3://{alias}/a"], writes=["s3://out/b"]))
    unasked = build_posture(alias, {}, b.NO_BLOCK, b.ACCOUNT)

    assert judge(facts(flow, unasked, b.posture("out", full=True))) == ()


def test_sensitive_data_that_goes_through_an_access_point_is_a_warning_by_its_own_arn() -> None:
    point = "arn:aws:s3:ap-northeast-2:999988887777:accesspoint/shared"
    flow = graph(step("P", reads=["s3://in/a"], writes=[f"s3://{point}/b"]))
    unasked = build_posture(point, {}, b.NO_BLOCK, b.ACCOUNT)

    (finding,) = found(facts(flow, b.posture("in", SECRET), unasked), "FLOW-01")

    assert (finding.status, finding.severity, finding.resources) == ("Warning", "Medium", (point,))
    assert finding.evidence["publicAccess"] == "Unknown"


def test_our_own_default_bucket_in_other_hands_is_found() -> None:
    mine = f"sagemaker-{b.REGION}-{b.ACCOUNT}"
    flow = graph(step("P", reads=[f"s3://{mine}/a"]))

    assert [f.status for f in found(facts(flow, b.posture(mine, foreign=True)), "FLOW-14")] == ["Fail"]
    assert found(facts(flow, b.posture(mine)), "FLOW-14") == []


def test_a_buckets_own_finding_has_one_uid_whichever_pipeline_touches_it() -> None:
    flow = graph(step("P", reads=["s3://in/a"]))
    plain = b.posture("in", KMS_TO_SSE)

    one, other = facts(flow, plain), facts(flow, plain)
    other = other._replace(pipeline=other.pipeline._replace(arn=f"{other.pipeline.arn}-of-others"))

    assert [f.uid for f in found(one, "S3.17")] == [f.uid for f in found(other, "S3.17")]


def test_a_bucket_that_is_gone_is_told_once_and_nothing_else_of_it() -> None:
    gone = b.posture("in", {"get_bucket_acl": b.refused("x", code="NoSuchBucket")}, full=True)
    flow = graph(step("P", reads=["s3://in/a", "s3://in/b"], writes=["s3://in/c"]))

    assert [f.rule for f in judge(facts(flow, gone, tags={"pii": "true"}))] == ["FLOW-14"]


def test_opposite_branches_never_both_write() -> None:
    writers = step("Check", "Condition"), step("Yes", writes=["s3://out/x"]), step("No", writes=["s3://out/x"])
    exclusive = graph(*writers, edges=[("Check", "Yes", "branch:if"), ("Check", "No", "branch:else")])
    same = graph(*writers, edges=[("Check", "Yes", "branch:if"), ("Check", "No", "branch:if")])

    assert found(facts(exclusive), "FLOW-08") == []
    assert len(found(facts(same), "FLOW-08")) == 1


def test_a_branch_within_a_branch_is_exclusive_too() -> None:
    flow = graph(
        step("Outer", "Condition"), step("Inner", "Condition"), step("Deep", writes=["s3://out/x"]), step("Else", writes=["s3://out/x"]),
        edges=[("Outer", "Inner", "branch:if"), ("Inner", "Deep", "branch:else"), ("Outer", "Else", "branch:else")],
    )  # fmt: skip

    assert found(facts(flow), "FLOW-08") == []


def test_training_jobs_may_share_an_output_path_as_each_has_a_folder_of_its_own() -> None:
    def own(job: str) -> list[Port]:
        return [
            Port("model_artifacts", f"s3://out/models/{job}/output/model.tar.gz", within=(f"s3://out/models/{job}",))
        ]

    trainings = step("A", "Training", writes=own("a")), step("B", "Tuning", writes=own("b"))

    assert found(facts(graph(*trainings)), "FLOW-08") == []
    assert found(facts(graph(*trainings, step("P", writes=["s3://out/models"]))), "FLOW-08") != []


def test_checkpoints_shared_by_two_trainings_are_overwritten() -> None:
    kept = [Port("checkpoints", "s3://out/checkpoints")]
    two = graph(step("A", "Training", kept, kept), step("B", "Training", kept, kept))
    # The builder joins the two by the location; without that edge nothing orders them.
    unordered = Graph(two.nodes, (), two.artifacts)

    assert len(found(facts(unordered), "FLOW-08")) == 1


def test_a_checkpoint_is_read_and_written_by_design() -> None:
    kept = [Port("checkpoints", "s3://out/checkpoints")]

    assert found(facts(graph(step("A", "Training", kept, kept))), "FLOW-09") == []


def test_a_check_may_write_the_baseline_that_it_names() -> None:
    report = [Port("BaselineUsedForDriftCheckStatistics", "s3://out/statistics.json", "report")]

    assert found(facts(graph(step("Check", "QualityCheck", report, report))), "FLOW-09") == []


def test_writing_beside_an_input_or_above_it_overwrites_nothing() -> None:
    flow = graph(step("A", reads=["s3://in/a/raw"], writes=["s3://in/a/rawer", "s3://in/a", "s3://in/b"]))

    assert found(facts(flow), "FLOW-09") == []


def test_a_later_run_of_an_unrelated_step_is_not_ones_own_lineage() -> None:
    flow = graph(step("A", reads=["s3://in/raw"]), step("B", writes=["s3://in/raw/b"]))

    assert found(facts(flow), "FLOW-09") == []


@pytest.mark.parametrize(
    ("isolation", "sensitive", "expected"),
    [
        (False, "yes", ("High", "Fail")),
        ("Unknown", "yes", ("Medium", "Warning")),
        (False, "who knows", ("Low", "Warning")),
        (False, "no", None),
        ("Unknown", "who knows", None),
        (True, "yes", None),
    ],
)
def test_isolation_matters_where_data_is_sensitive(
    isolation: Any, sensitive: str, expected: tuple[str, str] | None
) -> None:
    flow = facts(
        graph(step("P", reads=["s3://in/a"])),
        tags={"pii": sensitive},
        security={"P": {"networkIsolation": isolation, "vpcConfig": None}},
    )

    assert [(f.severity, f.status) for f in found(flow, "FLOW-10")] == ([expected] if expected else [])


def test_inside_a_vpc_a_container_that_can_reach_the_network_is_less_grave() -> None:
    vpc = {"subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    flow = facts(
        graph(step("P", reads=["s3://in/a"])),
        tags={"pii": "yes"},
        security={"P": {"networkIsolation": False, "vpcConfig": vpc}},
    )

    assert [(f.severity, f.status) for f in found(flow, "FLOW-10")] == [("Medium", "Fail")]


@pytest.mark.parametrize(
    ("image", "severity"),
    [
        ("763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1", "Informational"),
        (f"{b.ACCOUNT}.dkr.ecr.us-west-2.amazonaws.com/mine:1", "Medium"),
        ("docker.io/library/python:3", "Medium"),
    ],
)
def test_an_image_of_awss_own_by_tag_is_for_information(image: str, severity: str) -> None:
    settings = {"image": image, "imagePinnedByDigest": False}
    flow = facts(graph(step("P", reads=["s3://in/a"])), tags={"pii": "yes"}, security={"P": settings})

    assert [(f.severity, f.status) for f in found(flow, "FLOW-12")] == [(severity, "Fail")]


@pytest.mark.parametrize(
    ("count", "encrypted", "status"),
    [
        (2, False, "Fail"),
        (1, False, None),
        (2, True, None),
        (2, "Unknown", "Warning"),
        (1, "Unknown", None),
        ("Unknown", False, "Warning"),
        ("Unknown", True, None),
        ("Unknown", "Unknown", None),
    ],
)
def test_traffic_between_containers(count: Any, encrypted: Any, status: str | None) -> None:
    settings = {"P": {"instanceCount": count, "interContainerEncryption": encrypted}}
    findings = found(facts(graph(step("P")), security=settings), "FLOW-11")

    assert [f.status for f in findings] == ([status] if status else [])


def test_aws_images_are_trusted_and_an_unknown_one_is_a_doubt() -> None:
    flow, secret = graph(step("P")), {"pii": "true"}
    pinned = f"763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training@sha256:{'0' * 64}"
    aws = {"P": {"image": pinned, "imagePinnedByDigest": True}}

    assert found(facts(flow, tags=secret, security=aws), "FLOW-12") == []

    unknown = {"P": {"image": "Unknown", "imagePinnedByDigest": "Unknown"}}

    assert [f.status for f in found(facts(flow, tags=secret, security=unknown), "FLOW-12")] == ["Warning"]
    assert found(facts(flow, security=aws | unknown), "FLOW-12") == []


def test_environments_are_the_same_in_any_spelling() -> None:
    flow = graph(step("P", reads=["s3://in/a"]))
    prod = b.posture("in", {"get_bucket_tagging": b.tagged(ENV="PROD")})

    assert found(facts(flow, prod, tags={"deployment-stage": "Production"}), "FLOW-13") == []
    assert found(facts(flow, prod), "FLOW-13") == []


def test_what_is_shared_belongs_to_no_environment() -> None:
    shared = b.posture("in", {"get_bucket_tagging": b.tagged(Env="shared")})

    assert found(facts(graph(step("P", reads=["s3://in/a"])), shared, tags={"Env": "dev"}), "FLOW-13") == []


def test_a_bucket_out_of_place_is_told_once() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]), step("Q", reads=["s3://in/b"]))
    prod, dev = ({"get_bucket_tagging": b.tagged(Env=word)} for word in ("prod", "dev"))
    crossed = facts(flow, b.posture("in", prod), b.posture("out", dev), tags={"Env": "dev"})

    assert [f.evidence["bucket"] for f in found(crossed, "FLOW-13")] == ["in"]


def test_an_approved_model_of_a_development_pipeline_stays_at_home() -> None:
    dev = b.posture("out", {"get_bucket_tagging": b.tagged(Env="dev")})
    flow = graph(step("R", "RegisterModel", [model("model_data", "s3://out/m")]))
    home = facts(flow, dev, tags={"Env": "dev"}, approvals={"R": "Approved"})

    assert found(home, "FLOW-13") == []


def test_a_model_below_a_steps_output_has_an_origin() -> None:
    flow = graph(
        step("T", "Training", writes=[Port("model_artifacts", "s3://out/models/job", "model")]),
        step("R", "RegisterModel", [model("model_data", "s3://out/models/job/output/model.tar.gz")]),
    )

    assert found(facts(flow, approvals={"R": "Approved"}), "FLOW-15") == []


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ("Steps.Train.ModelArtifacts.S3ModelArtifacts", None),
        ('{"Std:Join":{"On":"/","Values":[{"Get":"Steps.Tune.X"}]}}', None),
        ("Parameters.ModelUrl", "Warning"),
    ],
)
def test_a_model_that_is_not_known_yet(expression: str, status: str | None) -> None:
    flow = graph(step("R", "RegisterModel", [model("model_data", f"${{{expression}}}", expression)]))
    findings = found(facts(flow, approvals={"R": "Approved"}), "FLOW-15")

    assert [f.status for f in findings] == ([status] if status else [])


def test_an_approval_that_is_not_known_leaves_a_doubt() -> None:
    flow = graph(step("R", "RegisterModel", [model("model_data", "s3://in/gift")]))

    assert [f.status for f in found(facts(flow), "FLOW-15")] == ["Warning"]
    assert found(facts(flow, approvals={"R": "Rejected"}), "FLOW-15") == []


def test_a_flow_names_the_findings_on_the_places_behind_it() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]), step("Q", reads=["s3://far/a"]))
    weak = facts(flow, b.posture("in"), b.posture("out", KMS_TO_SSE), b.posture("far", KMS_TO_SSE))
    behind = {f.evidence["bucket"]: f.uid for f in found(weak, "S3.17")}

    assert set(behind) == {"out", "far"}
    assert [f.related for f in found(weak, "FLOW-03")] == [(behind["out"],)]


def test_a_blind_spot_is_told_on_a_sensitive_path_only() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b"]))
    blind = b.posture("out", denied=("get_bucket_versioning", "get_bucket_tagging"))
    finding = found(facts(flow, b.posture("in", SECRET), blind), "FLOW-16")

    assert [(f.severity, f.status, f.evidence["notRead"]) for f in finding] == [
        ("Low", "Warning", ["tags", "versioning"])
    ]
    assert found(facts(flow, b.posture("in"), blind), "FLOW-16") == []


def test_tls_and_logging_are_not_spoken_of_where_nobody_asked() -> None:
    assert found(sensitive_to({}), "FLOW-17") == []
    assert found(sensitive_to({"get_bucket_policy": b.NO_POLICY}, full=True), "FLOW-17") != []


def test_the_graver_finding_stands_where_one_place_has_two() -> None:
    flow = graph(step("P", reads=["s3://in/a"], writes=["s3://out/b", "s3://out/c"]))
    weak = facts(flow, b.posture("in"), b.posture("out", KMS_TO_SSE))

    assert len(found(weak, "FLOW-03")) == 1
