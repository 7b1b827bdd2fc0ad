"""Quality and bias checks, alone and around a batch transform."""

from __future__ import annotations

from sagemaker.clarify import BiasConfig, DataConfig, ModelConfig, ModelPredictedLabelConfig, SHAPConfig
from sagemaker.drift_check_baselines import DriftCheckBaselines
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.model_monitor import DatasetFormat
from sagemaker.transformer import Transformer
from sagemaker.workflow.check_job_config import CheckJobConfig
from sagemaker.workflow.clarify_check_step import (
    ClarifyCheckStep,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.monitor_batch_transform_step import MonitorBatchTransformStep
from sagemaker.workflow.parameters import ParameterBoolean, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
    QualityCheckStep,
)
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

from corpus.offline import ROLE
from corpus.scripts import script
from corpus.sources.v2.parts import DATA, IMAGE, KEY, container, processor, reads, writes

GROUP = "checked-models"
BIAS = BiasConfig(label_values_or_threshold=[1], facet_name="age", facet_values_or_threshold=[40])


def checks_before_registration(session: PipelineSession) -> Pipeline:
    """All five checks on a model and its data; the registration takes their baselines."""
    skip = ParameterBoolean("SkipChecks", default_value=False)
    new_baseline = ParameterBoolean("RegisterNewBaseline", default_value=True)
    supplied = ParameterString("SuppliedBaseline", default_value="")
    job = CheckJobConfig(
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_kms_key=KEY,
        volume_kms_key=KEY,
        sagemaker_session=session,
    )
    prepare = ProcessingStep(
        name="Prepare",
        step_args=processor(session).run(
            code=script("prepare.py"),
            inputs=[reads("raw", f"{DATA}/raw")],
            outputs=[writes("train", f"{DATA}/checked/train"), writes("predictions", f"{DATA}/checked/predictions")],
        ),
    )
    prepared = prepare.properties.ProcessingOutputConfig.Outputs
    train_uri = prepared["train"].S3Output.S3Uri
    common = {"check_job_config": job, "skip_check": skip, "register_new_baseline": new_baseline}
    data_quality = QualityCheckStep(
        name="DataQuality",
        quality_check_config=DataQualityCheckConfig(
            baseline_dataset=train_uri,
            dataset_format=DatasetFormat.csv(header=True),
            output_s3_uri=Join(on="/", values=[DATA, "data-quality", ExecutionVariables.PIPELINE_EXECUTION_ID]),
        ),
        supplied_baseline_statistics=supplied,
        supplied_baseline_constraints=f"{DATA}/baselines/constraints.json",
        model_package_group_name=GROUP,
        **common,
    )
    train = TrainingStep(
        name="Train",
        step_args=container(session, f"{DATA}/checked/models").fit(TrainingInput(train_uri)),
        depends_on=[data_quality],
    )
    model = Model(
        image_uri=IMAGE,
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        sagemaker_session=session,
    )
    create = ModelStep(name="Candidate", step_args=model.create(instance_type="ml.m5.large"))
    model_quality = QualityCheckStep(
        name="ModelQuality",
        quality_check_config=ModelQualityCheckConfig(
            baseline_dataset=prepared["predictions"].S3Output.S3Uri,
            dataset_format=DatasetFormat.json(lines=True),
            output_s3_uri=f"{DATA}/model-quality",
            problem_type="BinaryClassification",
            inference_attribute="prediction",
            ground_truth_attribute="label",
            post_analytics_processor_script=f"{DATA}/scripts/after.py",
        ),
        fail_on_violation=False,
        model_package_group_name=GROUP,
        **common,
    )
    analysis = DataConfig(
        s3_data_input_path=train_uri,
        s3_output_path=f"{DATA}/bias",
        s3_analysis_config_output_path=f"{DATA}/analysis",
        label="label",
        dataset_type="text/csv",
    )
    used = ModelConfig(
        model_name=create.properties.ModelName, instance_count=1, instance_type="ml.m5.large", accept_type="text/csv"
    )
    data_bias = ClarifyCheckStep(
        name="DataBias",
        clarify_check_config=DataBiasCheckConfig(data_config=analysis, data_bias_config=BIAS),
        model_package_group_name=GROUP,
        supplied_baseline_constraints=supplied,
        **common,
    )
    model_bias = ClarifyCheckStep(
        name="ModelBias",
        clarify_check_config=ModelBiasCheckConfig(
            data_config=analysis,
            data_bias_config=BIAS,
            model_config=used,
            model_predicted_label_config=ModelPredictedLabelConfig(probability_threshold=0.5),
        ),
        model_package_group_name=GROUP,
        **common,
    )
    explain = ClarifyCheckStep(
        name="Explain",
        clarify_check_config=ModelExplainabilityCheckConfig(
            data_config=DataConfig(
                s3_data_input_path=f"{DATA}/checked/train",
                s3_output_path=f"{DATA}/explanations",
                s3_analysis_config_output_path=f"{DATA}/analysis",
                label="label",
                dataset_type="text/csv",
            ),
            model_config=used,
            explainability_config=SHAPConfig(baseline=[[0.5, 1.0]], num_samples=10, agg_method="mean_abs"),
        ),
        model_package_group_name=GROUP,
        **common,
    )
    register = ModelStep(
        name="Checked",
        step_args=model.register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.large"],
            model_package_group_name=GROUP,
            model_metrics=ModelMetrics(
                model_data_statistics=_json(data_quality.properties.CalculatedBaselineStatistics),
                model_data_constraints=_json(data_quality.properties.CalculatedBaselineConstraints),
                model_statistics=_json(model_quality.properties.CalculatedBaselineStatistics),
                bias_pre_training=_json(data_bias.properties.CalculatedBaselineConstraints),
                bias_post_training=_json(model_bias.properties.CalculatedBaselineConstraints),
                explainability=_json(explain.properties.CalculatedBaselineConstraints),
            ),
            drift_check_baselines=DriftCheckBaselines(
                model_data_statistics=_json(data_quality.properties.BaselineUsedForDriftCheckStatistics),
                model_data_constraints=_json(data_quality.properties.BaselineUsedForDriftCheckConstraints),
            ),
        ),
    )
    return Pipeline(
        name="checks-before-registration",
        parameters=[skip, new_baseline, supplied],
        steps=[prepare, data_quality, train, create, model_quality, data_bias, model_bias, explain, register],
        sagemaker_session=session,
    )


def _json(uri: object) -> MetricsSource:
    return MetricsSource(s3_uri=uri, content_type="application/json")


def checks_around_transform(session: PipelineSession) -> Pipeline:
    """A batch transform that is monitored before it, and another that is monitored after it."""
    model = Model(image_uri=IMAGE, model_data=f"{DATA}/older/model.tar.gz", role=ROLE, sagemaker_session=session)
    create = ModelStep(name="Older", step_args=model.create(instance_type="ml.m5.large"))
    job = CheckJobConfig(role=ROLE, instance_count=1, instance_type="ml.m5.xlarge", sagemaker_session=session)

    def transform(name: str) -> object:
        return Transformer(
            model_name=create.properties.ModelName,
            instance_count=1,
            instance_type="ml.m5.large",
            output_path=f"{DATA}/{name}/scores",
            sagemaker_session=session,
        ).transform(data=f"{DATA}/{name}/rows", content_type="text/csv")

    before = MonitorBatchTransformStep(
        name="Before",
        transform_step_args=transform("before"),
        monitor_configuration=DataQualityCheckConfig(
            baseline_dataset=f"{DATA}/before/rows",
            dataset_format=DatasetFormat.csv(header=False),
            output_s3_uri=f"{DATA}/before/reports",
        ),
        check_job_configuration=job,
        monitor_before_transform=True,
        supplied_baseline_statistics=f"{DATA}/baselines/statistics.json",
        supplied_baseline_constraints=f"{DATA}/baselines/constraints.json",
    )
    after = MonitorBatchTransformStep(
        name="After",
        transform_step_args=transform("after"),
        monitor_configuration=ModelQualityCheckConfig(
            baseline_dataset=f"{DATA}/after/scores",
            dataset_format=DatasetFormat.csv(header=False),
            output_s3_uri=f"{DATA}/after/reports",
            problem_type="Regression",
            inference_attribute="_c0",
            ground_truth_attribute="_c1",
        ),
        check_job_configuration=job,
        fail_on_violation=False,
    )
    return Pipeline(name="checks-around-transform", steps=[create, before, after], sagemaker_session=session)


PIPELINES = {
    "checks-before-registration": checks_before_registration,
    "checks-around-transform": checks_around_transform,
}
