"""Table of the functions that run each type of step."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.jobs import automl, models, processing, services, training, transform, tuning
from sandbox.jobs.task import Performer, Task, Work

PERFORMERS: Mapping[str, Performer] = {
    "Processing": processing.process,
    "QualityCheck": processing.check,
    "ClarifyCheck": processing.check,
    "Training": training.train,
    "Tuning": tuning.tune,
    "AutoML": automl.automl,
    "Transform": transform.transform,
    "Model": models.create_model,
    "RegisterModel": models.register,
    "EndpointConfig": models.create_endpoint_config,
    "Endpoint": models.create_endpoint,
    "InferenceComponent": models.create_inference_component,
    "Lambda": services.call_function,
    "Callback": services.call_back,
    "EMR": services.run_on_emr,
    "EMRServerless": services.run_on_emr_serverless,
    "Fail": services.fail,
    "Lineage": services.note_lineage,
    "Job": services.run_job,
    "Athena": services.query_athena,
    "HubContent": services.import_hub_content,
    "Cleanup": services.clean_up,
    "BedrockCustomModel": services.make_in_bedrock,
    "BedrockCustomModelDeployment": services.make_in_bedrock,
    "BedrockModelImport": services.make_in_bedrock,
    "BedrockProvisionedModelThroughput": services.make_in_bedrock,
}


def perform(task: Task) -> Work:
    """Run one step; a step of an unknown type leaves nothing but its arguments."""
    performer = PERFORMERS.get(task.type)
    return performer(task) if performer else Work(properties=dict(task.arguments))
