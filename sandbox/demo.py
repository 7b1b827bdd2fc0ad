"""Account of `make demo`: ten pipelines, two models in service, and buckets that differ in their protection.

Five pipelines are in different states; four are a chain from a public place to an endpoint, and one reads back what
that endpoint captures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.accounts import Account, account
from sandbox.jobs.task import model_archive
from sandbox.names import EPOCH, REGION
from sandbox.shapes import answer
from sandbox.world import Execution

DEFINITIONS = Path(__file__).parents[1] / "corpus" / "emitted" / "demo"
MAIN, REPORTS = "my-mlops-dev2-v2-main-data", "my-mlops-dev2-v2-reports"
LAKE = "my-mlops-customer-lake"
PUBLIC, RESTRICTED, RETIRED = "my-mlops-public-assets", "partner-restricted-data", "retired-scratch-bucket"
KMS_KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1111aaaa-22bb-33cc-44dd-5555eeee6666"
CHAIN = ("customer-ingest", "customer-features", "retention-train", "retention-deploy", "capture-review")
PIPELINES = ("mlops-pipeline", "churn-retrain", "nightly-scoring", "fraud-experiment", "batch-inference", *CHAIN)
DOMAIN, DOMAIN_ID = "mlops-dev2", "d-mlopsdev2v2x"

Say = Callable[[str], None]


def definition(name: str) -> dict[str, Any]:
    """Return one of the committed definitions, by pipeline name."""
    document: dict[str, Any] = json.loads((DEFINITIONS / f"{name}.json").read_text())
    return document


def fill(account: Account, say: Say = lambda _line: None) -> None:
    """Put the demo's buckets, domain and pipelines into an empty account, and run the pipelines."""
    _buckets(account)
    say("buckets: one with a customer key, three with SSE-S3, one public, one closed to us, one gone")
    tags = {
        "DomainName": DOMAIN,
        "sagemaker:domain-arn": f"arn:aws:sagemaker:{REGION}:123456789012:domain/{DOMAIN_ID}",
        "Env": "development",
    }
    account.add_domain(DOMAIN, DOMAIN_ID)
    for play in (_mlops, _churn, _scoring, _fraud, _batch, _chain, _canary):
        say(play(account, tags))


def _buckets(account: Account) -> None:
    development = {"Env": "development"}
    account.add_bucket(
        MAIN,
        encryption="aws:kms",
        kms_key=KMS_KEY,
        bucket_key=True,
        versioning="Enabled",
        tags={**development, "DataClassification": "Confidential"},
    )
    account.add_bucket(REPORTS, tags={**development, "DataClassification": "Internal"})
    account.add_bucket(LAKE, tags={**development, "DataClassification": "Confidential"})
    anyone = {"Sid": "AnyoneReads", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Version": "2012-10-17", "Statement": [{**anyone, "Resource": f"arn:aws:s3:::{PUBLIC}/*"}]}
    account.add_bucket(PUBLIC, block=None, policy=policy, tags={"Env": "shared", "DataClassification": "Public"})
    account.add_bucket(RESTRICTED, versioning="Enabled", tags={"Owner": "partner"})
    account.deny("s3:Get*", RESTRICTED)
    account.add_bucket(f"sagemaker-{REGION}-123456789012")
    account.add_bucket(RETIRED)
    account.remove_bucket(RETIRED)
    account.put_object(f"s3://{MAIN}/pipelines/mlops/models/champion/model.tar.gz", model_archive("champion"))
    account.put_object(f"s3://{PUBLIC}/lookup/postal-codes.csv", "postal_code,region\n04524,Seoul\n")
    account.put_object(f"s3://{PUBLIC}/landing/customers/2026-01.csv", "customer,tenure\n1,12\n")


def _mlops(account: Account, tags: dict[str, str]) -> str:
    name = "mlops-pipeline"
    account.put_pipeline(definition(name), name, tags=tags, domain_id=DOMAIN_ID)
    weak = {"binary_classification_metrics": {"auc": {"value": 0.55, "standard_deviation": 0.02}}}
    good = {"binary_classification_metrics": {"auc": {"value": 0.63, "standard_deviation": 0.01}}}
    account.run(name, reports={"Evaluate": weak}, display_name="first-try")
    account.run(name, fail={"Train": "AlgorithmError: the validation channel is empty, exit code: 1"})
    measured = {"train:auc": 0.72, "validation:auc": 0.63}
    account.run(name, reports={"Evaluate": good}, metrics={"Train": measured}, display_name="champion")
    return f"{name}: rejected once, failed once, then registered a model"


def _churn(account: Account, tags: dict[str, str]) -> str:
    name = "churn-retrain"
    account.put_pipeline(definition(name), name, tags=tags)
    account.run(name)
    reason = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage: no column 'tenure' in the features"
    account.run(name, fail={"TrainChurn": reason}, cached=["BuildFeatures"])
    return f"{name}: the latest execution failed half-way"


def _scoring(account: Account, tags: dict[str, str]) -> str:
    name = "nightly-scoring"
    account.put_pipeline(definition(name), name, tags=tags)
    account.run(name, executing=["Score"])
    return f"{name}: still executing"


def _fraud(account: Account, tags: dict[str, str]) -> str:
    name = "fraud-experiment"
    account.put_pipeline(definition(name), name, tags={**tags, "DataClassification": "Restricted"})
    return f"{name}: never run"


def _batch(account: Account, tags: dict[str, str]) -> str:
    name = "batch-inference"
    account.put_pipeline(definition(name), name, tags=tags)
    account.run(name)
    return f"{name}: reads what mlops-pipeline wrote"


def _chain(account: Account, tags: dict[str, str]) -> str:
    for name in CHAIN:
        account.put_pipeline(definition(name), name, tags=tags)
    for name in CHAIN[:2]:
        account.run(name)
    package = _package_of(account.run(CHAIN[2]))
    account.approve(package, by="model-owner", description="good enough for the pilot")
    for name in CHAIN[3:]:
        account.run(name)
    return f"{', '.join(CHAIN[:4])}: a chain from a public place to an endpoint, which {CHAIN[4]} reads back"


def _package_of(execution: Execution) -> str:
    made = (step["Metadata"].get("RegisterModel") for step in execution.steps)
    return next(str(each["Arn"]) for each in made if each)


def _canary(account: Account, _: dict[str, str]) -> str:
    """Serve a model that no pipeline made: it loads the file that `churn-retrain` trained."""
    name, when = "churn-canary", EPOCH + timedelta(days=30)
    client = account.client("sagemaker")
    (first,) = client.list_pipeline_executions(PipelineName="churn-retrain", SortOrder="Ascending", MaxResults=1)[
        "PipelineExecutionSummaries"
    ]
    steps = client.list_pipeline_execution_steps(PipelineExecutionArn=first["PipelineExecutionArn"])
    job = next(
        step["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
        for step in steps["PipelineExecutionSteps"]
        if step["StepName"] == "TrainChurn"
    )
    trained = account.describe("DescribeTrainingJob", job)
    container = {
        "Image": trained["AlgorithmSpecification"]["TrainingImage"],
        "ModelDataUrl": trained["ModelArtifacts"]["S3ModelArtifacts"],
    }
    variant = {"VariantName": "main", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    arns = {
        kind: f"arn:aws:sagemaker:{REGION}:123456789012:{kind}/{name}"
        for kind in ("model", "endpoint-config", "endpoint")
    }
    model = {
        "ModelName": name,
        "ModelArn": arns["model"],
        "PrimaryContainer": container,
        "ExecutionRoleArn": trained["RoleArn"],
    }
    configuration = {
        "EndpointConfigName": name,
        "EndpointConfigArn": arns["endpoint-config"],
        "ProductionVariants": [variant],
    }
    endpoint = {
        "EndpointName": name,
        "EndpointArn": arns["endpoint"],
        "EndpointConfigName": name,
        "EndpointStatus": "InService",
        "LastModifiedTime": when,
    }
    for operation, facts in (
        ("DescribeModel", model),
        ("DescribeEndpointConfig", configuration),
        ("DescribeEndpoint", endpoint),
    ):
        account.put_answer(operation, name, answer(operation, {"CreationTime": when}, facts))
    return f"{name}: an endpoint of a model that no pipeline made, by the file that churn-retrain trained"


@contextmanager
def demo_account(port: int = 0, say: Say = lambda _line: None) -> Iterator[Account]:
    """Open the demo account; raises as `account` does."""
    with account(port) as opened:
        fill(opened, say)
        yield opened
