"""Generic jobs, and steps that call other services: Spark, people, functions, lineage."""

from __future__ import annotations

from typing import Any

from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.lineage.action import Action
from sagemaker.core.lineage.artifact import Artifact
from sagemaker.core.lineage.context import Context
from sagemaker.core.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import ParameterFloat, ParameterInteger, ParameterString
from sagemaker.core.workflow.pipeline_capture import capture_create_job_request
from sagemaker.core.workflow.pipeline_context import PipelineSession, runnable_by_pipeline
from sagemaker.core.workflow.properties import Properties, PropertyFile
from sagemaker.mlops.workflow.callback_step import CallbackOutput, CallbackOutputTypeEnum, CallbackStep
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.emr_serverless_step import EMRServerlessJobConfig, EMRServerlessStep
from sagemaker.mlops.workflow.emr_step import EMRStep, EMRStepConfig
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.lambda_step import LambdaStep
from sagemaker.mlops.workflow.lineage_step import LineageAssociation, LineageEntityReference, LineageStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import JobStep, ProcessingStep

from corpus.offline import ACCOUNT, REGION, ROLE
from corpus.scripts import script
from corpus.sources.v3.parts import DATA, processor, reads, writes

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:list-regions"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/approvals"


class _Customisation:
    """A producer of a CreateJob request: what the SDK's own trainers are, without a look into AWS's model hub."""

    _pipeline_caller_name = "create_job"

    def __init__(self, session: PipelineSession, config: dict[str, Any]) -> None:
        self.sagemaker_session = session
        self.config = config

    @runnable_by_pipeline
    def train(self) -> None:
        """Hand the request to the session."""
        capture_create_job_request(
            self.sagemaker_session,
            job_name="customise",
            role_arn=ROLE,
            job_category="AgentRFT",
            schema_version="1.0.0",
            job_config=self.config,
        )


def jobs_and_services(session: PipelineSession) -> Pipeline:
    """Generic jobs whose configuration is JSON in a string, Spark without servers and with, people, and lineage."""
    source = ParameterString("Source", default_value=f"{DATA}/dialogues")
    limit = ParameterFloat("Limit", default_value=0.5)
    tries = ParameterInteger("Tries", default_value=3)
    customise = JobStep(
        name="Customise",
        step_args=_Customisation(
            session,
            {
                "InputDataConfig": [
                    {
                        "ChannelName": "train",
                        "DataSource": {"S3DataSource": {"S3Uri": source, "S3DataType": "S3Prefix"}},
                    }
                ],
                "OutputDataConfig": {"S3OutputPath": f"{DATA}/customised"},
                "ModelPackageConfig": {
                    "ModelPackageGroupArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group/g"
                },
            },
        ).train(),
    )
    again = JobStep(
        name="CustomiseAgain",
        step_args=_Customisation(
            session,
            {
                "InputDataConfig": [
                    {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": f"{DATA}/more"}}}
                ],
                "OutputDataConfig": {"S3OutputPath": f"{DATA}/customised-again"},
                # The service looks into the document; the SDK's own property stops at the string.
                "BaseModel": Properties(customise.name, "JobConfigDocument.OutputModelPackageArn", step=customise),
            },
        ).train(),
    )
    serverless = EMRServerlessStep(
        name="Serverless",
        display_name="Spark without servers",
        description="on a standing application",
        application_id="00abcdefghijkl01",
        job_config=EMRServerlessJobConfig(
            job_driver={
                "sparkSubmit": {
                    "entryPoint": f"{DATA}/jobs/serverless.py",
                    "entryPointArguments": ["--in", source, "--out", f"{DATA}/serverless"],
                    "sparkSubmitParameters": f"--jars {DATA}/jars/connector.jar",
                }
            },
            execution_role_arn=ROLE,
            configuration_overrides={
                "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": f"{DATA}/serverless-logs"}}
            },
        ),
    )
    serverless_new = EMRServerlessStep(
        name="ServerlessNew",
        display_name="Spark without servers, on an application of its own",
        description="and after the other",
        application_config={"releaseLabel": "emr-7.1.0", "type": "SPARK"},
        job_config=EMRServerlessJobConfig(
            job_driver={"sparkSubmit": {"entryPoint": f"{DATA}/jobs/new.py", "entryPointArguments": []}},
            execution_role_arn=ROLE,
        ),
        depends_on=[serverless],
    )
    emr = EMRStep(
        name="Crunch",
        display_name="Crunch",
        description="on a standing cluster",
        cluster_id="j-0123456789ABC",
        execution_role_arn=ROLE,
        step_config=EMRStepConfig(
            jar="command-runner.jar",
            args=["spark-submit", f"{DATA}/jobs/crunch.py", "--input", f"{DATA}/serverless/part-0"],
            output_args={"result": f"{DATA}/crunched", "rejects": f"{DATA}/rejected"},
        ),
    )
    emr_new = EMRStep(
        name="CrunchOnItsOwn",
        display_name="Crunch on a cluster of its own",
        description="with a cluster configuration",
        cluster_id=None,
        cluster_config={"Instances": {"InstanceGroups": []}, "LogUri": f"{DATA}/emr-logs"},
        step_config=EMRStepConfig(jar=f"{DATA}/jobs/own.jar", args=["--in", emr.emr_outputs["result"]]),
    )
    approve = CallbackStep(
        name="Approve",
        sqs_queue_url=QUEUE,
        inputs={"crunched": emr.emr_outputs["rejects"], "run": ExecutionVariables.PIPELINE_EXECUTION_ARN},
        outputs=[CallbackOutput("verdict", CallbackOutputTypeEnum.String)],
        depends_on=[emr_new],
    )
    report = PropertyFile(name="Report", output_name="report", path="report.json")
    measure = ProcessingStep(
        name="Measure",
        step_args=processor(session).run(
            code=script("measure.py"),
            inputs=[
                reads(
                    "customised", Join(on="/", values=[f"{DATA}/customised", ExecutionVariables.PIPELINE_EXECUTION_ID])
                )
            ],
            outputs=[writes("report", f"{DATA}/measured")],
        ),
        property_files=[report],
    )
    loss = JsonGet(step_name="Measure", property_file=report, json_path="loss")
    record = LineageStep(
        name="Record",
        actions=Action.create(
            action_name="approval",
            source_uri=approve.properties.Outputs["verdict"],
            action_type="Approval",
            sagemaker_session=session,
        ),
        artifacts=[
            Artifact.create(
                artifact_name="crunched",
                source_uri=f"{DATA}/crunched",
                artifact_type="DataSet",
                sagemaker_session=session,
            )
        ],
        contexts=Context.create(
            context_name="campaign", source_uri=f"{DATA}/campaign", context_type="Campaign", sagemaker_session=session
        ),
        associations=[
            LineageAssociation(
                LineageEntityReference(name="crunched", type="Artifact"),
                LineageEntityReference(name="approval", type="Action"),
                "ContributedTo",
            )
        ],
    )
    tell = LambdaStep(
        name="Tell",
        lambda_func=Lambda(FUNCTION, session=session),
        inputs={"artifact": record.properties.ArtifactArns["crunched"]},
        outputs=[],
    )
    check = ConditionStep(
        name="IsFine",
        conditions=[
            ConditionOr(
                conditions=[
                    ConditionLessThan(left=loss, right=limit),
                    ConditionNot(ConditionGreaterThan(left=tries, right=5)),
                    ConditionIn(value=approve.properties.Outputs["verdict"], in_values=["yes", "maybe"]),
                ]
            ),
            ConditionLessThanOrEqualTo(left=tries, right=9),
            ConditionGreaterThanOrEqualTo(left=limit, right=0.1),
            ConditionEquals(left=ExecutionVariables.PIPELINE_NAME, right="jobs-and-services"),
        ],
        if_steps=[record, tell],
        else_steps=[FailStep(name="NotFine", error_message=Join(on=" ", values=["loss", loss]))],
    )
    return Pipeline(
        name="jobs-and-services",
        parameters=[source, limit, tries],
        steps=[customise, again, serverless, serverless_new, emr, emr_new, approve, measure, check],
        sagemaker_session=session,
    )


PIPELINES = {"jobs-and-services": jobs_and_services}
