"""The pipeline of `make demo`: raw data to a registered model."""

from __future__ import annotations

from sagemaker.inputs import TrainingInput
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.step_collections import RegisterModel
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

from corpus.scripts import script
from corpus.sources.v2.parts import KEY, REGISTRY, container, processor, reads, writes

MAIN_BUCKET = "my-mlops-dev2-v2-main-data"
REPORT_BUCKET = "my-mlops-dev2-v2-reports"
PUBLIC_BUCKET = "my-mlops-public-assets"
PARTNER_BUCKET = "partner-restricted-data"
RETIRED_BUCKET = "retired-scratch-bucket"


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

    encrypting = processor(session, image, instance_type, KEY)
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
    estimator = container(
        session,
        image_uri=image,
        instance_type=instance_type,
        output_path=location("models"),
        output_kms_key=KEY,
        volume_kms_key=KEY,
        enable_network_isolation=True,
        encrypt_inter_container_traffic=True,
        max_run=3600,
        hyperparameters={"objective": "binary:logistic", "eval_metric": "auc", "num_round": 120, "max_depth": 5},
        metric_definitions=[
            {"Name": "train:auc", "Regex": r".*train-auc:([0-9\.]+).*"},
            {"Name": "validation:auc", "Regex": r".*validation-auc:([0-9\.]+).*"},
        ],
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


PIPELINES = {"mlops-pipeline": mlops_pipeline}
