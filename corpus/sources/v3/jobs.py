"""Processing, training, tuning and transforms: the jobs that move data."""

from __future__ import annotations

from sagemaker.core.parameter import ContinuousParameter, IntegerParameter
from sagemaker.core.processing import FrameworkProcessor
from sagemaker.core.shapes import (
    AthenaDatasetDefinition,
    DatasetDefinition,
    FileSystemDataSource,
    ProcessingInput,
    S3DataSource,
)
from sagemaker.core.training.configs import CheckpointConfig, Networking, OutputDataConfig, SourceCode
from sagemaker.core.transformer import Transformer
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import (
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.pipeline_experiment_config import PipelineExperimentConfig
from sagemaker.mlops.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.mlops.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TransformStep, TuningStep
from sagemaker.train.tuner import HyperparameterTuner

from corpus.offline import ROLE
from corpus.scripts import folder, script
from corpus.sources.v3.parts import DATA, IMAGE, IN, KEY, channel, processor, reads, trainer, writes


def jobs_that_move_data(session: PipelineSession) -> Pipeline:
    """From a warehouse and a data lake to predictions, by every kind of job."""
    bucket = ParameterString("Bucket")
    depth = ParameterInteger("Depth", default_value=4)
    rate = ParameterFloat("Rate", default_value=0.1)
    sharded = ParameterBoolean("Sharded", default_value=False)
    kind = ParameterString("Kind", default_value="quick", enum_values=["quick", "full"])
    summary = PropertyFile(name="Summary", output_name="summary", path="summary.json")
    gather = ProcessingStep(
        name="Gather",
        display_name="Gather the sources",
        step_args=processor(session, volume_kms_key=KEY, output_kms_key=KEY, env={"SHARDED": sharded.to_string()}).run(
            code=script("gather.py"),
            inputs=[
                # 3.27 leaves a dataset definition out of what it emits: the input stays, without a source.
                ProcessingInput(
                    input_name="athena",
                    app_managed=True,
                    dataset_definition=DatasetDefinition(
                        local_path=f"{IN}/athena",
                        athena_dataset_definition=AthenaDatasetDefinition(
                            catalog="AwsDataCatalog",
                            database="shop",
                            query_string="SELECT * FROM orders",
                            output_s3_uri=f"{DATA}/athena-results",
                            output_format="PARQUET",
                        ),
                    ),
                ),
                reads("lookup", Join(on="/", values=["s3:/", bucket, "lookup"])),
            ],
            outputs=[
                writes("rows", Join(on="/", values=["s3:/", bucket, ExecutionVariables.PIPELINE_EXECUTION_ID, "rows"])),
                writes("summary", f"{DATA}/summary"),
            ],
            arguments=["--kind", kind],
        ),
        property_files=[summary],
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )
    rows = gather.properties.ProcessingOutputConfig.Outputs["rows"].S3Output.S3Uri
    scale = ProcessingStep(
        name="Scale",
        step_args=FrameworkProcessor(
            image_uri=IMAGE,
            role=ROLE,
            instance_count=1,
            instance_type="ml.m5.large",
            command=["python3"],
            sagemaker_session=session,
        ).run(
            code="scale.py",
            source_dir=folder("scale", "scale.py"),
            inputs=[reads("rows", rows)],
            outputs=[writes("scaled", f"{DATA}/scaled")],
        ),
    )
    train = TrainingStep(
        name="Train",
        step_args=trainer(
            session,
            f"{DATA}/models",
            source_code=SourceCode(source_dir=folder("train", "train.py"), entry_script="train.py"),
            output_data_config=OutputDataConfig(
                s3_output_path=Join(on="/", values=["s3:/", bucket, "models"]), kms_key_id=KEY
            ),
            checkpoint_config=CheckpointConfig(s3_uri=f"{DATA}/checkpoints"),
            networking=Networking(
                security_group_ids=["sg-0aaa"], subnets=["subnet-0aaa"], enable_network_isolation=True
            ),
            hyperparameters={"depth": depth, "rate": rate},
        ).train(
            input_data_config=[
                channel("train", scale.properties.ProcessingOutputConfig.Outputs[0].S3Output.S3Uri),
                channel(
                    "validation",
                    S3DataSource(
                        s3_data_type="S3Prefix",
                        s3_uri=f"{DATA}/validation",
                        s3_data_distribution_type="FullyReplicated",
                    ),
                ),
                channel(
                    "shared",
                    FileSystemDataSource(
                        file_system_id="fs-0123456789abcdef0",
                        file_system_access_mode="ro",
                        file_system_type="FSxLustre",
                        directory_path="/fsx/shared",
                    ),
                ),
            ]
        ),
        retry_policies=[
            StepRetryPolicy(exception_types=[StepExceptionTypeEnum.SERVICE_FAULT], max_attempts=3),
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT], expire_after_mins=60
            ),
        ],
    )
    tune = TuningStep(
        name="Tune",
        step_args=HyperparameterTuner(
            model_trainer=trainer(session, f"{DATA}/tuned", hyperparameters={"rows": "100"}),
            objective_metric_name="validation:loss",
            objective_type="Minimize",
            metric_definitions=[{"Name": "validation:loss", "Regex": "loss=([0-9.]+)"}],
            hyperparameter_ranges={"rate": ContinuousParameter(0.01, 0.3), "depth": IntegerParameter(2, 8)},
            max_jobs=4,
            max_parallel_jobs=2,
        ).tune(inputs=[channel("train", rows)]),
        depends_on=["Train"],
    )
    predict = TransformStep(
        name="Predict",
        step_args=Transformer(
            model_name="a-model-of-another-pipeline",
            instance_count=1,
            instance_type="ml.m5.large",
            output_path=f"{DATA}/predictions",
            output_kms_key=KEY,
            sagemaker_session=session,
        ).transform(data=f"{DATA}/scaled/part-0.csv", content_type="text/csv"),
        description="reads what Scale writes, and says so nowhere",
    )
    report = ProcessingStep(
        name="Report",
        step_args=processor(session).run(
            code=f"{DATA}/scripts/report.py",
            inputs=[
                reads("best", tune.get_top_model_s3_uri(top_k=0, s3_bucket=bucket, prefix="tuned")),
                reads("predictions", predict.properties.TransformOutput.S3OutputPath),
                reads("model", train.properties.ModelArtifacts.S3ModelArtifacts),
            ],
            outputs=[writes("report", f"{DATA}/report")],
            arguments=["--rows", JsonGet(step_name="Gather", property_file=summary, json_path="rows[0].count")],
        ),
    )
    return Pipeline(
        name="jobs-that-move-data",
        parameters=[bucket, depth, rate, sharded, kind],
        pipeline_experiment_config=PipelineExperimentConfig("fixtures", ExecutionVariables.PIPELINE_EXECUTION_ID),
        steps=[report, gather, scale, train, tune, predict],
        sagemaker_session=session,
    )


PIPELINES = {"jobs-that-move-data": jobs_that_move_data}
