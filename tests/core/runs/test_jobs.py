from typing import Any

import pytest

from chalicelib.aws.reads import Reads, iam_action, method_of
from chalicelib.core.runs.jobs import (
    DESCRIBED,
    describe_question_of,
    follow_ups,
    name_in,
    parse_job,
    same_thing,
    second_question_of,
)
from chalicelib.core.values.model import JobRef
from chalicelib.core.values.redaction import REDACTED
from tests.builders.answers import IMAGE, ROLE, answer, arn_of, at, output_shape, ref, service_model, texts_in

TRAINING = answer(
    "DescribeTrainingJob",
    AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    RoleArn=ROLE,
    ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30},
    BillableTimeInSeconds=131,
    TrainingTimeInSeconds=170,
    TrainingStartTime=at(5),
    TrainingEndTime=at(175),
    FailureReason="AlgorithmError: line one\nline two",
    Environment={"MODE": "full", "HF_TOKEN": "hf-123"},
    HyperParameters={"max_depth": "5", "api_key": "k-123"},
    EnableManagedSpotTraining=True,
)


JOBS = sorted(DESCRIBED.keys() - {"Cluster"})  # which steps run on, and none makes as its job


@pytest.mark.parametrize("kind", DESCRIBED)
def test_each_question_is_one_that_the_service_may_ask_and_aws_understands(kind: str) -> None:
    question = describe_question_of(ref(kind, "x/name"))

    assert question is not None

    operation, arguments = question

    assert operation in Reads._fields

    api = service_model(method_of(operation)[0]).operation_model(iam_action(operation).partition(":")[2])

    assert api.input_shape is not None
    assert set(arguments) == set(api.input_shape.required_members)


@pytest.mark.parametrize("kind", JOBS)
def test_each_kind_reads_keys_that_its_answer_has(kind: str) -> None:
    described = DESCRIBED[kind]
    operation = iam_action(described.operation).removeprefix("sagemaker:")
    members = output_shape(operation).members

    assert {described.name_key, described.arn_key, described.status or described.name_key} <= set(members)


@pytest.mark.parametrize("kind", JOBS)
def test_each_kind_is_read_from_the_barest_answer(kind: str) -> None:
    described = DESCRIBED[kind]
    bare = answer(iam_action(described.operation).removeprefix("sagemaker:"))
    job = parse_job(ref(kind, f"{described.prefix}/some"), bare)

    assert (job.type, job.arn) == (described.prefix, bare[described.arn_key])
    assert parse_job(ref(kind, f"{described.prefix}/some"), {"Unexpected": []}).name == "some"


def test_a_package_is_asked_for_by_its_arn_and_a_job_by_its_name() -> None:
    package = ref("RegisterModel", "model-package/churn/3")

    assert describe_question_of(package) == ("describe_model_package", {"ModelPackageName": package.arn})

    job = ref("TrainingJob", "training-job/train-1")

    assert describe_question_of(job) == ("describe_training_job", {"TrainingJobName": "train-1"})


@pytest.mark.parametrize("kind", ["QualityCheck", "ClarifyCheck"])
def test_a_check_is_asked_for_as_the_processing_job_that_it_is(kind: str) -> None:
    question = describe_question_of(ref(kind, "processing-job/check"))

    assert question == ("describe_processing_job", {"ProcessingJobName": "check"})


@pytest.mark.parametrize("kind", ["Lambda", "BedrockCustomModel", "QuantumJob", "HubContent", "Job"])
def test_nothing_is_asked_of_a_kind_without_a_describe_call(kind: str) -> None:
    assert describe_question_of(ref(kind, "thing/x")) is None
    assert parse_job(ref(kind, "thing/x"), None).name == "x"


def test_auto_ml_is_asked_by_the_call_for_both_versions_and_then_by_the_first_version() -> None:
    job = ref("AutoMLJob", "automl-job/auto")

    assert describe_question_of(job) == ("describe_auto_ml_job_v2", {"AutoMLJobName": "auto"})
    assert second_question_of(job) == ("describe_auto_ml_job", {"AutoMLJobName": "auto"})
    assert second_question_of(ref("TrainingJob", "training-job/t")) is None


def test_training_job_tells_image_instances_role_bill_times_and_settings_without_secrets() -> None:
    job = parse_job(ref("TrainingJob", "training-job/job"), TRAINING)

    assert (job.name, job.status, job.images) == ("job", "Completed", (IMAGE,))
    assert (job.instance_type, job.instance_count, job.role_arn) == ("ml.m5.xlarge", 2, ROLE)
    assert (job.billable_sec, job.start, job.end) == (131, at(5), at(175))
    assert job.failure_reason == "AlgorithmError: line one\nline two"
    assert job.environment == {"MODE": "full", "HF_TOKEN": REDACTED}
    assert job.hyperparameters == {"max_depth": "5", "api_key": REDACTED}
    assert (job.facts["trainingSec"], job.facts["spot"]) == (170, True)


def test_training_in_groups_of_one_type_counts_them_together() -> None:
    groups = [
        {"InstanceType": "ml.m5.large", "InstanceCount": count, "InstanceGroupName": f"g{count}"} for count in (1, 2)
    ]
    job = parse_job(
        ref("TrainingJob", "training-job/job"),
        answer("DescribeTrainingJob", ResourceConfig={"InstanceGroups": groups, "VolumeSizeInGB": 30}),
    )

    assert (job.instance_type, job.instance_count) == ("ml.m5.large", 3)


def test_processing_job_tells_its_exit_message_and_what_it_ran() -> None:
    job = parse_job(
        ref("ProcessingJob", "processing-job/job"),
        answer(
            "DescribeProcessingJob",
            AppSpecification={"ImageUri": IMAGE, "ContainerArguments": ["--password=hunter2", "--rows=3"]},
            ExitMessage="exit 1",
            ProcessingStartTime=at(1),
            ProcessingEndTime=at(9),
        ),
    )

    assert (job.images, job.start, job.end, job.instance_type) == ((IMAGE,), at(1), at(9), "ml.m5.large")
    assert job.facts["exitMessage"] == "exit 1"
    assert job.facts["arguments"] == [f"--password={REDACTED}", "--rows=3"]


def test_tuning_tells_its_best_training_job_and_is_followed_to_it() -> None:
    best = {
        "TrainingJobName": "best-7",
        "TrainingJobArn": arn_of("training-job/best-7"),
        "CreationTime": at(0),
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": {"eta": "0.3"},
        "FinalHyperParameterTuningJobObjectiveMetric": {
            "MetricName": "validation:auc",
            "Value": 0.91,
            "Type": "Maximize",
        },
    }
    described = answer(
        "DescribeHyperParameterTuningJob",
        BestTrainingJob=best,
        TrainingJobDefinitions=[
            {
                "DefinitionName": name,
                "AlgorithmSpecification": {"TrainingImage": f"{IMAGE}-{name}", "TrainingInputMode": "File"},
                "RoleArn": ROLE,
                "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
                "HyperParameterTuningResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
                "StoppingCondition": {},
            }
            for name in ("a", "b")
        ],
    )  # fmt: skip
    tuning = ref("TuningJob", "hyper-parameter-tuning-job/tune")
    job = parse_job(tuning, described)

    assert job.images == (f"{IMAGE}-a", f"{IMAGE}-b")
    assert (job.instance_type, job.instance_count) == ("ml.m5.large", 1)

    shown = job.facts["bestTrainingJob"]

    assert (shown["name"], shown["objectiveValue"], shown["hyperparameters"]) == ("best-7", 0.91, {"eta": "0.3"})
    assert follow_ups(tuning, described) == (ref("TrainingJob", "training-job/best-7"),)


BEST_CANDIDATE = {
    "CandidateName": "candidate-1",
    "FinalAutoMLJobObjectiveMetric": {"MetricName": "F1", "Value": 0.83},
    "ObjectiveStatus": "Succeeded",
    "CandidateSteps": [],
    "CandidateStatus": "Completed",
    "InferenceContainers": [{"Image": IMAGE, "ModelDataUrl": "s3://data/best/model.tar.gz"}],
    "CreationTime": at(0),
    "LastModifiedTime": at(0),
}


@pytest.mark.parametrize("operation", ["DescribeAutoMLJob", "DescribeAutoMLJobV2"])
def test_auto_ml_of_either_version_tells_its_best_candidate(operation: str) -> None:
    job = parse_job(ref("AutoMLJob", "automl-job/auto"), answer(operation, BestCandidate=BEST_CANDIDATE, EndTime=at(9)))
    shown = job.facts["bestCandidate"]

    assert (shown["name"], shown["objectiveName"], shown["objectiveValue"]) == ("candidate-1", "F1", 0.83)
    assert shown["modelData"] == ["s3://data/best/model.tar.gz"]
    assert (job.images, job.end, job.role_arn) == ((IMAGE,), at(9), ROLE)


def test_an_endpoint_is_followed_to_its_configuration_and_that_to_its_models() -> None:
    endpoint = answer("DescribeEndpoint", EndpointConfigName="config-1")
    config = ref("EndpointConfig", "endpoint-config/config-1")

    assert follow_ups(ref("Endpoint", "endpoint/live"), endpoint) == (config,)

    described = answer(
        "DescribeEndpointConfig",
        ProductionVariants=[{"VariantName": "a", "ModelName": "m1"}, {"VariantName": "b", "ModelName": "m1"}],
        ShadowProductionVariants=[{"VariantName": "c", "ModelName": "m2"}],
    )

    assert follow_ups(config, described) == (ref("Model", "model/m1"), ref("Model", "model/m2"))


def test_a_batch_transform_is_followed_to_its_model() -> None:
    followed = follow_ups(ref("TransformJob", "transform-job/t"), answer("DescribeTransformJob", ModelName="m1"))

    assert followed == (ref("Model", "model/m1"),)


def test_names_that_differ_in_case_name_one_thing() -> None:
    assert same_thing(ref("Model", "model/Churn-1")) == same_thing(ref("Model", "model/churn-1"))
    assert same_thing(ref("QualityCheck", "processing-job/p")) == same_thing(ref("ProcessingJob", "processing-job/p"))
    assert same_thing(ref("Model", "model/churn-1")) != same_thing(ref("Model", "model/churn-2"))


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (arn_of("training-job/t-1"), "t-1"),
        (arn_of("model-package/churn/3"), "churn/3"),
        ("arn:aws:lambda:ap-northeast-2:123456789012:function:f", "function:f"),
        ("", ""),
    ],
)
def test_name_stands_at_the_end_of_an_arn(arn: str, name: str) -> None:
    assert name_in(arn) == name


def test_described_name_wins_over_the_one_in_the_arn() -> None:
    job = parse_job(
        JobRef("TrainingJob", arn_of("training-job/lower-case")), TRAINING | {"TrainingJobName": "Lower-Case"}
    )

    assert job.name == "Lower-Case"


def test_no_secret_of_a_description_is_in_the_job() -> None:
    secrets: dict[str, Any] = {"Environment": {"API_KEY": "s3cr3t-1"}, "HyperParameters": {"token": "s3cr3t-2"}}
    job = parse_job(ref("TrainingJob", "training-job/job"), TRAINING | secrets)

    assert not [text for text in texts_in([job.environment, job.hyperparameters, job.facts]) if "s3cr3t" in text]


def test_query_behind_a_processing_input_is_told_without_the_secrets_in_it() -> None:
    athena = {
        "Catalog": "AwsDataCatalog",
        "Database": "sales",
        "QueryString": "SELECT * FROM orders",
        "OutputS3Uri": "s3://data/athena",
        "OutputFormat": "PARQUET",
    }
    inputs = [{"InputName": "orders", "DatasetDefinition": {"AthenaDatasetDefinition": athena}}]
    job = parse_job(
        ref("ProcessingJob", "processing-job/job"), answer("DescribeProcessingJob", ProcessingInputs=inputs)
    )

    assert job.facts["datasets"] == {"orders": {"AthenaDatasetDefinition": athena}}


def test_history_of_a_spot_training_is_told() -> None:
    transitions = [{"Status": "Interrupted", "StartTime": at(3), "StatusMessage": "spot capacity was reclaimed"}]
    described = answer("DescribeTrainingJob", SecondaryStatusTransitions=transitions, LastModifiedTime=at(9))
    job = parse_job(ref("TrainingJob", "training-job/job"), described)

    assert job.facts["secondaryStatusTransitions"] == transitions
    assert job.facts["lastModifiedTime"] == at(9)


def test_model_of_several_containers_tells_each() -> None:
    containers = [
        {"Image": f"{IMAGE}-{name}", "ModelDataUrl": f"s3://data/{name}.tar.gz", "Environment": {"TOKEN": "s3cr3t"}}
        for name in ("a", "b")
    ]
    job = parse_job(ref("Model", "model/m"), answer("DescribeModel", Containers=containers))

    assert [each["modelData"] for each in job.facts["containers"]] == ["s3://data/a.tar.gz", "s3://data/b.tar.gz"]
    assert not [text for text in texts_in(job.facts) if "s3cr3t" in text]
