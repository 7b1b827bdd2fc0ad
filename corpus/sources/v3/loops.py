"""What only the third generation has: loops, triggers, clean-up."""

from __future__ import annotations

from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.shapes.shapes import MlflowConfig
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.cleanup_step import CleanupStep, S3CleanupSource
from sagemaker.mlops.workflow.for_each_step import CurrentItem, ForEachSelector, ForEachStep, IterationOutput
from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.step_dependency import StepDependency, TriggerCondition
from sagemaker.mlops.workflow.steps import ProcessingStep, TrainingStep

from corpus.offline import ACCOUNT, REGION
from corpus.scripts import script
from corpus.sources.v3.parts import DATA, channel, processor, reads, trainer, writes

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:list-regions"


def loops_and_triggers(session: PipelineSession) -> Pipeline:
    """One training for each region that a function lists; the best is kept, and the rest cleaned up."""
    items = ParameterString("Items", default_value='["a", "b"]')
    listing = LambdaStep(
        name="ListRegions",
        lambda_func=Lambda(FUNCTION, session=session),
        inputs={"items": items, "table": f"{DATA}/regions"},
        outputs=[
            LambdaOutput("regions", LambdaOutputTypeEnum.String),
            LambdaOutput("rows", LambdaOutputTypeEnum.Integer),
        ],
    )
    item = CurrentItem()
    prepare = ProcessingStep(
        name="PrepareRegion",
        step_args=processor(session).run(
            code=script("prepare_region.py"),
            inputs=[reads("region", Join(on="/", values=[DATA, "regions", item.name]))],
            outputs=[writes("rows", Join(on="/", values=[DATA, "prepared", item["name"]]))],
            arguments=["--item", item],
        ),
    )
    fit = TrainingStep(
        name="FitRegion",
        step_args=trainer(session, Join(on="/", values=[DATA, "fitted", item.name])).train(
            input_data_config=[
                channel("train", prepare.properties.ProcessingOutputConfig.Outputs["rows"].S3Output.S3Uri)
            ]
        ),
    )
    loop = ForEachStep(
        name="EachRegion",
        display_name="Every region by itself",
        iterable_items=listing.properties.Outputs["regions"],
        max_concurrency=5,
        for_each_body=[prepare, fit],
        selector=ForEachSelector("MinBy", IterationOutput(fit).FinalMetricDataList["loss"].Value),
    )
    use = ProcessingStep(
        name="UseBest",
        step_args=processor(session).run(
            code=script("use_best.py"),
            inputs=[reads("baseline", f"{DATA}/baseline")],
            outputs=[writes("result", f"{DATA}/best")],
            # 3.27 cannot copy such a reference as an input's location; as an argument it can.
            arguments=[
                "--best",
                loop.properties.Selected.ModelArtifacts.S3ModelArtifacts,
                "--first",
                loop.properties.IterationOutputs[0].FitRegion.ModelArtifacts.S3ModelArtifacts,
                "--succeeded",
                loop.properties.SucceededStepCount.to_string(),
                "--status",
                loop.properties.Status,
            ],
        ),
    )
    literal_loop = ForEachStep(
        name="EachLiteral",
        iterable_items=["small", "large", listing.properties.Outputs["rows"]],
        max_concurrency=1,
        for_each_body=[
            LambdaStep(
                name="TellSize",
                lambda_func=Lambda(FUNCTION, session=session),
                inputs={"size": item, "where": f"{DATA}/sizes"},
                outputs=[],
            )
        ],
        depends_on=[use],
    )
    cleanup = CleanupStep(
        name="CleanUp",
        s3_sources=[S3CleanupSource(use, [f"{DATA}/best/part-0.csv"]), S3CleanupSource("ListRegions")],
        depends_on=[StepDependency(use, TriggerCondition.ANY)],
    )
    alarm = LambdaStep(
        name="Alarm",
        lambda_func=Lambda(FUNCTION, session=session),
        inputs={"what": "failed"},
        outputs=[],
        depends_on=[
            StepDependency(use, TriggerCondition.FAILED),
            StepDependency(listing, TriggerCondition.STOPPED),
            StepDependency(literal_loop, TriggerCondition.COMPLETED),
        ],
    )
    return Pipeline(
        name="loops-and-triggers",
        parameters=[items],
        mlflow_config=MlflowConfig(
            mlflow_resource_arn=f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:mlflow-tracking-server/fixtures",
            mlflow_experiment_name="loops",
        ),
        steps=[listing, loop, use, literal_loop, cleanup, alarm],
        sagemaker_session=session,
    )


PIPELINES = {"loops-and-triggers": loops_and_triggers}
