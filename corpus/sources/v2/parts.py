"""What every pipeline of version 2 is made of: a session, a place for each kind of data, a container that runs."""

from __future__ import annotations

from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.workflow.pipeline_context import PipelineSession

from corpus.offline import ACCOUNT, CODE_BUCKET, REGION, ROLE, boto_session

REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
IMAGE = f"{REGISTRY}/fixture:1.0"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111aaaa-22bb-33cc-44dd-5555eeee6666"
DATA = "s3://fixture-data"
"""Where the fixtures' data lies; no such bucket exists anywhere."""

IN = "/opt/ml/processing/input"
OUT = "/opt/ml/processing/output"


def session() -> PipelineSession:
    """A session without a network; the SDK "uploads" code to SageMaker's default bucket."""
    return PipelineSession(boto_session=boto_session(), default_bucket=CODE_BUCKET)


def processor(
    session: PipelineSession, image: Any = IMAGE, instance_type: Any = "ml.m5.large", output_key: Any = None
) -> ScriptProcessor:
    """A container that runs a script."""
    return ScriptProcessor(
        role=ROLE,
        image_uri=image,
        command=["python3"],
        instance_count=1,
        instance_type=instance_type,
        volume_kms_key=KEY,
        output_kms_key=output_key,
        sagemaker_session=session,
    )


def reads(name: str, source: Any) -> ProcessingInput:
    """A processing input called `name`."""
    return ProcessingInput(source=source, destination=f"{IN}/{name}", input_name=name)


def writes(name: str, destination: Any) -> ProcessingOutput:
    """A processing output called `name`."""
    return ProcessingOutput(output_name=name, source=f"{OUT}/{name}", destination=destination)


def container(session: PipelineSession, output_path: Any, **options: Any) -> Estimator:
    """A training container that writes models to `output_path`; debugger and profiler are off unless asked for."""
    defaults = {
        "image_uri": IMAGE,
        "instance_count": 1,
        "instance_type": "ml.m5.xlarge",
        "disable_profiler": True,
        "debugger_hook_config": False,
    }
    return Estimator(role=ROLE, sagemaker_session=session, output_path=output_path, **{**defaults, **options})
