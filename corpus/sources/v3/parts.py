"""What every pipeline of version 3 is made of: a session, a place for each kind of data, a container that runs."""

from __future__ import annotations

from typing import Any

from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output
from sagemaker.core.training.configs import Compute, InputData, OutputDataConfig
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.train.model_trainer import ModelTrainer

from corpus.offline import ACCOUNT, CODE_BUCKET, REGION, ROLE, boto_session

REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
IMAGE = f"{REGISTRY}/fixture:3.0"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111aaaa-22bb-33cc-44dd-5555eeee6666"
DATA = "s3://fixture-data"
"""Where the fixtures' data lies; no such bucket exists anywhere."""

IN = "/opt/ml/processing/input"
OUT = "/opt/ml/processing/output"


def session() -> PipelineSession:
    """A session without a network; the SDK "uploads" code to SageMaker's default bucket."""
    return PipelineSession(boto_session=boto_session(), default_bucket=CODE_BUCKET)


def processor(session: PipelineSession, **options: Any) -> ScriptProcessor:
    """A container that runs a script."""
    defaults = {"image_uri": IMAGE, "command": ["python3"], "instance_count": 1, "instance_type": "ml.m5.large"}
    return ScriptProcessor(role=ROLE, sagemaker_session=session, **{**defaults, **options})


def reads(name: str, source: Any) -> ProcessingInput:
    """A processing input called `name`."""
    return ProcessingInput(
        input_name=name,
        s3_input=ProcessingS3Input(s3_uri=source, local_path=f"{IN}/{name}", s3_data_type="S3Prefix"),
    )


def writes(name: str, destination: Any) -> ProcessingOutput:
    """A processing output called `name`."""
    return ProcessingOutput(
        output_name=name,
        s3_output=ProcessingS3Output(s3_uri=destination, local_path=f"{OUT}/{name}", s3_upload_mode="EndOfJob"),
    )


def trainer(session: PipelineSession, output_path: Any, **options: Any) -> ModelTrainer:
    """A training container that writes models to `output_path`."""
    defaults = {
        "training_image": IMAGE,
        "compute": Compute(instance_type="ml.m5.xlarge", instance_count=1, volume_size_in_gb=30),
        "output_data_config": OutputDataConfig(s3_output_path=output_path),
        "base_job_name": "fixture",
    }
    return ModelTrainer(role=ROLE, sagemaker_session=session, **{**defaults, **options})


def channel(name: str, source: Any, content_type: str = "text/csv") -> InputData:
    """A training channel called `name`."""
    return InputData(channel_name=name, data_source=source, content_type=content_type)
