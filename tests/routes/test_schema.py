"""The feature groups that a pipeline's steps touch: what AWS describes, and nothing that nobody said."""

from typing import Any

from chalicelib.web.handlers import get_schema
from tests.builders.described import problems
from tests.builders.reads import aws_error
from tests.builders.services import ask, pipeline_reads

GROUP_ARN = "arn:aws:sagemaker:ap-northeast-2:123456789012:feature-group/customers"


def writes(*groups: str) -> dict[str, Any]:
    outputs = [{"OutputName": name, "FeatureStoreOutput": {"FeatureGroupName": name}} for name in groups]
    return {"Name": "Ingest", "Type": "Processing", "Arguments": {"ProcessingOutputConfig": {"Outputs": outputs}}}


def described(FeatureGroupName: str, **more: Any) -> dict[str, Any]:
    return {
        "FeatureGroupArn": GROUP_ARN.replace("customers", FeatureGroupName),
        "FeatureGroupName": FeatureGroupName,
        "FeatureDefinitions": [
            {"FeatureName": "id", "FeatureType": "Integral"},
            {"FeatureName": "<b>name</b>", "FeatureType": "String"},
        ],
        **more,
    }


def test_a_feature_group_is_no_table_and_has_its_features_and_its_offline_store_as_a_link() -> None:
    store = {"S3StorageConfig": {"S3Uri": "s3://features", "ResolvedOutputS3Uri": "s3://features/1/customers/data"}}
    reads = pipeline_reads(
        writes("customers"), describe_feature_group=lambda **asked: described(**asked, OfflineStoreConfig=store)
    )
    status, body = ask(get_schema, reads, pipeline="p")

    assert status == 200
    assert problems("Schema", body) == []
    assert body == {
        "tables": [],
        "columns": [],
        "featureGroups": [{"id": GROUP_ARN, "name": "customers", "links": ["s3://features/1/customers/data"]}],
        "features": [
            {"featureGroupId": GROUP_ARN, "name": "id", "type": "Integral"},
            {"featureGroupId": GROUP_ARN, "name": "<b>name</b>", "type": "String"},
        ],
        "warnings": [],
    }


def test_a_group_without_an_offline_store_has_no_link() -> None:
    _, body = ask(get_schema, pipeline_reads(writes("customers"), describe_feature_group=described), pipeline="p")

    assert body["featureGroups"] == [{"id": GROUP_ARN, "name": "customers", "links": []}]


def test_a_group_that_may_not_be_read_is_a_warning_beside_the_others() -> None:
    def describe(FeatureGroupName: str) -> dict[str, Any]:
        if FeatureGroupName == "closed":
            raise aws_error("AccessDeniedException", 403)
        return described(FeatureGroupName)

    reads = pipeline_reads(writes("closed", "customers"), describe_feature_group=describe)
    status, body = ask(get_schema, reads, pipeline="p")

    assert status == 200
    assert [group["name"] for group in body["featureGroups"]] == ["customers"]

    [warning] = body["warnings"]

    assert (warning["code"], warning["action"]) == ("AccessDenied", "sagemaker:DescribeFeatureGroup")
    assert "closed" in warning["resource"]


def test_groups_are_left_out_where_they_are_not_wanted() -> None:
    reads = pipeline_reads(writes("customers"), describe_feature_group=described)

    status, body = ask(get_schema, reads, pipeline="p", include_featurestore="false")

    assert (status, body["featureGroups"], body["features"], body["warnings"]) == (200, [], [], [])


def test_tables_that_nobody_was_asked_about_are_not_told_as_none() -> None:
    _, body = ask(
        get_schema,
        pipeline_reads(writes("customers"), describe_feature_group=described),
        pipeline="p",
        include_sql="true",
    )

    assert (body["tables"], body["columns"]) == ([], [])
    assert [warning["code"] for warning in body["warnings"]] == ["NotRead"]


def test_a_pipeline_that_does_not_exist_is_not_found() -> None:
    gone = aws_error("ResourceNotFound")
    reads = pipeline_reads(describe_pipeline=gone, list_pipeline_executions=gone)

    assert ask(get_schema, reads, pipeline="p")[0] == 404
