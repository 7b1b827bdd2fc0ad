"""Which function runs which type of step."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.jobs.models import (
    create_endpoint,
    create_endpoint_config,
    create_inference_component,
    create_model,
    register,
)
from sandbox.jobs.processing import check, process
from sandbox.jobs.task import Performer, Task, Work
from sandbox.jobs.training import train
from sandbox.jobs.transform import transform

PERFORMERS: Mapping[str, Performer] = {
    "Processing": process,
    "QualityCheck": check,
    "ClarifyCheck": check,
    "Training": train,
    "Transform": transform,
    "Model": create_model,
    "RegisterModel": register,
    "EndpointConfig": create_endpoint_config,
    "Endpoint": create_endpoint,
    "InferenceComponent": create_inference_component,
}


def perform(task: Task) -> Work:
    """Run one step; a type that nobody knows runs without leaving anything but its arguments."""
    performer = PERFORMERS.get(task.type)
    return performer(task) if performer else Work(properties=dict(task.arguments))
