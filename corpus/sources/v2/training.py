"""Training, tuning and AutoML: every kind of channel, and every place that a job writes to."""

from __future__ import annotations

from sagemaker.automl.automl import AutoML, AutoMLInput
from sagemaker.debugger import (
    CollectionConfig,
    DebuggerHookConfig,
    FrameworkProfile,
    ProfilerConfig,
    ProfilerRule,
    Rule,
    TensorBoardOutputConfig,
    rule_configs,
)
from sagemaker.inputs import FileSystemInput, TrainingInput
from sagemaker.pytorch import PyTorch
from sagemaker.tuner import (
    CategoricalParameter,
    ContinuousParameter,
    HyperparameterTuner,
    IntegerParameter,
    WarmStartConfig,
    WarmStartTypes,
)
from sagemaker.workflow.automl_step import AutoMLStep
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterBoolean, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.pipeline_experiment_config import PipelineExperimentConfig
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, TrainingStep, TuningStep

from corpus.offline import ROLE
from corpus.scripts import folder
from corpus.sources.v2.parts import DATA, IMAGE, KEY, container

METRICS = [{"Name": "validation:loss", "Regex": "loss=([0-9.]+)"}]


def training_channels(session: PipelineSession) -> Pipeline:
    """A base model is trained on S3, EFS and FSx, refined from its checkpoints, and continued from its model."""
    bucket = ParameterString("Bucket")
    spot = ParameterBoolean("UseSpot", default_value=True)
    rounds = ParameterInteger("Rounds", default_value=50)
    checkpoints = Join(on="/", values=["s3:/", bucket, "checkpoints"])
    base = TrainingStep(
        name="TrainBase",
        step_args=container(
            session,
            Join(on="/", values=["s3:/", bucket, "models", ExecutionVariables.PIPELINE_EXECUTION_ID]),
            hyperparameters={"rounds": rounds},
            checkpoint_s3_uri=checkpoints,
            checkpoint_local_path="/opt/ml/checkpoints",
            use_spot_instances=spot,
            max_run=3600,
            max_wait=7200,
            metric_definitions=METRICS,
            subnets=["subnet-0aaa", "subnet-0bbb"],
            security_group_ids=["sg-0aaa"],
            debugger_hook_config=DebuggerHookConfig(
                s3_output_path=f"{DATA}/training/debug",
                collection_configs=[CollectionConfig(name="losses", parameters={"save_interval": "10"})],
            ),
            rules=[
                Rule.sagemaker(rule_configs.overfit()),
                ProfilerRule.sagemaker(rule_configs.LowGPUUtilization(), name="LowGPU"),
            ],
            tensorboard_output_config=TensorBoardOutputConfig(s3_output_path=f"{DATA}/training/tensorboard"),
            disable_profiler=False,
            profiler_config=ProfilerConfig(
                s3_output_path=f"{DATA}/training/profile",
                system_monitor_interval_millis=500,
                framework_profile_params=FrameworkProfile(),
            ),
        ).fit(
            {
                "train": TrainingInput(
                    Join(on="/", values=["s3:/", bucket, "train"]),
                    distribution="ShardedByS3Key",
                    content_type="text/csv",
                    compression="Gzip",
                    s3_data_type="S3Prefix",
                    input_mode="Pipe",
                ),
                "manifest": TrainingInput(
                    f"{DATA}/training/labels.manifest",
                    s3_data_type="AugmentedManifestFile",
                    attribute_names=["source-ref", "class"],
                ),
                "shared": FileSystemInput("fs-0123456789abcdef0", "EFS", "/datasets/shared", "ro"),
                "fast": FileSystemInput("fs-0fedcba9876543210", "FSxLustre", "/fsx/datasets/fast"),
            }
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="T12H"),
        retry_policies=[
            StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=5),
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
                failure_reason_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
                expire_after_mins=120,
            ),
        ],
    )
    refine = TrainingStep(
        name="Refine",
        display_name="Refine from the base model's checkpoints",
        step_args=container(
            session,
            f"{DATA}/refined",
            checkpoint_s3_uri=base.properties.CheckpointConfig.S3Uri,
        ).fit(
            {
                "train": TrainingInput(base.properties.InputDataConfig[0].DataSource.S3DataSource.S3Uri),
                "pretrained": TrainingInput(base.properties.ModelArtifacts.S3ModelArtifacts),
            }
        ),
    )
    framework = TrainingStep(
        name="TrainTorch",
        description="A framework estimator with a source directory",
        step_args=PyTorch(
            entry_point="train.py",
            source_dir=folder("torch", "train.py", "model.py"),
            role=ROLE,
            framework_version="2.3",
            py_version="py311",
            instance_count=1,
            instance_type="ml.g5.xlarge",
            output_path=f"{DATA}/torch",
            code_location=f"{DATA}/torch-code",
            disable_profiler=True,
            debugger_hook_config=False,
            environment={"BASE_MODEL": refine.properties.ModelArtifacts.S3ModelArtifacts},
            sagemaker_session=session,
        ).fit(f"{DATA}/torch-train"),
        depends_on=["TrainBase"],
    )
    return Pipeline(
        name="training-channels",
        parameters=[bucket, spot, rounds],
        pipeline_experiment_config=PipelineExperimentConfig(
            "fixtures", Join(on="-", values=["trial", rounds.to_string()])
        ),
        steps=[base, refine, framework],
        sagemaker_session=session,
    )


def tuning_and_automl(session: PipelineSession) -> Pipeline:
    """Two tuning jobs, one of several algorithms, and an AutoML job; the best of each becomes a model."""
    bucket = ParameterString("Bucket", default_value="fixture-data")
    linear = container(session, f"{DATA}/linear", checkpoint_s3_uri=f"{DATA}/linear-checkpoints")
    first = TuningStep(
        name="TuneLinear",
        step_args=HyperparameterTuner(
            estimator=linear,
            objective_metric_name="validation:loss",
            objective_type="Minimize",
            metric_definitions=METRICS,
            hyperparameter_ranges={
                "rate": ContinuousParameter(0.001, 0.1, scaling_type="Logarithmic"),
                "depth": IntegerParameter(2, 8),
                "booster": CategoricalParameter(["a", "b"]),
            },
            max_jobs=4,
            max_parallel_jobs=2,
        ).fit({"train": TrainingInput(f"{DATA}/train"), "validation": TrainingInput(f"{DATA}/validation")}),
    )
    several = HyperparameterTuner.create(
        estimator_dict={
            "linear": linear,
            "forest": container(session, f"{DATA}/forest", output_kms_key=KEY),
        },
        objective_metric_name_dict={"linear": "validation:loss", "forest": "validation:loss"},
        metric_definitions_dict={"linear": METRICS, "forest": METRICS},
        hyperparameter_ranges_dict={
            "linear": {"rate": ContinuousParameter(0.001, 0.1)},
            "forest": {"trees": IntegerParameter(10, 100)},
        },
        objective_type="Minimize",
        warm_start_config=WarmStartConfig(WarmStartTypes.TRANSFER_LEARNING, {"an-older-tuning-job"}),
    )
    second = TuningStep(
        name="TuneSeveral",
        step_args=several.fit(
            {
                "linear": {
                    "train": TrainingInput(
                        first.properties.TrainingJobDefinition.InputDataConfig[0].DataSource.S3DataSource.S3Uri
                    )
                },
                "forest": {"train": TrainingInput(Join(on="/", values=["s3:/", bucket, "forest-train"]))},
            },
            include_cls_metadata={},
        ),
    )
    best = ModelStep(
        name="BestLinear",
        step_args=_model(session, first.get_top_model_s3_uri(top_k=0, s3_bucket=bucket, prefix="linear")).create(),
    )
    automl = AutoMLStep(
        name="AutoML",
        step_args=AutoML(
            role=ROLE,
            target_attribute_name="label",
            mode="ENSEMBLING",
            output_path=f"{DATA}/automl",
            output_kms_key=KEY,
            feature_specification_s3_uri=f"{DATA}/automl-features.json",
            encrypt_inter_container_traffic=True,
            volume_kms_key=KEY,
            sagemaker_session=session,
        ).fit(
            inputs=[
                AutoMLInput(f"{DATA}/automl-train", "label", channel_type="training"),
                AutoMLInput(f"{DATA}/automl-validation", "label", channel_type="validation"),
            ]
        ),
    )
    winner = ModelStep(
        name="Winner",
        step_args=automl.get_best_auto_ml_model(role=ROLE, sagemaker_session=session).register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.large"],
            model_package_group_name="winners",
            model_metrics=_insights(automl),
        ),
    )
    return Pipeline(
        name="tuning-and-automl",
        parameters=[bucket],
        steps=[first, second, best, automl, winner],
        sagemaker_session=session,
    )


def _model(session: PipelineSession, data: object) -> object:
    from sagemaker.model import Model

    return Model(image_uri=IMAGE, model_data=data, role=ROLE, sagemaker_session=session)


def _insights(automl: AutoMLStep) -> object:
    from sagemaker.model_metrics import MetricsSource, ModelMetrics

    best = automl.properties.BestCandidateProperties
    return ModelMetrics(
        model_statistics=MetricsSource(s3_uri=best.ModelInsightsJsonReportPath, content_type="application/json"),
        explainability=MetricsSource(s3_uri=best.ExplainabilityJsonReportPath, content_type="application/json"),
    )


PIPELINES = {"training-channels": training_channels, "tuning-and-automl": tuning_and_automl}
