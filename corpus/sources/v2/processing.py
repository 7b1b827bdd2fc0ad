"""Processing: every kind of processor, input and output."""

from __future__ import annotations

from sagemaker.dataset_definition.inputs import (
    AthenaDatasetDefinition,
    DatasetDefinition,
    RedshiftDatasetDefinition,
    S3Input,
)
from sagemaker.network import NetworkConfig
from sagemaker.processing import FeatureStoreOutput, FrameworkProcessor, ProcessingInput, ProcessingOutput, Processor
from sagemaker.pytorch import PyTorchProcessor
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.spark.processing import PySparkProcessor
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.pipeline_definition_config import PipelineDefinitionConfig
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep

from corpus.offline import ACCOUNT, REGION, ROLE
from corpus.scripts import folder, script
from corpus.sources.v2.parts import DATA, IMAGE, IN, KEY, OUT, processor, reads, writes


def processing_sources(session: PipelineSession) -> Pipeline:
    """Data out of Athena, Redshift and S3 comes together in a feature group and a table of rows."""
    catalog = ParameterString("Catalog", default_value="AwsDataCatalog")
    rows = ParameterInteger("Rows")
    private = NetworkConfig(
        enable_network_isolation=True,
        security_group_ids=["sg-0aaa"],
        subnets=["subnet-0aaa"],
        encrypt_inter_container_traffic=True,
    )
    query = ProcessingStep(
        name="Query",
        step_args=Processor(
            role=ROLE,
            image_uri=IMAGE,
            instance_count=1,
            instance_type="ml.m5.large",
            entrypoint=["python3", "/opt/query.py"],
            env={"STARTED": ExecutionVariables.START_DATETIME},
            network_config=private,
            volume_kms_key=KEY,
            output_kms_key=KEY,
            sagemaker_session=session,
        ).run(
            inputs=[
                ProcessingInput(
                    input_name="athena",
                    app_managed=True,
                    dataset_definition=DatasetDefinition(
                        local_path=f"{IN}/athena",
                        athena_dataset_definition=AthenaDatasetDefinition(
                            catalog=catalog,
                            database="shop",
                            query_string="SELECT * FROM orders",
                            work_group="analysts",
                            output_s3_uri=f"{DATA}/athena-results",
                            kms_key_id=KEY,
                            output_format="PARQUET",
                        ),
                    ),
                ),
                ProcessingInput(
                    input_name="redshift",
                    app_managed=True,
                    dataset_definition=DatasetDefinition(
                        local_path=f"{IN}/redshift",
                        redshift_dataset_definition=RedshiftDatasetDefinition(
                            cluster_id="warehouse",
                            database="shop",
                            db_user="reader",
                            query_string="SELECT * FROM customers",
                            cluster_role_arn=ROLE,
                            output_s3_uri=f"{DATA}/redshift-results",
                            output_format="CSV",
                        ),
                    ),
                ),
                ProcessingInput(
                    input_name="plain",
                    s3_input=S3Input(
                        s3_uri=f"{DATA}/lookup/", local_path=f"{IN}/plain", s3_data_distribution_type="ShardedByS3Key"
                    ),
                ),
            ],
            outputs=[
                writes("rows.v1", Join(on="/", values=[DATA, "rows", ExecutionVariables.PIPELINE_EXECUTION_ID])),
                ProcessingOutput(
                    output_name="features",
                    source=f"{OUT}/features",
                    app_managed=True,
                    feature_store_output=FeatureStoreOutput(feature_group_name="customers-features"),
                ),
            ],
            arguments=["--rows", rows.to_string()],
        ),
    )
    outputs = query.properties.ProcessingOutputConfig.Outputs
    summary = PropertyFile(name="Summary", output_name="summary", path="nested/summary.json")
    summarise = ProcessingStep(
        name="Summarise",
        step_args=SKLearnProcessor(
            framework_version="1.2-1",
            role=ROLE,
            instance_type="ml.m5.large",
            instance_count=1,
            sagemaker_session=session,
        ).run(
            code=script("summarise.py"),
            inputs=[
                reads("rows", outputs["rows.v1"].S3Output.S3Uri),
                reads("lookup", query.properties.ProcessingInputs["plain"].S3Input.S3Uri),
            ],
            outputs=[writes("summary", f"{DATA}/summary"), ProcessingOutput(output_name="default", source=f"{OUT}/d")],
            arguments=["--features", outputs["features"].FeatureStoreOutput.FeatureGroupName],
        ),
        property_files=[summary],
        depends_on=["Query"],
    )
    return Pipeline(
        name="processing-sources",
        parameters=[catalog, rows],
        pipeline_experiment_config=None,
        steps=[query, summarise],
        sagemaker_session=session,
    )


def processing_frameworks(session: PipelineSession) -> Pipeline:
    """Framework processors with source directories, Spark with jars, and a location that is only spelt out."""
    torch = ProcessingStep(
        name="TorchPrepare",
        step_args=PyTorchProcessor(
            framework_version="1.13",
            py_version="py39",
            role=ROLE,
            instance_type="ml.m5.large",
            instance_count=1,
            sagemaker_session=session,
        ).run(
            code="prepare.py",
            source_dir=folder("processing_torch", "prepare.py", "requirements.txt"),
            inputs=[reads("raw", f"{DATA}/raw")],
            outputs=[ProcessingOutput(output_name="prepared", source=f"{OUT}/prepared")],
        ),
    )
    sklearn = ProcessingStep(
        name="SklearnScale",
        step_args=FrameworkProcessor(
            SKLearn,
            "1.2-1",
            ROLE,
            1,
            "ml.m5.large",
            sagemaker_session=session,
        ).run(
            code="scale.py",
            source_dir=folder("processing_sklearn", "scale.py"),
            inputs=[reads("prepared", torch.properties.ProcessingOutputConfig.Outputs["prepared"].S3Output.S3Uri)],
            outputs=[writes("scaled", f"{DATA}/scaled")],
        ),
    )
    spark = ProcessingStep(
        name="SparkJoin",
        step_args=PySparkProcessor(
            base_job_name="spark",
            image_uri=IMAGE,
            role=ROLE,
            instance_count=2,
            instance_type="ml.m5.xlarge",
            sagemaker_session=session,
        ).run(
            submit_app=script("spark_join.py"),
            submit_jars=[f"{DATA}/jars/connector.jar"],
            configuration={"Classification": "spark-defaults", "Properties": {"spark.executor.memory": "2g"}},
            arguments=["--left", f"{DATA}/scaled", "--right", f"{DATA}/right"],
            spark_event_logs_s3_uri=f"{DATA}/spark-logs",
        ),
        depends_on=[sklearn],
    )
    publish = ProcessingStep(
        name="Publish",
        step_args=processor(session).run(
            code=f"{DATA}/scripts/publish.py",
            inputs=[
                # The same place, spelt out: no reference tells that SklearnScale writes it.
                reads("scaled", f"{DATA}/scaled/part-0.csv"),
                reads("neighbour", f"{DATA}/scaled-by-hand"),
            ],
            outputs=[writes("published", Join(values=["s3://fixture-public/", ExecutionVariables.PIPELINE_NAME]))],
            arguments=["--arn", Join(on=":", values=["arn:aws:sagemaker", REGION, ACCOUNT, "x"])],
        ),
    )
    return Pipeline(
        name="processing-frameworks",
        steps=[publish, spark, sklearn, torch],
        pipeline_definition_config=PipelineDefinitionConfig(use_custom_job_prefix=False),
        sagemaker_session=session,
    )


PIPELINES = {"processing-sources": processing_sources, "processing-frameworks": processing_frameworks}
