"""The pipelines that the SDK's model evaluators write themselves, from templates of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass

import jinja2
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.train.evaluate.mtrl_pipeline_templates import MTRL_TEMPLATE
from sagemaker.train.evaluate.pipeline_templates import DETERMINISTIC_TEMPLATE, LLMAJ_TEMPLATE

from corpus.offline import ACCOUNT, REGION, ROLE
from corpus.sources.v3.parts import DATA, KEY

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
CONTEXT = {
    "action_arn_prefix": f"{ARN}:action",
    "base_model_arn": f"{ARN}:hub-content/hub/Model/base/1.0.0",
    "dataset_artifact_arn": f"{ARN}:artifact/0123456789abcdef",
    "dataset_uri": f"{DATA}/evaluation/dataset.jsonl",
    "evaluate_base_model": True,
    "judge_model_id": "judge",
    "kms_key_id": KEY,
    "llmaj_metrics": json.dumps(["Builtin.Correctness"]).replace('"', '\\"'),
    "max_new_tokens": "512",
    "metric": "accuracy",
    "mlflow_resource_arn": f"{ARN}:mlflow-tracking-server/fixtures",
    "model_package_group_arn": f"{ARN}:model-package-group/evaluated",
    "pipeline_name": "evaluation",
    "role_arn": ROLE,
    "s3_output_path": f"{DATA}/evaluation/results",
    "source_model_package_arn": f"{ARN}:model-package/evaluated/3",
    "strategy": "zs_cot",
    "task": "mmlu",
    "temperature": "0",
    "top_k": "1",
    "top_p": "1",
    "job_config_document_str": json.dumps(
        {
            "InputDataConfig": [{"DataSource": {"S3DataSource": {"S3Uri": f"{DATA}/evaluation/prompts"}}}],
            "OutputDataConfig": {"S3OutputPath": f"{DATA}/evaluation/base"},
        }
    ),
    "job_config_document_ft_str": json.dumps(
        {
            "InputDataConfig": [{"DataSource": {"S3DataSource": {"S3Uri": f"{DATA}/evaluation/prompts"}}}],
            "OutputDataConfig": {"S3OutputPath": f"{DATA}/evaluation/fine-tuned"},
        }
    ),
}


@dataclass(frozen=True)
class _Rendered:
    """A template, filled in: like a pipeline, it has a definition."""

    template: str

    def definition(self) -> str:
        """The document."""
        return jinja2.Template(self.template).render(CONTEXT)


def evaluation_benchmark(_session: PipelineSession) -> _Rendered:
    """A benchmark of a base model and of the one that was customised from it."""
    return _Rendered(DETERMINISTIC_TEMPLATE)


def evaluation_judge(_session: PipelineSession) -> _Rendered:
    """Answers of two models, judged by a third."""
    return _Rendered(LLMAJ_TEMPLATE)


def evaluation_multi_turn(_session: PipelineSession) -> _Rendered:
    """Two generic jobs, side by side."""
    return _Rendered(MTRL_TEMPLATE)


PIPELINES = {
    "evaluation-benchmark": evaluation_benchmark,
    "evaluation-judge": evaluation_judge,
    "evaluation-multi-turn": evaluation_multi_turn,
}
