"""Models: built, registered, served and monitored."""

from __future__ import annotations

from typing import Any

from sagemaker.core.clarify import BiasConfig, DataConfig, ModelConfig, ModelPredictedLabelConfig, SHAPConfig
from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.model_monitor import DatasetFormat
from sagemaker.core.training.configs import SourceCode
from sagemaker.core.transformer import Transformer
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterBoolean, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.check_job_config import CheckJobConfig
from sagemaker.mlops.workflow.clarify_check_step import (
    ClarifyCheckStep,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker.mlops.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.mlops.workflow.inference_component_step import InferenceComponentStep
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.monitor_batch_transform_step import MonitorBatchTransformStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
    QualityCheckStep,
)
from sagemaker.mlops.workflow.steps import TrainingStep
from sagemaker.serve.model_builder import ModelBuilder

from corpus.offline import ROLE
from corpus.scripts import folder
from corpus.sources.v3.parts import DATA, IMAGE, KEY, channel, trainer

GROUP = "third-generation"
BIAS = BiasConfig(label_values_or_threshold=[1], facet_name="age", facet_values_or_threshold=[40])


def _builder(session: PipelineSession, model_data: Any) -> ModelBuilder:
    return ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=model_data,
        role_arn=ROLE,
        sagemaker_session=session,
        env_vars={"FEATURES": f"{DATA}/features.json"},
    )


def _json(uri: Any) -> MetricsSource:
    return MetricsSource(s3_uri=uri, content_type="application/json")


def models_in_service(session: PipelineSession) -> Pipeline:
    """A trained model is built, registered, put behind an endpoint, and used for a monitored transform."""
    endpoint_name = ParameterString("EndpointName")
    train = TrainingStep(
        name="Train",
        step_args=trainer(session, f"{DATA}/third/models").train(
            input_data_config=[channel("train", f"{DATA}/third/train")]
        ),
    )
    model_data = train.properties.ModelArtifacts.S3ModelArtifacts
    create = ModelStep(name="Build", step_args=_builder(session, model_data).build())
    register = ModelStep(
        name="Register",
        display_name="Into the registry",
        step_args=_builder(session, model_data).register(
            model_package_group_name=GROUP,
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.large"],
            approval_status="PendingManualApproval",
            model_metrics=ModelMetrics(model_statistics=_json(f"{DATA}/third/statistics.json")),
        ),
    )
    with_code = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=model_data,
        source_code=SourceCode(source_dir=folder("serve_third", "serve.py"), entry_script="serve.py"),
        role_arn=ROLE,
        sagemaker_session=session,
    )
    with_code.model_name = "scorer"  # else a random name, which the repack step bears too
    repacked = ModelStep(
        name="WithCode",
        step_args=with_code.register(
            model_package_group_name=GROUP,
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.large"],
        ),
    )
    config = EndpointConfigStep(
        name="Config",
        step_args=session.create_endpoint_config(
            name="third-config",
            production_variants=[
                {
                    "VariantName": "main",
                    "ModelName": create.properties.ModelName,
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                }
            ],
            kms_key=KEY,
            data_capture_config_dict={
                "EnableCapture": True,
                "InitialSamplingPercentage": 100,
                "DestinationS3Uri": Join(on="/", values=[DATA, "third", "captured"]),
                "CaptureOptions": [{"CaptureMode": "InputAndOutput"}],
            },
        ),
    )
    endpoint = EndpointStep(
        name="Endpoint", step_args=session.create_endpoint(endpoint_name, config.properties.EndpointConfigName)
    )
    component = InferenceComponentStep(
        name="Component",
        step_args=session.create_inference_component(
            inference_component_name="third-component",
            endpoint_name=endpoint.properties.EndpointName,
            variant_name="main",
            specification={"ModelName": create.properties.ModelName},
        ),
        depends_on=[register],
    )
    monitored = MonitorBatchTransformStep(
        name="Monitored",
        transform_step_args=Transformer(
            model_name=create.properties.ModelName,
            instance_count=1,
            instance_type="ml.m5.large",
            output_path=f"{DATA}/third/scores",
            sagemaker_session=session,
        ).transform(data=f"{DATA}/third/rows", content_type="text/csv"),
        monitor_configuration=DataQualityCheckConfig(
            baseline_dataset=f"{DATA}/third/rows",
            dataset_format=DatasetFormat.csv(header=False),
            output_s3_uri=f"{DATA}/third/reports",
        ),
        check_job_configuration=CheckJobConfig(
            role=ROLE, instance_count=1, instance_type="ml.m5.xlarge", sagemaker_session=session
        ),
        monitor_before_transform=True,
    )
    # 3.27 does not take the collection itself.
    return Pipeline(
        name="models-in-service",
        parameters=[endpoint_name],
        steps=[train, create, register, repacked, config, endpoint, component, *monitored.steps],
        sagemaker_session=session,
    )


def checks_on_a_model(session: PipelineSession) -> Pipeline:
    """All five checks, on data and model; the registration takes what they calculated."""
    skip = ParameterBoolean("SkipChecks", default_value=False)
    supplied = ParameterString("SuppliedBaseline", default_value="")
    job = CheckJobConfig(
        role=ROLE, instance_count=1, instance_type="ml.m5.xlarge", output_kms_key=KEY, sagemaker_session=session
    )
    train = TrainingStep(
        name="Train",
        step_args=trainer(session, f"{DATA}/checked/models").train(
            input_data_config=[channel("train", f"{DATA}/checked/train")]
        ),
    )
    model_data = train.properties.ModelArtifacts.S3ModelArtifacts
    create = ModelStep(name="Candidate", step_args=_builder(session, model_data).build())
    common = {"check_job_config": job, "skip_check": skip, "model_package_group_name": GROUP}
    data_quality = QualityCheckStep(
        name="DataQuality",
        quality_check_config=DataQualityCheckConfig(
            baseline_dataset=f"{DATA}/checked/train",
            dataset_format=DatasetFormat.csv(header=True),
            output_s3_uri=f"{DATA}/checked/data-quality",
        ),
        supplied_baseline_statistics=supplied,
        register_new_baseline=True,
        **common,
    )
    model_quality = QualityCheckStep(
        name="ModelQuality",
        quality_check_config=ModelQualityCheckConfig(
            baseline_dataset=f"{DATA}/checked/predictions",
            dataset_format=DatasetFormat.csv(header=True),
            output_s3_uri=f"{DATA}/checked/model-quality",
            problem_type="BinaryClassification",
            inference_attribute="prediction",
            ground_truth_attribute="label",
        ),
        fail_on_violation=False,
        **common,
    )

    def analysis(name: str) -> DataConfig:
        return DataConfig(
            s3_data_input_path=f"{DATA}/checked/train",
            s3_output_path=f"{DATA}/checked/{name}",
            s3_analysis_config_output_path=f"{DATA}/checked/{name}-analysis",
            label="label",
            dataset_type="text/csv",
        )

    used = ModelConfig(
        model_name=create.properties.ModelName, instance_count=1, instance_type="ml.m5.large", accept_type="text/csv"
    )
    data_bias = ClarifyCheckStep(
        name="DataBias",
        clarify_check_config=DataBiasCheckConfig(data_config=analysis("data-bias"), data_bias_config=BIAS),
        depends_on=[data_quality],
        **common,
    )
    model_bias = ClarifyCheckStep(
        name="ModelBias",
        clarify_check_config=ModelBiasCheckConfig(
            data_config=analysis("model-bias"),
            data_bias_config=BIAS,
            model_config=used,
            model_predicted_label_config=ModelPredictedLabelConfig(probability_threshold=0.5),
        ),
        **common,
    )
    explain = ClarifyCheckStep(
        name="Explain",
        clarify_check_config=ModelExplainabilityCheckConfig(
            data_config=analysis("explanations"),
            model_config=used,
            explainability_config=SHAPConfig(baseline=[[0.5, 1.0]], num_samples=10, agg_method="mean_abs"),
        ),
        **common,
    )
    register = ModelStep(
        name="Register",
        step_args=_builder(session, model_data).register(
            model_package_group_name=GROUP,
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.large"],
            model_metrics=ModelMetrics(
                model_data_statistics=_json(data_quality.properties.CalculatedBaselineStatistics),
                model_statistics=_json(model_quality.properties.CalculatedBaselineStatistics),
                bias=_json(model_bias.properties.CalculatedBaselineConstraints),
                explainability=_json(explain.properties.CalculatedBaselineConstraints),
            ),
        ),
    )
    return Pipeline(
        name="checks-on-a-model",
        parameters=[skip, supplied],
        steps=[train, create, data_quality, model_quality, data_bias, model_bias, explain, register],
        sagemaker_session=session,
    )


PIPELINES = {"models-in-service": models_in_service, "checks-on-a-model": checks_on_a_model}
