"""Models: created, repacked, chained, registered, served, and used for batch transforms."""

from __future__ import annotations

from sagemaker.drift_check_baselines import DriftCheckBaselines
from sagemaker.inputs import BatchDataCaptureConfig, CreateModelInput, TransformInput
from sagemaker.lambda_helper import Lambda
from sagemaker.metadata_properties import MetadataProperties
from sagemaker.model import Model
from sagemaker.model_metrics import FileSource, MetricsSource, ModelMetrics
from sagemaker.pipeline import PipelineModel
from sagemaker.pytorch.model import PyTorchModel
from sagemaker.sklearn.model import SKLearnModel
from sagemaker.transformer import Transformer
from sagemaker.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.workflow.functions import Join
from sagemaker.workflow.inference_component_step import InferenceComponentStep
from sagemaker.workflow.lambda_step import LambdaStep
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.step_collections import EstimatorTransformer, RegisterModel
from sagemaker.workflow.steps import CreateModelStep, TrainingStep, TransformStep

from corpus.offline import ACCOUNT, REGION, ROLE
from corpus.scripts import folder, script
from corpus.sources.v2.parts import DATA, IMAGE, KEY, container

TYPES = {
    "content_types": ["text/csv"],
    "response_types": ["text/csv"],
    "inference_instances": ["ml.m5.large"],
    "transform_instances": ["ml.m5.large"],
}


def _report(path: str) -> MetricsSource:
    return MetricsSource(s3_uri=f"{DATA}/reports/{path}", content_type="application/json")


def models_registered(session: PipelineSession) -> Pipeline:
    """Two trainings become a chained model; it is created, and registered in three ways."""
    approval = ParameterString("Approval", default_value="PendingManualApproval")
    scaler = TrainingStep(name="TrainScaler", step_args=container(session, f"{DATA}/scaler").fit(f"{DATA}/train"))
    estimator = container(session, f"{DATA}/classifier", output_kms_key=KEY)
    classifier = TrainingStep(name="TrainClassifier", step_args=estimator.fit(f"{DATA}/train"))
    scaler_model = PyTorchModel(
        name="scaler",
        model_data=scaler.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        entry_point="serve.py",
        source_dir=folder("serve_scaler", "serve.py"),
        framework_version="2.3",
        py_version="py311",
        sagemaker_session=session,
    )
    classifier_model = Model(
        name="classifier",
        image_uri=IMAGE,
        model_data=classifier.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        env={"FEATURES": f"{DATA}/features.json"},
        sagemaker_session=session,
    )
    chain = PipelineModel(
        models=[scaler_model, classifier_model],
        role=ROLE,
        vpc_config={"Subnets": ["subnet-0aaa"], "SecurityGroupIds": ["sg-0aaa"]},
        enable_network_isolation=True,
        sagemaker_session=session,
    )
    create = ModelStep(name="Chain", step_args=chain.create(instance_type="ml.m5.large"))
    register = ModelStep(
        name="ChainInRegistry",
        display_name="Register the chain",
        step_args=chain.register(
            **TYPES,
            model_package_group_name="chains",
            approval_status=approval,
            sample_payload_url=f"{DATA}/samples/payload.csv",
            domain="MACHINE_LEARNING",
            task="CLASSIFICATION",
            source_uri=f"{DATA}/source/model.tar.gz",
        ),
        depends_on=[create],
    )
    metrics = ModelMetrics(
        model_statistics=_report("quality-statistics.json"),
        model_constraints=_report("quality-constraints.json"),
        model_data_statistics=_report("data-statistics.json"),
        model_data_constraints=_report("data-constraints.json"),
        bias=_report("bias.json"),
        bias_pre_training=_report("bias-before.json"),
        bias_post_training=_report("bias-after.json"),
        explainability=_report("explainability.json"),
    )
    baselines = DriftCheckBaselines(
        model_statistics=_report("baseline-statistics.json"),
        model_constraints=_report("baseline-constraints.json"),
        model_data_statistics=_report("baseline-data-statistics.json"),
        model_data_constraints=_report("baseline-data-constraints.json"),
        bias_config_file=FileSource(s3_uri=f"{DATA}/reports/bias-config.json"),
        bias_pre_training_constraints=_report("baseline-bias-before.json"),
        bias_post_training_constraints=_report("baseline-bias-after.json"),
        explainability_config_file=FileSource(s3_uri=f"{DATA}/reports/explainability-config.json"),
        explainability_constraints=_report("baseline-explainability.json"),
    )
    collection = RegisterModel(
        name="Classifier",
        estimator=estimator,
        model_data=classifier.properties.ModelArtifacts.S3ModelArtifacts,
        **TYPES,
        model_package_group_name="classifiers",
        approval_status=approval,
        model_metrics=metrics,
        drift_check_baselines=baselines,
        metadata_properties=MetadataProperties(commit_id="abc123", repository="https://git.example.com/models"),
        customer_metadata_properties={"owner": "risk"},
        entry_point=script("serve_classifier.py"),
        depends_on=["ChainInRegistry"],
    )
    older_scaler = SKLearnModel(
        name="older-scaler",
        model_data=scaler.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        entry_point="serve.py",
        source_dir=folder("serve_scaler", "serve.py"),
        framework_version="1.2-1",
        sagemaker_session=session,
    )
    older_chain = PipelineModel(models=[older_scaler, classifier_model], role=ROLE, sagemaker_session=session)
    collection_of_chain = RegisterModel(
        name="Both", model=older_chain, **TYPES, model_package_group_name="chains", approval_status="Approved"
    )
    announce = LambdaStep(
        name="Announce",
        lambda_func=Lambda(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:announce", session=session),
        inputs={"package": register.properties.ModelPackageArn, "status": register.properties.ModelApprovalStatus},
        outputs=[],
    )
    return Pipeline(
        name="models-registered",
        parameters=[approval],
        steps=[scaler, classifier, create, register, collection, collection_of_chain, announce],
        sagemaker_session=session,
    )


def models_served(session: PipelineSession) -> Pipeline:
    """A model on an endpoint with data capture and a shadow, an inference component beside it, and batch transforms."""
    endpoint_name = ParameterString("EndpointName", default_value="scores")
    estimator = container(session, f"{DATA}/served")
    train = TrainingStep(name="Train", step_args=estimator.fit(f"{DATA}/train"))
    model_data = train.properties.ModelArtifacts.S3ModelArtifacts
    model = Model(image_uri=IMAGE, model_data=model_data, role=ROLE, sagemaker_session=session)
    create = ModelStep(name="Serve", step_args=model.create(instance_type="ml.m5.large"))
    old_style = CreateModelStep(
        name="OldStyle",
        model=Model(image_uri=IMAGE, model_data=f"{DATA}/older/model.tar.gz", role=ROLE, sagemaker_session=session),
        inputs=CreateModelInput(instance_type="ml.m5.large"),
    )
    config = EndpointConfigStep(
        name="Config",
        step_args=session.create_endpoint_config(
            name="scores-config",
            kms_key=KEY,
            production_variants=[
                {
                    "VariantName": "main",
                    "ModelName": create.properties.ModelName,
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    "CoreDumpConfig": {"DestinationS3Uri": f"{DATA}/core-dumps"},
                },
                {
                    "VariantName": "older",
                    "ModelName": old_style.properties.ModelName,
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                },
            ],
            data_capture_config_dict={
                "EnableCapture": True,
                "InitialSamplingPercentage": 20,
                "DestinationS3Uri": Join(on="/", values=[DATA, "captured", endpoint_name]),
                "CaptureOptions": [{"CaptureMode": "Input"}],
            },
            async_inference_config_dict={
                "OutputConfig": {"S3OutputPath": f"{DATA}/async", "S3FailurePath": f"{DATA}/async-failures"}
            },
        ),
    )
    endpoint = EndpointStep(
        name="Endpoint",
        step_args=session.create_endpoint(endpoint_name, config.properties.EndpointConfigName),
    )
    component = InferenceComponentStep(
        name="Component",
        step_args=session.create_inference_component(
            inference_component_name="scores-component",
            endpoint_name=endpoint.properties.EndpointName,
            variant_name="main",
            specification={
                "Container": {"Image": IMAGE, "ArtifactUrl": model_data, "Environment": {"MODE": "fast"}},
                "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024},
            },
        ),
    )
    transform = TransformStep(
        name="Score",
        step_args=Transformer(
            model_name=create.properties.ModelName,
            instance_count=1,
            instance_type="ml.m5.large",
            output_path=f"{DATA}/scores",
            output_kms_key=KEY,
            volume_kms_key=KEY,
            sagemaker_session=session,
        ).transform(
            data=f"{DATA}/to-score",
            content_type="text/csv",
            batch_data_capture_config=BatchDataCaptureConfig(f"{DATA}/batch-captured", kms_key_id=KEY),
        ),
    )
    collection = EstimatorTransformer(
        name="Batch",
        estimator=estimator,
        model_data=model_data,
        model_inputs=CreateModelInput(instance_type="ml.m5.large"),
        instance_count=1,
        instance_type="ml.m5.large",
        transform_inputs=TransformInput(data=transform.properties.TransformOutput.S3OutputPath),
        output_path=f"{DATA}/batch",
        entry_point=script("serve_batch.py"),
        depends_on=["Endpoint"],
    )
    literal = TransformStep(
        name="ScoreWithAnother",
        step_args=Transformer(
            model_name="a-model-of-another-pipeline",
            instance_count=1,
            instance_type="ml.m5.large",
            output_path=f"{DATA}/other-scores",
            sagemaker_session=session,
        ).transform(data=f"{DATA}/scores/part-0.csv.out", data_type="S3Prefix"),
    )
    return Pipeline(
        name="models-served",
        parameters=[endpoint_name],
        steps=[train, create, old_style, config, endpoint, component, transform, collection, literal],
        sagemaker_session=session,
    )


PIPELINES = {"models-registered": models_registered, "models-served": models_served}
