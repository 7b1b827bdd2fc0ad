"""The sandbox's other pipelines: one fails, one runs, one never ran, one reads what the first wrote."""

from __future__ import annotations

from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
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
from sagemaker.workflow.steps import ProcessingStep, TrainingStep, TransformStep, TuningStep

from corpus.offline import ROLE
from corpus.scripts import script
from corpus.sources.v2.demo import MAIN_BUCKET, PARTNER_BUCKET, PUBLIC_BUCKET, REPORT_BUCKET, RETIRED_BUCKET
from corpus.sources.v2.parts import KEY, REGISTRY, container, processor, reads, writes


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
    estimator = container(
        session,
        image_uri=image,
        instance_type="ml.m5.2xlarge",
        output_path=location("models"),
        checkpoint_s3_uri=f"s3://{REPORT_BUCKET}/churn/checkpoints",
        use_spot_instances=True,
        max_run=3600,
        max_wait=7200,
        hyperparameters={"max_depth": max_depth, "num_round": 200},
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
        output_kms_key=KEY,
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
    estimator = container(
        session,
        image_uri=image,
        output_path=f"s3://{RETIRED_BUCKET}/fraud/models",
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
        step_args=processor(session, image, "ml.m5.large", KEY).run(
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
    "churn-retrain": churn_retrain,
    "nightly-scoring": nightly_scoring,
    "fraud-experiment": fraud_experiment,
    "batch-inference": batch_inference,
}
