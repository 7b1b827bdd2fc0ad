"""The sandbox's own pipelines, written with the SageMaker SDK, version 2."""

from __future__ import annotations

from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput, TransformInput
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.transformer import Transformer
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, IntegerParameter
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
from sagemaker.workflow.step_collections import RegisterModel
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TransformStep, TuningStep

from definitions.offline import ACCOUNT, CODE_BUCKET, REGION, ROLE, boto_session
from definitions.scripts import script

REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
MAIN_BUCKET = "my-mlops-dev2-v2-main-data"
REPORT_BUCKET = "my-mlops-dev2-v2-reports"
PUBLIC_BUCKET = "my-mlops-public-assets"
PARTNER_BUCKET = "partner-restricted-data"
RETIRED_BUCKET = "retired-scratch-bucket"
MAIN_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111aaaa-22bb-33cc-44dd-5555eeee6666"

IN = "/opt/ml/processing/input"
OUT = "/opt/ml/processing/output"


def session() -> PipelineSession:
    """A session without a network; the SDK "uploads" code to SageMaker's default bucket."""
    return PipelineSession(boto_session=boto_session(), default_bucket=CODE_BUCKET)


def processor(session: PipelineSession, image: Any, instance_type: Any, output_key: str | None) -> ScriptProcessor:
    """A container that runs a script."""
    return ScriptProcessor(
        role=ROLE,
        image_uri=image,
        command=["python3"],
        instance_count=1,
        instance_type=instance_type,
        volume_kms_key=MAIN_KEY,
        output_kms_key=output_key,
        sagemaker_session=session,
    )


def reads(name: str, source: Any) -> ProcessingInput:
    """A processing input called `name`."""
    return ProcessingInput(source=source, destination=f"{IN}/{name}", input_name=name)


def writes(name: str, destination: Any) -> ProcessingOutput:
    """A processing output called `name`."""
    return ProcessingOutput(output_name=name, source=f"{OUT}/{name}", destination=destination)


def mlops_pipeline(session: PipelineSession) -> Pipeline:
    """Raw data to a registered model: the pipeline of `make demo`."""
    bucket = ParameterString("DataBucket", default_value=MAIN_BUCKET)
    report_bucket = ParameterString("ReportBucket", default_value=REPORT_BUCKET)
    prefix = ParameterString("Prefix", default_value="pipelines/mlops")
    instance_type = ParameterString("InstanceType", default_value="ml.m5.xlarge")
    image = ParameterString("ImageUri", default_value=f"{REGISTRY}/mlops-xgboost:1.7-1")
    threshold = ParameterFloat("AucThreshold", default_value=0.6)
    package_group = ParameterString("ModelPackageGroupName", default_value="mlops-churn")

    def location(*parts: str) -> Join:
        return Join(on="/", values=["s3:/", bucket, prefix, *parts])

    encrypting = processor(session, image, instance_type, MAIN_KEY)
    extract = ProcessingStep(
        name="Extract",
        display_name="Extract raw customers",
        step_args=encrypting.run(
            code=script("extract.py"),
            inputs=[reads("raw", location("raw"))],
            outputs=[
                writes("customers", location("extracted", "customers")),
                writes("profile", location("extracted", "profile")),
            ],
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )
    extracted = extract.properties.ProcessingOutputConfig.Outputs
    validate = ProcessingStep(
        name="Validate",
        display_name="Validate the extract",
        step_args=processor(session, image, instance_type, None).run(
            code=script("validate.py"),
            inputs=[
                reads("customers", extracted[0].S3Output.S3Uri),
                reads("profile", extracted["profile"].S3Output.S3Uri),
            ],
            outputs=[writes("report", Join(on="/", values=["s3:/", report_bucket, prefix, "validation"]))],
        ),
    )
    preprocess = ProcessingStep(
        name="Preprocess",
        display_name="Split into train, validation and test",
        step_args=encrypting.run(
            code=script("preprocess.py"),
            inputs=[reads("customers", extracted["customers"].S3Output.S3Uri)],
            outputs=[writes(part, location("preprocessed", part)) for part in ("train", "validation", "test")],
            arguments=["--test-size", "0.2"],
        ),
    )
    preprocessed = preprocess.properties.ProcessingOutputConfig.Outputs
    estimator = Estimator(
        image_uri=image,
        role=ROLE,
        instance_count=1,
        instance_type=instance_type,
        output_path=location("models"),
        output_kms_key=MAIN_KEY,
        volume_kms_key=MAIN_KEY,
        enable_network_isolation=True,
        encrypt_inter_container_traffic=True,
        disable_profiler=True,
        debugger_hook_config=False,
        max_run=3600,
        hyperparameters={"objective": "binary:logistic", "eval_metric": "auc", "num_round": 120, "max_depth": 5},
        metric_definitions=[
            {"Name": "train:auc", "Regex": r".*train-auc:([0-9\.]+).*"},
            {"Name": "validation:auc", "Regex": r".*validation-auc:([0-9\.]+).*"},
        ],
        sagemaker_session=session,
    )
    train = TrainingStep(
        name="Train",
        display_name="Train XGBoost",
        step_args=estimator.fit(
            {
                "train": TrainingInput(preprocessed["train"].S3Output.S3Uri, content_type="text/csv"),
                "validation": TrainingInput(preprocessed[1].S3Output.S3Uri, content_type="text/csv"),
            }
        ),
        depends_on=[validate],
    )
    model_data = train.properties.ModelArtifacts.S3ModelArtifacts
    evaluation = PropertyFile(name="EvaluationReport", output_name="evaluation", path="evaluation.json")
    evaluate = ProcessingStep(
        name="Evaluate",
        display_name="Evaluate on the test split",
        step_args=encrypting.run(
            code=script("evaluate.py"),
            inputs=[reads("model", model_data), reads("test", preprocessed["test"].S3Output.S3Uri)],
            outputs=[writes("evaluation", location("evaluation"))],
        ),
        property_files=[evaluation],
    )
    # The usual way to hand metrics to the registry: the location spelt out, and no reference to the step.
    statistics = Join(on="/", values=[location("evaluation"), "evaluation.json"])
    register = RegisterModel(
        name="RegisterModel",
        display_name="Register the model",
        estimator=estimator,
        model_data=model_data,
        image_uri=image,
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large", "ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name=package_group,
        approval_status="PendingManualApproval",
        model_metrics=ModelMetrics(model_statistics=MetricsSource(content_type="application/json", s3_uri=statistics)),
    )
    quality = ConditionStep(
        name="ModelQualityCheck",
        display_name="Is the model good enough?",
        conditions=[
            ConditionGreaterThanOrEqualTo(
                left=JsonGet(
                    step_name=evaluate.name,
                    property_file=evaluation,
                    json_path="binary_classification_metrics.auc.value",
                ),
                right=threshold,
            )
        ],
        if_steps=[register],
        else_steps=[],
    )
    return Pipeline(
        name="mlops-pipeline",
        parameters=[bucket, report_bucket, prefix, instance_type, image, threshold, package_group],
        steps=[extract, validate, preprocess, train, evaluate, quality],
        sagemaker_session=session,
    )


def churn_retrain(session: PipelineSession) -> Pipeline:
    """Weekly retraining on a bucket with plain SSE-S3, with a lookup table out of a public bucket."""
    work = ParameterString("WorkLocation", default_value=f"s3://{REPORT_BUCKET}/churn")
    lookup = ParameterString("LookupUri", default_value=f"s3://{PUBLIC_BUCKET}/lookup/postal-codes.csv")
    max_depth = ParameterInteger("MaxDepth", default_value=6)
    threshold = ParameterFloat("MinimumAuc", default_value=0.7)
    image = f"{REGISTRY}/churn:2.1"

    def location(*parts: str) -> Join:
        return Join(on="/", values=[work, *parts])

    plain = processor(session, image, "ml.m5.large", None)
    features = ProcessingStep(
        name="BuildFeatures",
        step_args=plain.run(
            code=script("build_features.py"),
            inputs=[
                reads("customers", f"s3://{MAIN_BUCKET}/pipelines/mlops/extracted/customers"),
                reads("lookup", lookup),
            ],
            outputs=[writes("features", location("features"))],
        ),
    )
    estimator = Estimator(
        image_uri=image,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.2xlarge",
        output_path=location("models"),
        checkpoint_s3_uri=f"s3://{REPORT_BUCKET}/churn/checkpoints",
        disable_profiler=True,
        debugger_hook_config=False,
        use_spot_instances=True,
        max_run=3600,
        max_wait=7200,
        hyperparameters={"max_depth": max_depth, "num_round": 200},
        sagemaker_session=session,
    )
    train = TrainingStep(
        name="TrainChurn",
        step_args=estimator.fit(
            {"train": TrainingInput(features.properties.ProcessingOutputConfig.Outputs["features"].S3Output.S3Uri)}
        ),
        retry_policies=[
            StepRetryPolicy(
                exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
                interval_seconds=10,
                backoff_rate=2.0,
                max_attempts=3,
            )
        ],
    )
    report = PropertyFile(name="ChurnReport", output_name="evaluation", path="evaluation.json")
    evaluate = ProcessingStep(
        name="EvaluateChurn",
        step_args=plain.run(
            code=script("evaluate_churn.py"),
            inputs=[
                reads("model", train.properties.ModelArtifacts.S3ModelArtifacts),
                reads("features", location("features")),
            ],
            outputs=[writes("evaluation", location("evaluation"))],
        ),
        property_files=[report],
    )
    model = Model(
        image_uri=image,
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        sagemaker_session=session,
    )
    create = ModelStep(name="Churn", step_args=model.create(instance_type="ml.m5.large"))
    reject = FailStep(
        name="RejectModel",
        error_message=Join(on=" ", values=["AUC is under", threshold, "in", ExecutionVariables.PIPELINE_EXECUTION_ID]),
    )
    check = ConditionStep(
        name="GoodEnough",
        conditions=[
            ConditionGreaterThanOrEqualTo(
                left=JsonGet(
                    step_name=evaluate.name,
                    property_file=report,
                    json_path="binary_classification_metrics.auc.value",
                ),
                right=threshold,
            )
        ],
        if_steps=[create],
        else_steps=[reject],
    )
    return Pipeline(
        name="churn-retrain",
        parameters=[work, lookup, max_depth, threshold],
        steps=[features, train, evaluate, check],
        sagemaker_session=session,
    )


def nightly_scoring(session: PipelineSession) -> Pipeline:
    """A partner's records scored every night, and the scores published where anyone can read them."""
    scored_on = ParameterString("ScoredOn", default_value="2026-03-01")
    model_data = ParameterString(
        "ModelDataUrl", default_value=f"s3://{MAIN_BUCKET}/pipelines/mlops/models/champion/model.tar.gz"
    )
    image = f"{REGISTRY}/mlops-xgboost:1.7-1"
    model = Model(image_uri=image, model_data=model_data, role=ROLE, sagemaker_session=session)
    create = ModelStep(name="Scorer", step_args=model.create(instance_type="ml.m5.xlarge"))
    scores = Join(on="/", values=[f"s3://{MAIN_BUCKET}/scoring", scored_on, "scores"])
    transformer = Transformer(
        model_name=create.properties.ModelName,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path=scores,
        output_kms_key=MAIN_KEY,
        assemble_with="Line",
        accept="text/csv",
        sagemaker_session=session,
    )
    score = TransformStep(
        name="Score",
        step_args=transformer.transform(
            data=Join(on="/", values=[f"s3://{PARTNER_BUCKET}/records", scored_on]),
            content_type="text/csv",
            split_type="Line",
        ),
    )
    publish = ProcessingStep(
        name="Publish",
        step_args=processor(session, image, "ml.m5.large", None).run(
            code=script("publish.py"),
            inputs=[reads("scores", score.properties.TransformOutput.S3OutputPath)],
            outputs=[writes("summary", f"s3://{PUBLIC_BUCKET}/scores/summary")],
        ),
    )
    return Pipeline(
        name="nightly-scoring",
        parameters=[scored_on, model_data],
        steps=[create, score, publish],
        sagemaker_session=session,
    )


def fraud_experiment(session: PipelineSession) -> Pipeline:
    """An idea that nobody has run yet, on a bucket that somebody has deleted since."""
    sample = ParameterInteger("SampleSize", default_value=10000)
    label = ParameterString("LabelColumn")
    image = f"{REGISTRY}/fraud:0.3"
    prepare = ProcessingStep(
        name="Sample",
        step_args=processor(session, image, "ml.t3.medium", None).run(
            code=script("sample.py"),
            inputs=[reads("transactions", f"s3://{RETIRED_BUCKET}/transactions/2025")],
            outputs=[writes("sample", f"s3://{RETIRED_BUCKET}/fraud/sample")],
            arguments=["--rows", sample.to_string(), "--label", label],
        ),
    )
    estimator = Estimator(
        image_uri=image,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path=f"s3://{RETIRED_BUCKET}/fraud/models",
        disable_profiler=True,
        debugger_hook_config=False,
        sagemaker_session=session,
    )
    tuner = HyperparameterTuner(
        estimator=estimator,
        objective_metric_name="validation:f1",
        metric_definitions=[{"Name": "validation:f1", "Regex": "f1=([0-9.]+)"}],
        hyperparameter_ranges={"eta": ContinuousParameter(0.01, 0.3), "max_depth": IntegerParameter(3, 9)},
        max_jobs=6,
        max_parallel_jobs=2,
    )
    tune = TuningStep(
        name="Tune",
        step_args=tuner.fit(
            {"train": TrainingInput(prepare.properties.ProcessingOutputConfig.Outputs["sample"].S3Output.S3Uri)}
        ),
    )
    return Pipeline(
        name="fraud-experiment", parameters=[sample, label], steps=[prepare, tune], sagemaker_session=session
    )


def batch_inference(session: PipelineSession) -> Pipeline:
    """What `mlops-pipeline` wrote, used: its test split, scored with a model from its models' folder."""
    bucket = ParameterString("DataBucket", default_value=MAIN_BUCKET)
    prefix = ParameterString("SourcePrefix", default_value="pipelines/mlops")
    model_data = ParameterString(
        "ModelDataUrl", default_value=f"s3://{MAIN_BUCKET}/pipelines/mlops/models/champion/model.tar.gz"
    )
    image = f"{REGISTRY}/mlops-xgboost:1.7-1"
    select = ProcessingStep(
        name="SelectRows",
        step_args=processor(session, image, "ml.m5.large", MAIN_KEY).run(
            code=script("select_rows.py"),
            inputs=[reads("test", Join(on="/", values=["s3:/", bucket, prefix, "preprocessed", "test"]))],
            outputs=[writes("rows", Join(on="/", values=["s3:/", bucket, "batch", "rows"]))],
        ),
    )
    model = Model(image_uri=image, model_data=model_data, role=ROLE, sagemaker_session=session)
    create = ModelStep(name="Champion", step_args=model.create(instance_type="ml.m5.xlarge"))
    transformer = Transformer(
        model_name=create.properties.ModelName,
        instance_count=2,
        instance_type="ml.m5.xlarge",
        output_path=f"s3://{REPORT_BUCKET}/batch/predictions",
        assemble_with="Line",
        sagemaker_session=session,
    )
    predict = TransformStep(
        name="Predict",
        step_args=transformer.transform(
            data=select.properties.ProcessingOutputConfig.Outputs["rows"].S3Output.S3Uri,
            content_type="text/csv",
            split_type="Line",
        ),
    )
    return Pipeline(
        name="batch-inference",
        parameters=[bucket, prefix, model_data],
        steps=[select, create, predict],
        sagemaker_session=session,
    )


PIPELINES = {
    "mlops-pipeline": mlops_pipeline,
    "churn-retrain": churn_retrain,
    "nightly-scoring": nightly_scoring,
    "fraud-experiment": fraud_experiment,
    "batch-inference": batch_inference,
}
