"""The sandbox's chain: customers from a public landing place to a model in service, and what it answers, read back."""

from __future__ import annotations

from sagemaker.inputs import TrainingInput
from sagemaker.model import Model, ModelPackage
from sagemaker.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

from corpus.offline import ACCOUNT, REGION, ROLE
from corpus.scripts import script
from corpus.sources.v2.demo import MAIN_BUCKET, PUBLIC_BUCKET, REPORT_BUCKET
from corpus.sources.v2.parts import KEY, REGISTRY, container, processor, reads, writes

LAKE_BUCKET = "my-mlops-customer-lake"
IMAGE = f"{REGISTRY}/retention:1.0"
FEATURES = f"s3://{MAIN_BUCKET}/features/customers"
PACKAGE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/retention/1"
CAPTURED = f"s3://{LAKE_BUCKET}/captured/retention"


def customer_ingest(session: PipelineSession) -> Pipeline:
    """Customers as partners drop them in a public place, cleaned into the lake."""
    landing = ParameterString("LandingUri", default_value=f"s3://{PUBLIC_BUCKET}/landing/customers")
    plain = processor(session, IMAGE, "ml.m5.large", None)
    collect = ProcessingStep(
        name="Collect",
        step_args=plain.run(
            code=script("collect.py"),
            inputs=[reads("landing", landing)],
            outputs=[writes("raw", f"s3://{LAKE_BUCKET}/raw/customers")],
        ),
    )
    clean = ProcessingStep(
        name="Clean",
        step_args=plain.run(
            code=script("clean.py"),
            inputs=[reads("raw", collect.properties.ProcessingOutputConfig.Outputs["raw"].S3Output.S3Uri)],
            outputs=[writes("customers", f"s3://{LAKE_BUCKET}/clean/customers")],
        ),
    )
    return Pipeline(name="customer-ingest", parameters=[landing], steps=[collect, clean], sagemaker_session=session)


def customer_features(session: PipelineSession) -> Pipeline:
    """Features of all that lies cleaned in the lake: it names the folder, not what `customer-ingest` wrote below it."""
    build = ProcessingStep(
        name="BuildCustomerFeatures",
        step_args=processor(session, IMAGE, "ml.m5.xlarge", KEY).run(
            code=script("build_customer_features.py"),
            inputs=[reads("lake", f"s3://{LAKE_BUCKET}/clean/")],
            outputs=[writes("features", FEATURES)],
        ),
    )
    return Pipeline(name="customer-features", steps=[build], sagemaker_session=session)


def retention_train(session: PipelineSession) -> Pipeline:
    """A model of who stays, registered for approval."""
    group = ParameterString("ModelPackageGroupName", default_value="retention")
    estimator = container(
        session, f"s3://{MAIN_BUCKET}/retention/models", image_uri=IMAGE, output_kms_key=KEY, volume_kms_key=KEY
    )
    train = TrainingStep(
        name="TrainRetention", step_args=estimator.fit({"train": TrainingInput(FEATURES, content_type="text/csv")})
    )
    model = Model(
        image_uri=IMAGE,
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        sagemaker_session=session,
    )
    register = ModelStep(
        name="Retention",
        step_args=model.register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.large"],
            model_package_group_name=group,
            approval_status="PendingManualApproval",
        ),
    )
    return Pipeline(name="retention-train", parameters=[group], steps=[train, register], sagemaker_session=session)


def retention_deploy(session: PipelineSession) -> Pipeline:
    """An approved package put in service, with its requests and answers captured."""
    model = ModelPackage(role=ROLE, model_package_arn=PACKAGE, sagemaker_session=session)
    create = ModelStep(name="Retention", step_args=model.create(instance_type="ml.m5.large"))
    config = EndpointConfigStep(
        name="RetentionConfig",
        step_args=session.create_endpoint_config(
            name="retention-live",
            kms_key=KEY,
            production_variants=[
                {
                    "VariantName": "main",
                    "ModelName": create.properties.ModelName,
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                }
            ],
            data_capture_config_dict={
                "EnableCapture": True,
                "InitialSamplingPercentage": 100,
                "DestinationS3Uri": CAPTURED,
                "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            },
        ),
    )
    endpoint = EndpointStep(
        name="RetentionLive",
        step_args=session.create_endpoint("retention-live", config.properties.EndpointConfigName),
    )
    return Pipeline(name="retention-deploy", steps=[create, config, endpoint], sagemaker_session=session)


def capture_review(session: PipelineSession) -> Pipeline:
    """What the endpoint was asked and answered, read back for a report."""
    review = ProcessingStep(
        name="Review",
        step_args=processor(session, IMAGE, "ml.m5.large", None).run(
            code=script("review.py"),
            inputs=[reads("captured", CAPTURED)],
            outputs=[writes("report", f"s3://{REPORT_BUCKET}/retention/review")],
        ),
    )
    return Pipeline(name="capture-review", steps=[review], sagemaker_session=session)


PIPELINES = {
    "customer-ingest": customer_ingest,
    "customer-features": customer_features,
    "retention-train": retention_train,
    "retention-deploy": retention_deploy,
    "capture-review": capture_review,
}
