"""Conditions: every comparison, nested, with steps in both branches and conditions in branches."""

from __future__ import annotations

from sagemaker.inputs import TrainingInput
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.parameters import ParameterBoolean, ParameterFloat, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.pipeline_definition_config import PipelineDefinitionConfig
from sagemaker.workflow.pipeline_experiment_config import PipelineExperimentConfigProperties
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

from corpus.scripts import script
from corpus.sources.v2.parts import DATA, container, processor, reads, writes


def conditions_nested(session: PipelineSession) -> Pipeline:
    """Measure, then decide three levels deep; a step outside reads what a step in a branch wrote."""
    mode = ParameterString("Mode", default_value="full", enum_values=["full", "quick"])
    force = ParameterBoolean("Force", default_value=False)
    limit = ParameterFloat("Limit", default_value=1.0)
    tries = ParameterInteger("Tries", default_value=3)
    report = PropertyFile(name="Report", output_name="report", path="report.json")
    measure = ProcessingStep(
        name="Measure",
        step_args=processor(session).run(
            code=script("measure.py"),
            inputs=[reads("data", f"{DATA}/data")],
            outputs=[writes("report", f"{DATA}/report")],
        ),
        property_files=[report],
    )

    def measured(path: str) -> JsonGet:
        return JsonGet(step_name="Measure", property_file=report, json_path=path)

    train = TrainingStep(name="TrainFull", step_args=container(session, f"{DATA}/full").fit(f"{DATA}/data"))
    quick = TrainingStep(
        name="TrainQuick",
        step_args=container(session, f"{DATA}/quick", hyperparameters={"rows": measured("rows")}).fit(
            TrainingInput(measure.properties.ProcessingOutputConfig.Outputs["report"].S3Output.S3Uri)
        ),
    )
    too_bad = FailStep(
        name="TooBad",
        error_message=Join(
            on=" ", values=["error", measured("error"), "over", limit, "at", ExecutionVariables.CURRENT_DATETIME]
        ),
    )
    innermost = ConditionStep(
        name="IsSmall",
        conditions=[ConditionLessThan(left=measured("rows"), right=1000), ConditionGreaterThan(left=tries, right=0)],
        if_steps=[quick],
        else_steps=[],
        depends_on=[train],
    )
    middle = ConditionStep(
        name="IsKnown",
        conditions=[
            ConditionIn(value=mode, in_values=["full", "quick", measured("mode")]),
            ConditionNot(ConditionEquals(left=ExecutionVariables.PIPELINE_NAME, right="forbidden")),
        ],
        if_steps=[train, innermost],
        else_steps=[FailStep(name="UnknownMode", error_message="no such mode")],
    )
    outermost = ConditionStep(
        name="IsGood",
        display_name="Good enough, or forced?",
        conditions=[
            ConditionOr(
                conditions=[
                    ConditionLessThanOrEqualTo(left=measured("error"), right=limit),
                    ConditionEquals(left=force, right=True),
                    ConditionNot(ConditionGreaterThanOrEqualTo(left=measured("metrics['loss'].value"), right=0.5)),
                ]
            )
        ],
        if_steps=[middle],
        else_steps=[too_bad],
    )
    after = ProcessingStep(
        name="Announce",
        step_args=processor(session).run(
            code=script("announce.py"),
            inputs=[reads("model", train.properties.ModelArtifacts.S3ModelArtifacts)],
            arguments=["--outcome", outermost.properties.Outcome],
        ),
        depends_on=["IsGood"],
    )
    return Pipeline(
        name="conditions-nested",
        parameters=[mode, force, limit, tries],
        steps=[measure, outermost, after],
        sagemaker_session=session,
    )


def execution_variables(session: PipelineSession) -> Pipeline:
    """Every execution variable, joined into the places that one step reads and writes; jobs keep a prefix of ours."""
    named = processor(session)
    named.base_job_name = "everything"
    names = {name: value for name, value in vars(ExecutionVariables).items() if name.isupper()}
    step = ProcessingStep(
        name="Everything",
        step_args=named.run(
            code=script("everything.py"),
            inputs=[
                reads(name.lower(), Join(on="/", values=[DATA, Join(on="-", values=["by", variable])]))
                for name, variable in names.items()
            ],
            outputs=[writes("all", Join(on="/", values=[DATA, *names.values()]))],
            arguments=[
                PipelineExperimentConfigProperties.EXPERIMENT_NAME,
                PipelineExperimentConfigProperties.TRIAL_NAME,
            ],
        ),
    )
    return Pipeline(
        name="execution-variables",
        pipeline_definition_config=PipelineDefinitionConfig(use_custom_job_prefix=True),
        steps=[step],
        sagemaker_session=session,
    )


PIPELINES = {"conditions-nested": conditions_nested, "execution-variables": execution_variables}
