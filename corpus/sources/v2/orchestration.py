"""Steps that call other services, and explicit lineage."""

from __future__ import annotations

from sagemaker.lambda_helper import Lambda
from sagemaker.lineage.action import Action
from sagemaker.lineage.artifact import Artifact
from sagemaker.lineage.context import Context
from sagemaker.workflow.callback_step import CallbackOutput, CallbackOutputTypeEnum, CallbackStep
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionEquals
from sagemaker.workflow.emr_step import EMRStep, EMRStepConfig
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join
from sagemaker.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.workflow.lineage_step import LineageAssociation, LineageEntityReference, LineageStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, ProcessingStep

from corpus.offline import ACCOUNT, REGION, ROLE
from corpus.scripts import script
from corpus.sources.v2.parts import DATA, processor, reads, writes

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:choose-partition"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/approvals"
CLUSTER = {
    "Applications": [{"Name": "Spark"}],
    "Instances": {
        "InstanceGroups": [{"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.2xlarge"}],
        "Ec2SubnetId": "subnet-0aaa",
    },
    "LogUri": f"{DATA}/emr-logs",
    "ReleaseLabel": "emr-7.1.0",
    "ServiceRole": "emr-service-role",
    "JobFlowRole": "emr-ec2-role",
}


def orchestration_services(session: PipelineSession) -> Pipeline:
    """A function chooses data, Spark crunches it on two clusters, people approve, and the lineage is written down."""
    cluster = ParameterString("ClusterId")
    choose = LambdaStep(
        name="Choose",
        lambda_func=Lambda(FUNCTION, session=session),
        inputs={"from": f"{DATA}/partitions", "run": ExecutionVariables.PIPELINE_EXECUTION_ARN},
        outputs=[
            LambdaOutput("partition", LambdaOutputTypeEnum.String),
            LambdaOutput("rows", LambdaOutputTypeEnum.Integer),
            LambdaOutput("fresh", LambdaOutputTypeEnum.Boolean),
            LambdaOutput("share", LambdaOutputTypeEnum.Float),
        ],
        cache_config=CacheConfig(enable_caching=True, expire_after="PT1H"),
    )
    partition = choose.properties.Outputs["partition"]
    crunch = EMRStep(
        name="Crunch",
        display_name="Crunch on a standing cluster",
        description="Spark on EMR",
        cluster_id=cluster,
        execution_role_arn=ROLE,
        step_config=EMRStepConfig(
            jar="command-runner.jar",
            args=["spark-submit", f"{DATA}/jobs/crunch.py", "--in", partition, "--out", f"{DATA}/crunched"],
            main_class="org.example.Crunch",
            properties=[{"Key": "spark.memory", "Value": "4g"}],
        ),
    )
    crunch_more = EMRStep(
        name="CrunchMore",
        display_name="Crunch on a cluster of its own",
        description="Spark on a new EMR cluster",
        cluster_id=None,
        cluster_config=CLUSTER,
        step_config=EMRStepConfig(
            jar=f"{DATA}/jobs/more.jar", args=["--in", f"{DATA}/crunched", "--again", crunch.properties.Config.Args[3]]
        ),
        depends_on=[crunch],
    )
    approve = CallbackStep(
        name="Approve",
        sqs_queue_url=QUEUE,
        inputs={"location": f"{DATA}/crunched", "step": crunch_more.properties.Id, "nested": {"rows": partition}},
        outputs=[
            CallbackOutput("verdict", CallbackOutputTypeEnum.String),
            CallbackOutput("report", CallbackOutputTypeEnum.String),
        ],
    )
    finish = ProcessingStep(
        name="Finish",
        step_args=processor(session).run(
            code=script("finish.py"),
            inputs=[
                reads("report", approve.properties.Outputs["report"]),
                reads("partition", Join(on="/", values=[DATA, partition, "rows"])),
            ],
            outputs=[writes("final", f"{DATA}/final")],
        ),
    )
    lineage = LineageStep(
        name="Record",
        artifacts=[
            Artifact.create(
                artifact_name="crunched",
                source_uri=f"{DATA}/crunched",
                artifact_type="DataSet",
                sagemaker_session=session,
            ),
            Artifact.create(
                artifact_name="final",
                source_uri=finish.properties.ProcessingOutputConfig.Outputs["final"].S3Output.S3Uri,
                artifact_type="DataSet",
                sagemaker_session=session,
            ),
        ],
        actions=Action.create(
            action_name="approval",
            source_uri=approve.properties.Outputs["verdict"],
            action_type="Approval",
            sagemaker_session=session,
        ),
        contexts=Context.create(
            context_name="campaign", source_uri=f"{DATA}/campaign", context_type="Campaign", sagemaker_session=session
        ),
        associations=[
            LineageAssociation(
                LineageEntityReference(name="crunched", type="Artifact"),
                LineageEntityReference(name="final", type="Artifact"),
                "DerivedFrom",
            ),
            LineageAssociation(
                LineageEntityReference(arn=f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:artifact/0123"),
                LineageEntityReference(name="approval", type="Action"),
                "ContributedTo",
            ),
        ],
    )
    tell = LambdaStep(
        name="Tell",
        lambda_func=Lambda(FUNCTION, session=session),
        inputs={
            "artifact": lineage.properties.ArtifactArns["final"],
            "action": lineage.properties.ActionArns["approval"],
            "context": lineage.properties.ContextArns["campaign"],
        },
        outputs=[],
    )
    approved = ConditionStep(
        name="IsApproved",
        conditions=[
            ConditionEquals(left=approve.properties.Outputs["verdict"], right="yes"),
            ConditionEquals(left=choose.properties.Outputs["fresh"], right=True),
        ],
        if_steps=[finish, lineage, tell],
        else_steps=[FailStep(name="Refused", error_message=Join(on=": ", values=["refused", partition]))],
    )
    return Pipeline(
        name="orchestration-services",
        parameters=[cluster],
        steps=[choose, crunch, crunch_more, approve, approved],
        sagemaker_session=session,
    )


PIPELINES = {"orchestration-services": orchestration_services}
