"""What a person reads first of a lineage and of an impact."""

from __future__ import annotations

from typing import Any

from tools.digest import diff_words, digest, impact_words


def answer(**changes: Any) -> dict[str, Any]:
    """A small answer of the contract's shape."""
    node = {"id": "Train", "label": "Train it", "type": "Training", "inputs": [{"name": "train", "uri": "s3://b/in"}]}
    run = {"status": "Succeeded", "elapsedSec": 170, "metrics": {"validation:auc": 0.63}}
    return {
        "pipeline": {
            "name": "churn",
            "arn": "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn",
            "region": "eu-west-1",
        },
        "summary": {"overallStatus": "Succeeded", "elapsedSec": 170},
        "graph": {
            "nodes": [node | {"outputs": [], "run": run}],
            "edges": [{"from": "A", "to": "Train", "via": "ref:Get"}, {"from": "A", "to": "Train", "via": "dependsOn"}],
            "artifacts": [
                {
                    "uri": "s3://b/in",
                    "bucket": "b",
                    "s3": {"publicAccess": "Blocked", "encryption": "aws:kms", "versioning": "Enabled"},
                }
            ],
        },
        "findings": [
            {"severity": "High", "rule": "S3-01", "status": status, "finding_info": {"title": "Bucket is public"}}
            for status in ("Fail", "Warning", "Suppressed")
        ],
        "warnings": [{"code": "AccessDenied", "message": "the tags of b could not be read"}],
    } | changes


def test_digest_names_steps_edges_data_findings_and_warnings() -> None:
    text = "\n".join(digest(answer()))

    for fact in (
        "churn in eu-west-1: Succeeded, 170 s",
        "Succeeded  Train it  Training  1 in, 0 out  170 s  validation:auc 0.63",
        "2 edges: 1 dependsOn, 1 ref:Get",
        "Blocked  aws:kms  Enabled  s3://b/in",
        "2 findings",
        "High  S3-01  Bucket is public  x2",
        "AccessDenied  the tags of b could not be read",
    ):
        assert fact in text


def test_digest_of_a_pipeline_that_never_ran_says_so_without_inventing_a_time() -> None:
    node = {"label": "Train", "type": "Training", "inputs": [], "outputs": []}
    graph = {"nodes": [node], "edges": [], "artifacts": []}
    quiet = answer(summary={"overallStatus": "Unknown", "elapsedSec": None}, graph=graph, findings=[], warnings=[])

    lines = list(digest(quiet))

    assert lines[0] == "churn in eu-west-1: Unknown"
    assert "0 edges: none" in lines
    assert "findings" not in "\n".join(lines)


def impact(**changes: Any) -> dict[str, Any]:
    """A small answer of `GET /impact`."""
    path = ["data:s3://b/in", "step:churn/Train", "model:churn", "endpoint:live"]
    return {
        "nodes": [
            {"type": "model", "name": "churn", "path": path[:3], "facts": {}},
            {"type": "endpoint", "name": "live", "path": path, "facts": {"status": "InService"}},
        ],
        "weakest": {"id": "data:s3://b/in", "why": "publicAccess Public"},
        "coverage": {"unread": []},
    } | changes


def test_impact_in_words_names_each_endpoint_its_whole_way_back_and_the_weakest_place() -> None:
    text = "\n".join(impact_words(impact(), "s3://b/"))

    assert text.splitlines() == [
        "What learned from s3://b/, and where does it run? 1 model, 1 endpoint",
        "  live (InService)",
        "    endpoint:live",
        "    <- model:churn",
        "    <- step:churn/Train",
        "    <- s3://b/in",
        "  The weakest place on these ways: s3://b/in, publicAccess Public",
    ]


def test_impact_of_what_was_not_wholly_read_says_what_was_not() -> None:
    unread = {"unread": [{"pipeline": "fraud", "why": "AccessDeniedException", "action": "sagemaker:DescribePipeline"}]}

    lines = list(impact_words(impact(nodes=[], weakest=None, coverage=unread), "s3://b/"))

    assert lines[0] == "What learned from s3://b/, and where does it run? Nothing that is known"
    assert lines[-1] == "  fraud  AccessDeniedException"


def test_a_difference_in_words_is_what_changed_by_itself() -> None:
    ends = {"execution": "a1", "status": "Failed"}, {"execution": "b2", "status": "Succeeded"}
    root = {"subject": "step:Train", "path": "run.status", "before": "Failed", "after": "Succeeded", "cause": None}
    echo = {**root, "subject": "step:Evaluate", "cause": {"basis": "upstream"}}
    found = {"from": ends[0], "to": ends[1], "summary": {"changes": 2}, "changes": [root, echo]}

    assert list(diff_words(found)) == [
        "What changed from a1 (Failed) to b2 (Succeeded)? 2 changes, of which by themselves:",
        "  Train  run.status  Failed -> Succeeded",
    ]
