"""What reading a definition costs without AWS: `python -m bench.offline` prints two ratios and whether they hold."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from typing import Any

from chalicelib.formats.lineage import to_json_text, to_lineage
from chalicelib.routes.lineage import offline_lineage

MOST_GROWTH = 13
"""A thousand steps may cost this many times what a hundred do: ten is linear, the rest is collecting garbage."""

MOST_OVER_JSON = 12
"""A thousand steps may cost this many times what it takes to read their JSON and to write the answer's.

Beside the graph that is every step's own settings, the findings, and a look at each string for secrets.
"""

ROUNDS = 15
ROLE = "arn:aws:iam::123456789012:role/Pipeline"
IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/work:1"
CLUSTER = {"InstanceType": {"Get": "Parameters.InstanceType"}, "InstanceCount": 1, "VolumeSizeInGB": 30}


def _place(stage: int, *parts: str) -> dict[str, Any]:
    return {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, f"stage-{stage}", *parts]}}


def _output(step: str, name: str) -> dict[str, str]:
    return {"Get": f"Steps.{step}.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri"}


def _processing(name: str, inputs: dict[str, Any], outputs: dict[str, Any], **keys: Any) -> dict[str, Any]:
    mode = {"S3DataType": "S3Prefix", "S3InputMode": "File", "S3DataDistributionType": "FullyReplicated"}
    inputs = {**inputs, "code": f"s3://bench-code/{name}/run.py"}
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {"ClusterConfig": CLUSTER},
            "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", "/opt/ml/code/run.py"]},
            "RoleArn": ROLE,
            "ProcessingInputs": [
                {"InputName": key, "AppManaged": False, "S3Input": {"S3Uri": uri, "LocalPath": f"/opt/{key}", **mode}}
                for key, uri in inputs.items()
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {"OutputName": key, "AppManaged": False, "S3Output": {"S3Uri": uri, "LocalPath": f"/opt/{key}"}}
                    for key, uri in outputs.items()
                ]
            },
        },
        **keys,
    }


def _stage(stage: int) -> list[dict[str, Any]]:
    """Return five steps that read what the stage before wrote: prepare, train, evaluate, a gate before the registry."""
    before = [f"Register{stage - 1}"] if stage else []
    prepare, train, evaluate = f"Prepare{stage}", f"Train{stage}", f"Evaluate{stage}"
    model = {"Get": f"Steps.{train}.ModelArtifacts.S3ModelArtifacts"}
    report = {"PropertyFileName": "Report", "OutputName": "report", "FilePath": "evaluation.json"}
    metric = {"PropertyFile": {"Get": f"Steps.{evaluate}.PropertyFiles.Report"}, "Path": "metrics.auc.value"}
    registration = {
        "ModelPackageGroupName": "bench",
        "ModelMetrics": {"ModelQuality": {"Statistics": {"S3Uri": _place(stage, "report", "evaluation.json")}}},
        "InferenceSpecification": {"Containers": [{"Image": IMAGE, "ModelDataUrl": model}]},
    }
    return [
        _processing(
            prepare,
            {"raw": _place(stage, "raw")},
            {"train": _place(stage, "train"), "test": _place(stage, "test")},
            DependsOn=before,
        ),
        {
            "Name": train,
            "Type": "Training",
            "Arguments": {
                "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                "OutputDataConfig": {"S3OutputPath": _place(stage, "models")},
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
                "ResourceConfig": CLUSTER,
                "RoleArn": ROLE,
                "InputDataConfig": [
                    {
                        "ChannelName": "train",
                        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": _output(prepare, "train")}},
                    }
                ],
                "HyperParameters": {"max_depth": "5", "eta": "0.2", "objective": "binary:logistic"},
            },
        },
        _processing(
            evaluate,
            {"model": model, "test": _output(prepare, "test")},
            {"report": _place(stage, "report")},
            PropertyFiles=[report],
        ),
        {
            "Name": f"IsGood{stage}",
            "Type": "Condition",
            "Arguments": {
                "Conditions": [
                    {
                        "Type": "GreaterThanOrEqualTo",
                        "LeftValue": {"Std:JsonGet": metric},
                        "RightValue": {"Get": "Parameters.Threshold"},
                    }
                ],
                "IfSteps": [{"Name": f"Register{stage}", "Type": "RegisterModel", "Arguments": registration}],
                "ElseSteps": [],
            },
        },
    ]


def document(steps: int) -> str:
    """Return a definition of that many steps, the nested ones counted."""
    parameters = [
        {"Name": "Bucket", "Type": "String", "DefaultValue": "bench-data"},
        {"Name": "InstanceType", "Type": "String", "DefaultValue": "ml.m5.xlarge"},
        {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.6},
    ]
    stages = [step for stage in range(steps // 5) for step in _stage(stage)]
    return json.dumps({"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters, "Steps": stages})


def answer(text: str) -> str:
    """Return what the command line prints for this document."""
    return to_json_text(to_lineage(offline_lineage(text, "bench", {})))


def fastest(work: Callable[[], object]) -> float:
    """Return the processor seconds of the quickest of several rounds: what the machine does besides only adds."""
    taken = []
    for _ in range(ROUNDS):
        gc.collect()
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def main() -> int:
    """Print both ratios; 1 where one does not hold."""
    hundred, thousand = document(100), document(1000)
    body = json.loads(answer(thousand))
    small, large = fastest(lambda: answer(hundred)), fastest(lambda: answer(thousand))
    floor = fastest(lambda: json.loads(thousand)) + fastest(lambda: json.dumps(body))
    growth, over = large / small, large / floor
    print(f"1,000 steps: {large * 1000:.0f} ms ({len(thousand) / 1e6:.1f} MB in); 100 steps: {small * 1000:.1f} ms")
    print(f"growth from 100 steps to 1,000: x{growth:.1f} (at most x{MOST_GROWTH})")
    print(f"over json.loads + json.dumps ({floor * 1000:.0f} ms): x{over:.1f} (under x{MOST_OVER_JSON})")
    return 0 if growth <= MOST_GROWTH and over < MOST_OVER_JSON else 1


if __name__ == "__main__":
    raise SystemExit(main())
