"""What each type of step leaves behind, read back by unmodified boto3 and held against botocore's own model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

import sandbox
from tests.builders.every_step import EVERY_STEP
from tests.builders.played import BUCKET, IMAGE

# The Describe operation for each key of a step's metadata, and where the name stands in the ARN.
DESCRIBES = {
    "ProcessingJob": ("describe_processing_job", "ProcessingJobName"),
    "TrainingJob": ("describe_training_job", "TrainingJobName"),
    "TuningJob": ("describe_hyper_parameter_tuning_job", "HyperParameterTuningJobName"),
    "AutoMLJob": ("describe_auto_ml_job_v2", "AutoMLJobName"),
    "Model": ("describe_model", "ModelName"),
    "TransformJob": ("describe_transform_job", "TransformJobName"),
    "RegisterModel": ("describe_model_package", "ModelPackageName"),
    "EndpointConfig": ("describe_endpoint_config", "EndpointConfigName"),
    "Endpoint": ("describe_endpoint", "EndpointName"),
    "InferenceComponent": ("describe_inference_component", "InferenceComponentName"),
    "Job": ("describe_job", "JobName"),
}


DESCRIBED = (
    "Prepare",
    "Train",
    "Tune",
    "Auto",
    "AutoTwo",
    "Make",
    "Score",
    "Register",
    "Configure",
    "Serve",
    "Add",
    "Evaluate",
)


@pytest.fixture(scope="module")
def account() -> Iterator[sandbox.Account]:
    with sandbox.account() as opened:
        opened.put_pipeline(EVERY_STEP, "all")
        opened.run("all", metrics={"Train": {"validation:auc": 0.875}}, outputs={"Call": {"ticket": "T-1"}})
        yield opened


@pytest.fixture(scope="module")
def sagemaker(account: sandbox.Account) -> Any:
    return account.client("sagemaker")


@pytest.fixture(scope="module")
def steps(sagemaker: Any) -> dict[str, dict[str, Any]]:
    arn = sagemaker.list_pipeline_executions(PipelineName="all")["PipelineExecutionSummaries"][0][
        "PipelineExecutionArn"
    ]
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    return {one["StepName"]: one for one in listed}


def described(sagemaker: Any, entry: dict[str, Any]) -> dict[str, Any]:
    """What Describe says of the job that a step's metadata names."""
    ((key, made),) = entry["Metadata"].items()
    operation, name = DESCRIBES[key]
    extra = {"JobCategory": "AgentRFTEvaluation"} if key == "Job" else {}
    found: dict[str, Any] = getattr(sagemaker, operation)(
        **{name: made["Arn"] if key == "RegisterModel" else made["Arn"].rsplit("/", 1)[-1]}, **extra
    )
    return found


def test_every_type_of_step_succeeds(steps: dict[str, dict[str, Any]]) -> None:
    assert {name: one["StepStatus"] for name, one in steps.items()} == {
        one["Name"]: "Succeeded" for one in EVERY_STEP["Steps"]
    }


def test_each_step_carries_the_metadata_of_its_type(steps: dict[str, dict[str, Any]]) -> None:
    keys = {name: list(one.get("Metadata", {})) for name, one in steps.items()}

    assert keys == {
        "Prepare": ["ProcessingJob"],
        "Train": ["TrainingJob"],
        "Tune": ["TuningJob"],
        "Auto": ["AutoMLJob"],
        "AutoTwo": ["AutoMLJob"],
        "Make": ["Model"],
        "Score": ["TransformJob"],
        "Register": ["RegisterModel"],
        "Configure": ["EndpointConfig"],
        "Serve": ["Endpoint"],
        "Add": ["InferenceComponent"],
        "Call": ["Lambda"],
        "Ask": ["Callback"],
        "Drift": ["QualityCheck"],
        "Bias": ["ClarifyCheck"],
        "Spark": ["EMR"],
        "Serverless": ["EMRServerless"],
        "Query": ["Athena"],
        "Hub": ["HubContent"],
        "Custom": ["BedrockCustomModel"],
        "State": ["Lineage"],
        "Evaluate": ["Job"],
        "After": ["Lambda"],
        "Unheard": [],
    }


@pytest.mark.parametrize("name", DESCRIBED)
def test_described_job_is_what_the_service_model_promises(sagemaker: Any, steps: dict[str, Any], name: str) -> None:
    answer = described(sagemaker, steps[name])
    ((key, _),) = steps[name]["Metadata"].items()
    model: Any = botocore.session.get_session().get_service_model("sagemaker")
    operation = sagemaker.meta.method_to_api_mapping[DESCRIBES[key][0]]
    shape = model.operation_model(operation).output_shape
    del answer["ResponseMetadata"]

    assert ParamValidator().validate(answer, shape).generate_report() == ""


def test_listed_steps_are_what_the_service_model_promises(steps: dict[str, Any]) -> None:
    model: Any = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model("ListPipelineExecutionSteps").output_shape
    listed = {"PipelineExecutionSteps": list(steps.values())}

    assert ParamValidator().validate(listed, shape).generate_report() == ""


def test_references_are_resolved_in_the_job(sagemaker: Any, steps: dict[str, Any]) -> None:
    train = described(sagemaker, steps["Train"])
    made = described(sagemaker, steps["Make"])
    scored = described(sagemaker, steps["Score"])

    assert train["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == f"{BUCKET}/train"
    assert made["PrimaryContainer"]["ModelDataUrl"] == train["ModelArtifacts"]["S3ModelArtifacts"]
    assert scored["ModelName"] == made["ModelName"]


def test_training_job_has_its_metrics_and_times(sagemaker: Any, steps: dict[str, Any]) -> None:
    train = described(sagemaker, steps["Train"])

    assert [(one["MetricName"], one["Value"]) for one in train["FinalMetricDataList"]] == [("validation:auc", 0.875)]
    assert train["TrainingEndTime"] == steps["Train"]["EndTime"]
    assert train["BillableTimeInSeconds"] == 170


def test_best_training_job_of_a_tuning_is_the_one_with_the_best_objective(
    sagemaker: Any, steps: dict[str, Any]
) -> None:
    tuned = described(sagemaker, steps["Tune"])
    best = tuned["BestTrainingJob"]
    found = sagemaker.describe_training_job(TrainingJobName=best["TrainingJobName"])
    value = best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]

    assert [one["Value"] for one in found["FinalMetricDataList"]] == [value]
    assert found["TuningJobArn"] == tuned["HyperParameterTuningJobArn"]
    assert set(best["TunedHyperParameters"]) == {"eta", "max_depth", "booster"}
    assert tuned["TrainingJobStatusCounters"]["Completed"] == 2

    package = described(sagemaker, steps["Register"])
    url = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]

    assert url == found["ModelArtifacts"]["S3ModelArtifacts"]


def test_automl_job_of_the_first_api_is_found_by_both(sagemaker: Any, steps: dict[str, Any]) -> None:
    name = steps["Auto"]["Metadata"]["AutoMLJob"]["Arn"].rsplit("/", 1)[-1]
    first = sagemaker.describe_auto_ml_job(AutoMLJobName=name)
    second = sagemaker.describe_auto_ml_job_v2(AutoMLJobName=name)

    assert first["BestCandidate"] == second["BestCandidate"]
    assert first["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]["MetricName"] == "F1"

    later = steps["AutoTwo"]["Metadata"]["AutoMLJob"]["Arn"].rsplit("/", 1)[-1]
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_auto_ml_job(AutoMLJobName=later)


def test_outputs_of_a_function_reach_the_steps_that_read_them(steps: dict[str, Any]) -> None:
    parameters = steps["Call"]["Metadata"]["Lambda"]["OutputParameters"]

    assert {"Name": "ticket", "Value": "T-1"} in parameters
    assert {one["Name"] for one in parameters} == {"ticket", "rows"}


def test_check_steps_name_their_job_and_baselines(sagemaker: Any, steps: dict[str, Any]) -> None:
    drift, bias = steps["Drift"]["Metadata"]["QualityCheck"], steps["Bias"]["Metadata"]["ClarifyCheck"]
    job = sagemaker.describe_processing_job(ProcessingJobName=drift["CheckJobArn"].rsplit("/", 1)[-1])

    assert job["ProcessingInputs"][0]["S3Input"]["S3Uri"] == f"{BUCKET}/train"
    assert drift["CalculatedBaselineStatistics"] == f"{BUCKET}/drift/statistics.json"
    assert bias["CalculatedBaselineConstraints"] == f"{BUCKET}/bias/analysis.json"
    assert "CalculatedBaselineStatistics" not in bias


def test_run_leaves_its_objects(account: sandbox.Account, sagemaker: Any, steps: dict[str, Any]) -> None:
    listed = account.client("s3").list_objects_v2(Bucket="play-data")["Contents"]
    keys = {f"{BUCKET}/{one['Key']}" for one in listed}
    archive = described(sagemaker, steps["Train"])["ModelArtifacts"]["S3ModelArtifacts"]

    assert {
        f"{BUCKET}/train/part-00000.csv",
        archive,
        f"{BUCKET}/scores/test.out",
        f"{BUCKET}/drift/statistics.json",
    } <= keys


def test_endpoint_shows_the_variants_of_its_configuration(sagemaker: Any, steps: dict[str, Any]) -> None:
    served = described(sagemaker, steps["Serve"])

    assert [one["VariantName"] for one in served["ProductionVariants"]] == ["all"]
    assert served["EndpointStatus"] == "InService"


@pytest.mark.parametrize(
    ("operation", "name", "code"),
    [
        ("describe_training_job", "TrainingJobName", "ResourceNotFound"),
        ("describe_processing_job", "ProcessingJobName", "ResourceNotFound"),
        ("describe_transform_job", "TransformJobName", "ResourceNotFound"),
        ("describe_hyper_parameter_tuning_job", "HyperParameterTuningJobName", "ResourceNotFound"),
        ("describe_auto_ml_job", "AutoMLJobName", "ResourceNotFound"),
        ("describe_auto_ml_job_v2", "AutoMLJobName", "ResourceNotFound"),
        ("describe_feature_group", "FeatureGroupName", "ResourceNotFound"),
        ("describe_model", "ModelName", "ValidationException"),
        ("describe_model_package", "ModelPackageName", "ValidationException"),
        ("describe_endpoint", "EndpointName", "ValidationException"),
        ("describe_endpoint_config", "EndpointConfigName", "ValidationException"),
        ("describe_inference_component", "InferenceComponentName", "ValidationException"),
    ],
)
def test_missing_thing_is_reported_with_the_code_of_aws(sagemaker: Any, operation: str, name: str, code: str) -> None:
    with pytest.raises(sagemaker.exceptions.ClientError) as refused:
        getattr(sagemaker, operation)(**{name: "gone"})

    assert refused.value.response["Error"]["Code"] == code


def test_tags_of_what_is_not_there_are_an_error_and_no_stack(sagemaker: Any) -> None:
    with pytest.raises(sagemaker.exceptions.ClientError) as refused:
        sagemaker.list_tags(ResourceArn="arn:aws:sagemaker:ap-northeast-2:123456789012:pipeline/gone")

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_image_of_the_registered_model_has_its_digest(sagemaker: Any, steps: dict[str, Any]) -> None:
    container = described(sagemaker, steps["Register"])["InferenceSpecification"]["Containers"][0]

    assert container["Image"] == IMAGE
    assert container["ImageDigest"].startswith("sha256:")
