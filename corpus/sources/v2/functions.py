"""Python functions as steps, and notebooks."""

from __future__ import annotations

from sagemaker.inputs import TrainingInput
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThan
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.function_step import step
from sagemaker.workflow.functions import Join
from sagemaker.workflow.notebook_job_step import NotebookJobStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import TrainingStep

from corpus.offline import ROLE
from corpus.scripts import notebook
from corpus.sources.v2.parts import DATA, IMAGE, KEY, container

SETTINGS = {
    "image_uri": IMAGE,
    "instance_type": "ml.m5.large",
    "role": ROLE,
    "job_conda_env": "base",
}


def function_steps(session: PipelineSession) -> Pipeline:
    """Functions that hand each other their results, and a condition on one of them."""
    source = ParameterString("Source", default_value=f"{DATA}/functions/raw")
    limit = ParameterFloat("Limit", default_value=0.5)

    @step(name="load", display_name="Load", description="Read the rows", **SETTINGS)
    def load(location: str, run: str) -> tuple:
        return location, run

    @step(
        name="split",
        description="Split the rows",
        volume_kms_key=KEY,
        environment_variables={"MODE": source},
        **SETTINGS,
    )
    def split(rows: object, by: float) -> dict:
        return {"train": rows, "test": by}

    @step(name="fit", description="Fit a model", instance_count=2, keep_alive_period_in_seconds=60, **SETTINGS)
    def fit(train: object) -> tuple:
        return train, 0.9

    @step(name="deploy", description="Deploy it", **SETTINGS)
    def deploy(model: object, score: float) -> None:
        print(model, score)

    loaded = load(source, ExecutionVariables.PIPELINE_EXECUTION_ID)
    halves = split(loaded[0], limit)
    fitted = fit(halves["train"])
    check = ConditionStep(
        name="IsFit",
        conditions=[ConditionGreaterThan(left=fitted[1], right=limit)],
        if_steps=[deploy(fitted[0], fitted[1])],
        else_steps=[FailStep(name="Unfit", error_message=Join(on=" ", values=["score under", limit]))],
    )
    return Pipeline(name="function-steps", parameters=[source, limit], steps=[fitted, check], sagemaker_session=session)


def notebook_jobs(session: PipelineSession) -> Pipeline:
    """A notebook explores what a training used, and a second one depends on it."""
    day = ParameterString("Day", default_value="2026-03-01")
    train = TrainingStep(
        name="Train", step_args=container(session, f"{DATA}/notebook-models").fit(TrainingInput(f"{DATA}/train"))
    )
    explore = NotebookJobStep(
        name="Explore",
        display_name="Explore the model",
        notebook_job_name="explore",
        input_notebook=notebook("explore.ipynb"),
        image_uri=IMAGE,
        kernel_name="python3",
        role=ROLE,
        s3_root_uri=f"{DATA}/notebooks",
        parameters={"day": day, "model": train.properties.ModelArtifacts.S3ModelArtifacts},
        environment_variables={"STAGE": "test"},
        s3_kms_key=KEY,
        subnets=["subnet-0aaa"],
        security_group_ids=["sg-0aaa"],
    )
    report = NotebookJobStep(
        name="Report",
        notebook_job_name="report",
        input_notebook=notebook("report.ipynb"),
        image_uri=IMAGE,
        kernel_name="python3",
        role=ROLE,
        s3_root_uri=f"{DATA}/notebooks",
        parameters={"from": explore.properties.ComputingJobName},
        depends_on=[train],
    )
    return Pipeline(name="notebook-jobs", parameters=[day], steps=[train, explore, report], sagemaker_session=session)


PIPELINES = {"function-steps": function_steps, "notebook-jobs": notebook_jobs}
