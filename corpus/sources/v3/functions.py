"""Python functions as steps, notebooks, and every execution variable."""

from __future__ import annotations

from sagemaker.core.workflow.conditions import ConditionGreaterThan
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.function_step import step
from sagemaker.mlops.workflow.notebook_job_step import NotebookJobStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import ProcessingStep

from corpus.offline import ROLE
from corpus.scripts import notebook, script
from corpus.sources.v3.parts import DATA, IMAGE, processor, reads, writes

SETTINGS = {"image_uri": IMAGE, "instance_type": "ml.m5.large", "role": ROLE, "job_conda_env": "base"}


def functions_and_notebooks(session: PipelineSession) -> Pipeline:
    """Two functions, a condition on what the second returns, and a notebook that reports."""
    source = ParameterString("Source", default_value=f"{DATA}/functions/raw")
    limit = ParameterFloat("Limit", default_value=0.5)

    @step(name="load", display_name="Load", description="Read the rows", **SETTINGS)
    def load(location: str) -> tuple:
        return location, 1.0

    @step(name="fit", description="Fit a model", **SETTINGS)
    def fit(rows: object, weight: float) -> dict:
        return {"score": weight, "rows": rows}

    loaded = load(source)
    fitted = fit(loaded[0], loaded[1])
    report = NotebookJobStep(
        name="Report",
        notebook_job_name="report",
        input_notebook=notebook("report.ipynb"),
        image_uri=IMAGE,
        kernel_name="python3",
        role=ROLE,
        s3_root_uri=f"{DATA}/notebooks",
        parameters={"source": source},
    )
    check = ConditionStep(
        name="IsFit",
        conditions=[ConditionGreaterThan(left=fitted["score"], right=limit)],
        if_steps=[report],
        else_steps=[FailStep(name="Unfit", error_message="score too low")],
    )
    names = {name: value for name, value in vars(ExecutionVariables).items() if name.isupper()}
    everything = ProcessingStep(
        name="Everything",
        step_args=processor(session).run(
            code=script("everything.py"),
            inputs=[reads(name.lower(), Join(on="/", values=[DATA, variable])) for name, variable in names.items()],
            outputs=[writes("all", Join(on="/", values=[DATA, *names.values()]))],
        ),
    )
    return Pipeline(
        name="functions-and-notebooks",
        parameters=[source, limit],
        steps=[fitted, check, everything],
        sagemaker_session=session,
    )


PIPELINES = {"functions-and-notebooks": functions_and_notebooks}
