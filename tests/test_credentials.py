"""A pipeline with a credential in every field that can hold one: none of them is in any answer, on any route."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sandbox
from chalicelib.cli.dump import main
from chalicelib.core.query.formats import OF_THE_API
from chalicelib.http.reply import Reply
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.web.handlers import (
    get_account,
    get_by_domain,
    get_catalog,
    get_diff,
    get_executions,
    get_impact,
    get_lineage,
    get_pipelines,
    get_schema,
)
from chalicelib.web.request import Request, Service
from chalicelib.web.respond import respond
from tests.builders.played import definition, get, join, processing, step
from tests.builders.sessions import start_session

planted: dict[str, str] = {}


def secret(place: str) -> str:
    """A text that is found again, and tells where it was planted."""
    return planted.setdefault(place, f"s3kr3t{len(planted):02}x")


def environment(place: str) -> dict[str, str]:
    return {
        "DB_PASS": secret(f"{place} *_PASS"),
        "WAREHOUSE_CREDS": f"me:{secret(f'{place} *_CREDS')}",
        "VENDOR_KEY": secret(f"{place} *_KEY"),
        "DATABASE_URL": f"postgres://me:{secret(f'{place} URL')}@db.example.com/sales",
        "HEADER": f"Authorization: Basic {secret(f'{place} Basic')}",
        "ALERTS": f"https://hooks.slack.com/services/T0/B0/{secret(f'{place} webhook')}",
        "SIGNED": f"https://storage.googleapis.com/b/o?X-Goog-Signature={secret(f'{place} signature')}",
        "TOKEN_COLUMN": "text",
    }


def careless() -> dict[str, Any]:
    arguments = [
        "--db-password",
        secret("argument"),
        f"--api-key={secret('argument with =')}",
        "--token-column",
        "words",
    ]
    prepare = processing(
        "Prepare", {"raw": f"s3a://AKIA:{secret('S3 URI')}/x@play-data/raw"}, {"out": "s3://play-data/out"}
    )
    prepare["Arguments"]["Environment"] = environment("environment")
    prepare["Arguments"]["AppSpecification"] |= {
        "ContainerArguments": arguments,
        "ContainerEntrypoint": ["sh", "-c", f"PGPASSWORD={secret('entrypoint')} psql"],
    }
    prepare |= {
        "DisplayName": f"with password={secret('label')}",
        "Description": f"DB_PASSWORD: {secret('description')}",
    }
    train = step(
        "Train",
        "Training",
        {
            "AlgorithmSpecification": {"TrainingImage": "1.dkr.ecr.x.amazonaws.com/i:1", "TrainingInputMode": "File"},
            "HyperParameters": environment("hyperparameter"),
            "Environment": environment("training's environment"),
            "OutputDataConfig": {"S3OutputPath": "s3://play-data/models"},
            "InputDataConfig": [
                {
                    "ChannelName": "train",
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": join("s3://play-data", get("Parameters.Path")),
                        }
                    },
                }
            ],
            "Tags": [{"Key": "password", "Value": secret("step's tag")}],
            "RoleArn": "arn:aws:iam::123456789012:role/Work",
        },
    )
    emr = step(
        "Emr",
        "EMR",
        {
            "ClusterId": "j-1",
            "StepConfig": {
                "HadoopJarStep": {
                    "Jar": "command-runner.jar",
                    "Args": [
                        "--input",
                        f"s3a://AKIA:{secret('EMR')}@play-data/data",
                        "--password",
                        secret("EMR's password"),
                    ],
                }
            },
        },
    )
    gate = step(
        "Gate",
        "Condition",
        {
            "Conditions": [{"Type": "Equals", "LeftValue": get("Parameters.DbPassword"), "RightValue": "x"}],
            "IfSteps": [],
            "ElseSteps": [step("Stop", "Fail", {"ErrorMessage": f"wrong token={secret('error message')}"})],
        },
    )
    parameters = [
        {"Name": "DbPassword", "Type": "String", "DefaultValue": secret("parameter")},
        {"Name": "Repository", "Type": "String", "DefaultValue": f"https://me:{secret('git')}@github.com/o/r"},
        {"Name": "Path", "Type": "String", "DefaultValue": f"x?X-Amz-Signature={secret('joined')}"},
    ]
    return definition(prepare, train, emr, gate, parameters=parameters)


@pytest.fixture(scope="module")
def account() -> Iterator[sandbox.Account]:
    with sandbox.account() as opened:
        opened.put_pipeline(
            careless(),
            "careless",
            tags={"DB_PASSWORD": secret("tag"), "note": f"token={secret('text of a tag')}", "DomainName": "d"},
            display_name=f"api_key={secret('display name')}",
            description=f"log in with --password {secret('pipeline')}",
        )
        opened.run("careless", description=f"PASSWORD={secret('execution')}")
        reason = f'ClientError: {{"password": "{secret("failure reason")}"}}'
        opened.run("careless", fail={"Train": reason}, display_name=f"token={secret('name of an execution')}")
        yield opened


@pytest.fixture(scope="module")
def service(account: sandbox.Account) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in account.environment.items():
            patch.setenv(name, value)
        start_session()
        yield make_service(Settings(), {})
    start_session()


def ask(service: Service, handler: Any, params: dict[str, str]) -> Reply:
    request = Request("/x", {name: [value] for name, value in params.items()}, "request-1")
    return respond(handler, request, service)


QUESTIONS: list[tuple[Any, dict[str, str]]] = [
    *((get_lineage, {"pipeline": "careless", "view": view}) for view in ("graph", "both")),
    *((get_lineage, {"pipeline": "careless", "format": name}) for name in OF_THE_API),
    (get_lineage, {"pipeline": "careless", "includeLatestExec": "false"}),
    (get_diff, {"pipeline": "careless", "from": "latest-1", "to": "latest"}),
    (get_pipelines, {}),
    (get_executions, {"pipeline": "careless"}),
    (get_catalog, {}),
    (get_by_domain, {"domain": "d"}),
    (get_schema, {"pipeline": "careless"}),
    (get_impact, {"start": "s3://play-data/out"}),
    (get_account, {}),
]


@pytest.mark.parametrize(("handler", "params"), QUESTIONS)
def test_no_credential_is_in_an_answer(service: Service, handler: Any, params: dict[str, str]) -> None:
    reply = ask(service, handler, params)

    assert reply.status == 200, reply.body
    assert [place for place, text in planted.items() if text in reply.body.decode()] == []


def test_the_answer_still_tells_what_is_no_credential(service: Service) -> None:
    body = json.loads(ask(service, get_lineage, {"pipeline": "careless"}).body)

    nodes = {node["id"]: node for node in body["graph"]["nodes"]}
    job = nodes["Prepare"]["run"]["job"]

    assert job["environment"]["TOKEN_COLUMN"] == "text"
    assert job["arguments"][-2:] == ["--token-column", "words"]
    assert [artifact["bucket"] for artifact in body["graph"]["artifacts"] if "raw" in artifact["uri"]] == ["play-data"]


def test_no_credential_of_a_definition_is_in_the_command_lines_answer(tmp_path: Path) -> None:
    path = tmp_path / "careless.json"
    path.write_text(json.dumps(careless()))
    for name in OF_THE_API:
        out = io.StringIO()
        code = main(["--definition", str(path), "--format", name], lambda _: "", out=out)
        assert code == 0 or name == "asff"  # which names an account, and a file has none
        assert [place for place, text in planted.items() if text in out.getvalue()] == []
