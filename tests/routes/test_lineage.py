"""Executions of every kind, from AWS's records to the body of the answer: each fact is in it, and nothing else is."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest

from chalicelib.fetch.cache import Cache
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer
from chalicelib.web.handlers import get_lineage
from chalicelib.web.request import Request, Service
from chalicelib.web.respond import respond
from tests.builders import played
from tests.builders.answers import IMAGE, ROLE, answer, arn_of, at, execution_arn, made, step_record, texts_in
from tests.builders.described import problems
from tests.builders.reads import aws_error, make_reads

PIPELINE = arn_of("pipeline/mlops-pipeline")
PAGE = 50


def processing(name: str, **outputs: str) -> dict[str, Any]:
    written = [{"OutputName": output, "S3Output": {"S3Uri": uri}} for output, uri in outputs.items()]
    return {"Name": name, "Type": "Processing", "Arguments": {"ProcessingOutputConfig": {"Outputs": written}}}


SCORE = processing("Score", evaluation="s3://data/eval") | {
    "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "evaluation.json"}]
}
AUC = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Score.PropertyFiles.Report"}, "Path": "metrics.auc.value"}}
GOOD = {
    "Name": "Good",
    "Type": "Condition",
    "Arguments": {
        "Conditions": [
            {"Type": "GreaterThan", "LeftValue": AUC, "RightValue": {"Get": "Parameters.Threshold"}},
        ],
        "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "churn"}}],
        "ElseSteps": [{"Name": "TooWeak", "Type": "Fail", "Arguments": {"ErrorMessage": "auc too low"}}],
    },
}
TRAIN = {"Name": "Train", "Type": "Training", "Arguments": {"OutputDataConfig": {"S3OutputPath": "s3://data/models"}}}


def body_of(
    steps: Sequence[dict[str, Any]],
    records: Sequence[dict[str, Any]],
    *,
    status: str = "Succeeded",
    reason: str | None = None,
    report: Any = None,
    **reads: Any,
) -> Any:
    """The answer about a pipeline of these steps whose latest execution has these records."""
    parameter = {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.8}
    definition = json.dumps({"Version": "2020-12-01", "Parameters": [parameter], "Steps": steps})
    summary = {"PipelineExecutionArn": execution_arn("e1"), "StartTime": at(-5), "PipelineExecutionStatus": status}
    if reason:
        summary["PipelineExecutionFailureReason"] = reason

    def pages(NextToken: str = "0", **_: Any) -> Mapping[str, Any]:
        first = int(NextToken)
        more = {"NextToken": str(first + PAGE)} if first + PAGE < len(records) else {}
        return {"PipelineExecutionSteps": records[first : first + PAGE], **more}

    fixed: dict[str, Any] = {
        "describe_pipeline": answer(
            "DescribePipeline",
            PipelineArn=PIPELINE,
            PipelineName="mlops-pipeline",
            PipelineDefinition=definition,
            LastModifiedTime=at(-99),
        ),
        "list_tags": {"Tags": []},
        "list_pipeline_executions": answer("ListPipelineExecutions", PipelineExecutionSummaries=[summary]),
        "describe_pipeline_definition_for_execution": {"PipelineDefinition": definition},
        "list_pipeline_parameters_for_execution": {"PipelineParameters": [{"Name": "Threshold", "Value": "0.85"}]},
        "list_pipeline_execution_steps": pages,
        "get_object": lambda **_: {"Body": BytesIO(json.dumps(report).encode())},
    }
    service = Service(
        settings=Settings(deadline_ms=5000, enable_s3_meta=False),
        reads=lambda _region: make_reads(**(fixed | reads)),
        regions=lambda: frozenset({"ap-northeast-2"}),
        cache=Cache(10, time.monotonic),
        tracer=make_tracer({}),
    )
    reply = respond(get_lineage, Request("/lineage", {"pipeline": ["mlops-pipeline"]}, "request-1"), service)
    assert reply.status == 200, reply.body
    body = json.loads(reply.body)
    assert problems("Lineage", body) == []
    return body


def node(body: Any, name: str) -> Any:
    return next(each for each in body["graph"]["nodes"] if each["id"] == name)


def test_failed_execution_says_why_everywhere_that_aws_does() -> None:
    records = [
        step_record("Score", end=60),
        step_record("Train", "Failed", 60, 120, FailureReason="ClientError: one\ntwo", AttemptCount=1,
                    Metadata=made("TrainingJob", "training-job/t")),
    ]  # fmt: skip
    described = answer("DescribeTrainingJob", TrainingJobName="T", TrainingJobStatus="Failed", FailureReason="OOM")
    body = body_of(
        [SCORE, TRAIN], records, status="Failed", reason="Step failure: Train", describe_training_job=described
    )

    assert body["execution"]["failureReason"] == "Step failure: Train"
    assert (body["execution"]["startTime"], body["execution"]["endTime"]) == (
        "2026-03-01T08:59:55+00:00",
        "2026-03-01T09:02:00+00:00",
    )
    assert body["summary"] == {
        "overallStatus": "Failed",
        "nodeStatus": {"Failed": 1, "Succeeded": 1},
        "elapsedSec": 120,
        "lastActivityTime": "2026-03-01T09:02:00+00:00",
    }

    run = node(body, "Train")["run"]

    assert (run["status"], run["failureReason"], run["attempts"]) == ("Failed", "ClientError: one\ntwo", 1)
    assert (run["jobName"], run["job"]["failureReason"]) == ("T", "OOM")


def test_stopped_execution_has_its_end_and_the_steps_that_it_reached() -> None:
    body = body_of([SCORE, TRAIN], [step_record("Score", "Stopped", end=30)], status="Stopped")

    assert body["summary"]["nodeStatus"] == {"Stopped": 1}
    assert body["execution"]["endTime"] == "2026-03-01T09:00:30+00:00"
    assert "run" not in node(body, "Train")


def test_execution_in_progress_has_no_end() -> None:
    records = [step_record("Score", end=60), step_record("Train", "Executing", 90, None)]
    body = body_of([SCORE, TRAIN], records, status="Executing")

    assert (body["execution"]["endTime"], body["summary"]["elapsedSec"]) == (None, 90)
    assert body["summary"]["lastActivityTime"] == "2026-03-01T09:01:00+00:00"
    assert node(body, "Train")["run"]["endTime"] is None


def test_cached_step_shows_what_the_source_execution_really_made() -> None:
    hit = {"SourcePipelineExecutionArn": execution_arn("two-before")}
    records = [step_record("Train", CacheHitResult=hit, Metadata=made("TrainingJob", "training-job/old"))]
    described = answer(
        "DescribeTrainingJob",
        TrainingJobName="old",
        TrainingJobArn=arn_of("training-job/old"),
        ModelArtifacts={"S3ModelArtifacts": "s3://data/models/old/model.tar.gz"},
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 2},
        RoleArn=ROLE,
        BillableTimeInSeconds=131,
        FinalMetricDataList=[{"MetricName": "validation:auc", "Value": 0.63, "Timestamp": at(-900)}],
    )
    shown = node(body_of([TRAIN], records, describe_training_job=described), "Train")

    assert shown["run"]["cachedFrom"] == execution_arn("two-before")
    assert shown["run"]["metrics"] == {"validation:auc": 0.63}
    assert [(port["name"], port["uri"]) for port in shown["outputs"]] == [
        ("model_artifacts", "s3://data/models/old/model.tar.gz")
    ]

    job = shown["run"]["job"]

    assert (job["image"], job["instanceType"], job["instanceCount"]) == (IMAGE, "ml.m5.xlarge", 2)
    assert (job["roleArn"], job["billableSec"]) == (ROLE, 131)


def test_step_retried_three_times_counts_and_tells_every_attempt() -> None:
    records = [
        step_record("Train", status, start, start + 10, AttemptCount=count, **reason)
        for count, (status, start, reason) in enumerate(
            [
                ("Failed", 0, {"FailureReason": "capacity"}),
                ("Failed", 20, {"FailureReason": "throttled"}),
                ("Succeeded", 40, {}),
            ],
            start=1,
        )
    ]
    run = node(body_of([TRAIN], records[::-1]), "Train")["run"]

    assert (run["status"], run["attempts"], run["startTime"]) == ("Succeeded", 3, "2026-03-01T09:00:40+00:00")
    assert [attempt["failureReason"] for attempt in run["earlierAttempts"]] == ["capacity", "throttled"]


@pytest.mark.parametrize(
    ("auc", "outcome", "reached", "passed_by"),
    [(0.7, "False", "TooWeak", "Register"), (0.9, "True", "Register", "TooWeak")],
)
def test_condition_shows_its_outcome_operands_and_the_branch_not_taken(
    auc: float, outcome: str, reached: str, passed_by: str
) -> None:
    records = [
        step_record("Score"),
        step_record("Good", Metadata={"Condition": {"Outcome": outcome}}),
        step_record(reached, "Failed" if reached == "TooWeak" else "Succeeded"),
    ]
    body = body_of([SCORE, GOOD], records, report={"metrics": {"auc": {"value": auc}}})
    run = node(body, "Good")["run"]

    assert run["outcome"] == outcome

    left, right = run["conditions"][0]["leftValue"], run["conditions"][0]["rightValue"]

    assert (left["value"], right["value"]) == (auc, "0.85")
    assert node(body, "Score")["run"]["metrics"] == {"metrics.auc.value": auc}
    assert "run" not in node(body, passed_by)
    assert node(body, passed_by)["branchTaken"] is False
    assert "branchTaken" not in node(body, reached)


def test_hundred_and_twenty_steps_over_three_pages_are_all_there() -> None:
    steps = [processing(f"S{number}") for number in range(120)]
    records = [step_record(f"S{number}", start=number, end=number + 1) for number in range(120)]
    body = body_of(steps, records[::-1])

    assert body["summary"]["nodeStatus"] == {"Succeeded": 120}
    assert body["summary"]["elapsedSec"] == 120
    assert {node(body, f"S{number}")["run"]["elapsedSec"] for number in range(120)} == {1}


def test_unknown_metadata_and_unknown_step_are_shown() -> None:
    content = {"Arn": arn_of("quantum-job/q"), "Qubits": {"Count": 7}}
    records = [step_record("Qubit", Metadata={"QuantumJob": content})]
    body = body_of([{"Name": "Other", "Type": "Training", "Arguments": {}}], records)
    run = node(body, "Qubit")["run"]

    assert (run["details"], run["jobArn"]) == ({"QuantumJob": content}, arn_of("quantum-job/q"))
    assert "UndefinedStep" in {warning["code"] for warning in body["warnings"]}


@pytest.mark.parametrize(
    ("error", "code", "mended_by"),
    [
        ("ResourceNotFound", "ResourceNotFound", None),
        ("AccessDeniedException", "AccessDenied", "sagemaker:DescribeTrainingJob"),
    ],
)
def test_job_that_is_gone_or_may_not_be_read_leaves_the_rest_and_a_warning(
    error: str, code: str, mended_by: str | None
) -> None:
    records = [step_record("Train", Metadata=made("TrainingJob", "training-job/t"))]
    body = body_of([TRAIN], records, describe_training_job=aws_error(error))
    shown = node(body, "Train")

    assert (shown["run"]["jobName"], shown["run"]["metrics"]) == ("t", {})
    assert [port["uri"] for port in shown["outputs"]] == ["s3://data/models/t/output/model.tar.gz"]

    warnings = [warning for warning in body["warnings"] if warning.get("resource") == arn_of("training-job/t")]

    assert [(warning["code"], warning.get("action")) for warning in warnings] == [(code, mended_by)]


@pytest.mark.parametrize("reused", ["SelectiveExecutionResult", "CacheHitResult"])
def test_reused_steps_locations_are_those_of_the_execution_that_made_them(reused: str) -> None:
    def below_run(name: str) -> Any:
        return played.join("s3://data", played.get("Execution.PipelineExecutionId"), name)

    source: dict[str, Any] = {reused: {"SourcePipelineExecutionArn": execution_arn("earlier")}}
    prepared = played.get("Steps.Prepare.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri")
    steps = [
        played.processing("Prepare", {"raw": "s3://data/raw"}, {"out": below_run("prepared")}),
        played.processing("Use", {"in": prepared}, {"out": below_run("used")}),
    ]
    gone: dict[str, Any] = {"Metadata": made("ProcessingJob", "processing-job/earlier-prepare")}
    body = body_of(
        steps,
        [step_record("Prepare", **source, **gone), step_record("Use")],
        describe_processing_job=aws_error("ResourceNotFound"),
    )

    assert [port["uri"] for port in node(body, "Prepare")["outputs"]] == ["s3://data/earlier/prepared"]
    assert [port["uri"] for port in node(body, "Use")["inputs"]] == ["s3://data/earlier/prepared"]
    assert [port["uri"] for port in node(body, "Use")["outputs"]] == ["s3://data/e1/used"]


def reused(**reads: Any) -> Any:
    """The answer about a step that a selective execution took over from one with another threshold."""
    values = {execution_arn("e1"): "0.9", execution_arn("earlier"): "0.7"}

    def values_of(PipelineExecutionArn: str, **_: Any) -> Any:
        return {"PipelineParameters": [{"Name": "Threshold", "Value": values[PipelineExecutionArn]}]}

    there = played.join("s3://data", played.get("Parameters.Threshold"))
    made_there = played.get("Steps.Prepare.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri")
    steps = [
        played.processing("Prepare", {"raw": "s3://data/raw"}, {"out": there}),
        played.processing(
            "Use", {"in": made_there}, {"out": played.join("s3://used", played.get("Parameters.Threshold"))}
        ),
    ]
    source: Any = {"SelectiveExecutionResult": {"SourcePipelineExecutionArn": execution_arn("earlier")}}
    records = [step_record("Prepare", **source), step_record("Use")]
    return body_of(steps, records, **({"list_pipeline_parameters_for_execution": values_of} | reads))


def test_reused_step_is_shown_with_the_values_of_the_execution_that_it_ran_in() -> None:
    body = reused()

    assert [(port["uri"], port["resolution"]) for port in node(body, "Prepare")["outputs"]] == [
        ("s3://data/0.7", "execution value")
    ]
    assert [port["uri"] for port in node(body, "Use")["inputs"]] == ["s3://data/0.7"]
    assert [port["uri"] for port in node(body, "Use")["outputs"]] == ["s3://used/0.9"]
    assert body["pipeline"]["parameters"] == {"Threshold": "0.9"}


def test_values_of_a_reused_steps_execution_that_may_not_be_read_are_a_warning_with_the_action() -> None:
    def refused(PipelineExecutionArn: str, **_: Any) -> Any:
        if PipelineExecutionArn == execution_arn("earlier"):
            raise aws_error("AccessDeniedException")
        return {"PipelineParameters": [{"Name": "Threshold", "Value": "0.9"}]}

    body = reused(list_pipeline_parameters_for_execution=refused)

    assert [port["uri"] for port in node(body, "Prepare")["outputs"]] == [
        "s3://data/${Steps.Prepare.Parameters.Threshold}"
    ]
    assert [port["uri"] for port in node(body, "Use")["outputs"]] == ["s3://used/0.9"]
    (warning,) = [each for each in body["warnings"] if each["resource"] == execution_arn("earlier")]
    assert warning["action"] == "sagemaker:ListPipelineParametersForExecution"
    assert "what a reused step was given" in warning["message"]


def test_nothing_secret_in_the_records_is_in_the_answer() -> None:
    presigned = "https://b.s3.amazonaws.com/k?X-Amz-Signature=s3cr3t&X-Amz-Credential=s3cr3t"
    callback = {"CallbackToken": "s3cr3t-token", "SqsQueueUrl": "https://sqs/q", "OutputParameters": []}
    records = [
        step_record("Train", Metadata=made("TrainingJob", "training-job/t"), FailureReason=f"see {presigned}"),
        step_record("Wait", "Executing", end=None, Metadata={"Callback": callback}),
    ]
    described = answer(
        "DescribeTrainingJob",
        Environment={"API_KEY": "s3cr3t", "PLAIN": "shown"},
        HyperParameters={"password": "s3cr3t", "depth": "5"},
        FailureReason=f"could not fetch {presigned}",
    )
    wait = {"Name": "Wait", "Type": "Callback", "SqsQueueUrl": "https://sqs/q", "Arguments": {}}
    body = body_of([TRAIN, wait], records, status="Executing", describe_training_job=described)

    assert not [text for text in texts_in(body) if "s3cr3t" in text]
    assert node(body, "Train")["run"]["job"]["environment"]["PLAIN"] == "shown"


def test_iterations_of_a_loop_are_counted_and_listed_under_their_body() -> None:
    loop = {"Name": "Loop", "Type": "ForEach", "Arguments": {"IterableItems": ["eu", "us"], "ForEachBody": [TRAIN]}}
    records = [
        step_record("Loop", "Failed", 0, 95, Metadata={"ForEach": {"Status": "Failed", "InputItemCount": 2}}),
        *(
            step_record(
                f"Train-{index}",
                status,
                IterationContext={"ParentStepName": "Loop", "Index": index, "Item": item},
                Metadata=made("TrainingJob", f"training-job/{item}"),
            )
            for index, (status, item) in enumerate([("Succeeded", "eu"), ("Failed", "us")])
        ),
    ]

    def described(TrainingJobName: str) -> dict[str, Any]:
        metric = {"MetricName": "auc", "Value": {"eu": 0.8, "us": 0.4}[TrainingJobName]}
        return answer("DescribeTrainingJob", TrainingJobName=TrainingJobName, FinalMetricDataList=[metric])

    body = body_of([loop], records, status="Failed", describe_training_job=described)

    assert body["summary"]["nodeStatus"] == {"Failed": 2}
    assert node(body, "Loop")["run"]["details"]["ForEach"]["inputItemCount"] == 2

    run = node(body, "Train")["run"]

    assert (run["status"], run["iterations"]) == ("Failed", {"Failed": 1, "Succeeded": 1})
    assert [(each["item"], each["jobName"], each["metrics"]) for each in run["iterationRuns"]] == [
        ("eu", "eu", {"auc": 0.8}),
        ("us", "us", {"auc": 0.4}),
    ]


def test_registered_package_shows_its_present_approval_and_the_endpoint_that_serves_it() -> None:
    package = arn_of("model-package/churn/3")
    steps = [
        {"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "churn"}},
        {"Name": "Deploy", "Type": "Endpoint", "Arguments": {"EndpointName": "live", "EndpointConfigName": "config"}},
    ]
    records = [
        step_record("Register", Metadata=made("RegisterModel", "model-package/churn/3")),
        step_record("Deploy", Metadata=made("Endpoint", "endpoint/live")),
    ]
    body = body_of(
        steps,
        records,
        describe_model_package=answer(
            "DescribeModelPackage",
            ModelApprovalStatus="Rejected",
            LastModifiedTime=at(9000),
            LastModifiedBy={"UserProfileName": "bob"},
        ),
        describe_endpoint=answer("DescribeEndpoint", EndpointConfigName="config"),
        describe_endpoint_config=answer("DescribeEndpointConfig"),
        describe_model=answer("DescribeModel", PrimaryContainer={"ModelPackageName": package}),
    )
    registry = node(body, "Register")["registry"]

    assert (registry["modelPackageArn"], registry["modelPackageGroup"], registry["version"]) == (package, "churn", 3)
    assert (registry["approvalStatus"], registry["lastModifiedBy"]) == ("Rejected", {"userProfile": "bob"})
    assert registry["lastModifiedTime"] == "2026-03-01T11:30:00+00:00"
    assert [(each["endpointName"], each["knownBy"]) for each in registry["endpoints"]] == [("live", "modelPackage")]


PEOPLE = {"employees": "Kim, Lee and Park", "metrics": {"auc": {"value": 0.91}}, "address": {"kim@example.com": 1}}


def gate(**place: Any) -> dict[str, Any]:
    condition = {"Type": "Equals", "LeftValue": {"Std:JsonGet": {**place, "Path": "employees"}}, "RightValue": "x"}
    return {
        "Name": "Gate",
        "Type": "Condition",
        "Arguments": {"Conditions": [condition], "IfSteps": [], "ElseSteps": []},
    }


def test_text_of_a_report_never_leaves_and_its_numbers_do() -> None:
    steps = [SCORE, gate(PropertyFile={"Get": "Steps.Score.PropertyFiles.Report"})]

    body = body_of(steps, [step_record("Score"), step_record("Gate")], report=PEOPLE)

    assert node(body, "Score")["run"]["metrics"] == {"metrics.auc.value": 0.91}
    assert "value" not in node(body, "Gate")["run"]["conditions"][0]["leftValue"]
    assert not any(word in json.dumps(body) for word in ("Kim", "kim@"))


@pytest.mark.parametrize("output", ["s3://hr-bucket", "s3://hr-bucket/any"])
def test_an_object_that_a_condition_names_is_not_asked_for(output: str) -> None:
    steps = [processing("Score", out=output), gate(S3Uri="s3://hr-bucket/any/where/people-evaluation/x.json")]
    asked: list[Any] = []

    body = body_of(steps, [step_record("Score"), step_record("Gate")], get_object=lambda **args: asked.append(args))

    assert asked == []
    assert "value" not in node(body, "Gate")["run"]["conditions"][0]["leftValue"]


def test_a_report_is_asked_for_as_the_accounts_own() -> None:
    asked: list[Any] = []

    def get_object(**arguments: Any) -> Any:
        asked.append(arguments)
        return {"Body": BytesIO(b"{}")}

    body_of([SCORE], [step_record("Score")], get_object=get_object)

    place = {"Bucket": "data", "Key": "eval/evaluation.json", "ExpectedBucketOwner": PIPELINE.split(":")[4]}

    assert asked == [place]


@pytest.mark.parametrize(("written", "code"), [(at(-60), ["ReportOlderThanRun"]), (at(60), [])])
def test_file_that_lay_there_before_the_run_is_not_its_report(written: Any, code: list[str]) -> None:
    content = {"Body": BytesIO(json.dumps(PEOPLE).encode()), "LastModified": written}

    body = body_of([SCORE], [step_record("Score")], get_object=lambda **_: content)

    assert [warning["code"] for warning in body["warnings"] if warning["resource"]] == code
    assert bool(node(body, "Score")["run"]["metrics"]) == (not code)


def test_reports_nested_deeply_and_numerals_without_end_are_one_warning() -> None:
    for report in (b'{"a":' * 20_000, b'{"a": ' + b"7" * 5000 + b"}", b"not json"):
        body = body_of([SCORE], [step_record("Score")], get_object=lambda _is=report, **_: {"Body": BytesIO(_is)})
        assert "UnreadableReport" in [warning["code"] for warning in body["warnings"]]
