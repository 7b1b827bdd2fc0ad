"""What is deployed: each stage's template as CloudFormation gets it, and what is in the zip."""

from __future__ import annotations

import json
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tools import package
from tools.template import merge_template

CONFIG = package.config()
METHODS = {"get", "post", "put", "patch", "delete", "head"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Both stages, without the dependencies: those are pip's business, and the network's."""
    place = tmp_path_factory.mktemp("package")
    return {stage: package.build(stage, place / stage, dependencies=False) for stage in CONFIG["stages"]}


SIGNED = {
    "authorization",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "x-amz-user-agent",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
}
"""What the signers of AWS's JavaScript SDK and of Amplify send with a GET."""


def template(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "sam.json").read_text())
    return read


def resource(out: Path, name: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = template(out)["Resources"][name]["Properties"]
    return properties


def methods(out: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every path's own methods; a preflight is API Gateway's."""
    for path, said in resource(out, "RestAPI")["DefinitionBody"]["paths"].items():
        for method, spec in said.items():
            if method in METHODS:
                yield path, spec


def test_dev_is_a_function_and_an_api_of_the_intended_size(built: Mapping[str, Path]) -> None:
    function, api = resource(built["dev"], "APIHandler"), resource(built["dev"], "RestAPI")

    assert (function["MemorySize"], function["Timeout"], function["Tracing"]) == (1024, 29, "Active")
    assert (api["EndpointConfiguration"], api["TracingEnabled"]) == ("REGIONAL", True)


def test_prod_runs_on_arm_and_reads_no_reports(built: Mapping[str, Path]) -> None:
    function = resource(built["prod"], "APIHandler")

    assert function["Architectures"] == ["arm64"]
    assert function["Environment"]["Variables"]["ENABLE_REPORTS"] == "false"


def test_prod_is_closed_on_every_path_and_method(built: Mapping[str, Path]) -> None:
    found = list(methods(built["prod"]))

    assert {path for path, _ in found} >= {"/", "/lineage", "/pipelines", "/executions"}
    assert {path for path, spec in found if spec.get("security") != [{"sigv4": []}]} == set()


def test_prod_names_the_origin_that_may_read_it(built: Mapping[str, Path]) -> None:
    origin = resource(built["prod"], "APIHandler")["Environment"]["Variables"]["ALLOWED_ORIGIN"]

    assert origin.startswith("https://")
    assert "*" not in origin


def test_prod_has_limits_and_keeps_logs_for_a_while_only(built: Mapping[str, Path]) -> None:
    api = resource(built["prod"], "RestAPI")
    (settings,) = api["MethodSettings"]

    assert settings["ThrottlingRateLimit"] > 0
    assert settings["ThrottlingBurstLimit"] > 0
    assert api["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLog", "Arn"]}
    for log in ("AccessLog", "ApiHandlerLogGroup"):
        assert resource(built["prod"], log)["RetentionInDays"] == 90


def test_the_access_log_is_json_and_holds_no_query_header_or_body(built: Mapping[str, Path]) -> None:
    line = resource(built["prod"], "RestAPI")["AccessLogSetting"]["Format"]

    assert set(json.loads(line)) >= {"requestId", "status", "path", "time"}
    assert not [word for word in ("queryString", "header", "body", "authorizer", "apiKey}") if word in line]


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_the_gateways_own_errors_have_cors_headers_and_the_one_shape(built: Mapping[str, Path], stage: str) -> None:
    api = resource(built[stage], "RestAPI")["DefinitionBody"]
    responses = api["x-amazon-apigateway-gateway-responses"]
    origin = CONFIG["stages"][stage].get("environment_variables", {}).get("ALLOWED_ORIGIN", "*")

    assert set(responses) >= {"DEFAULT_4XX", "DEFAULT_5XX"}
    for response in responses.values():
        headers = response["responseParameters"]
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{origin}'"
        allowed = headers["gatewayresponse.header.Access-Control-Allow-Headers"].strip("'").split(",")
        assert {name.lower() for name in allowed} >= SIGNED
        body = response["responseTemplates"]["application/json"]
        assert json.loads(body.replace("$context.error.messageString", '"Forbidden"')).keys() == {
            "message",
            "requestId",
        }


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_a_page_may_preflight_every_route_as_aws_signers_need_it(built: Mapping[str, Path], stage: str) -> None:
    paths = resource(built[stage], "RestAPI")["DefinitionBody"]["paths"]
    preflights = {path: said["options"] for path, said in paths.items() if "options" in said}

    assert set(paths) - set(preflights) == {"/", "/viewer/{name}"}
    for said in preflights.values():
        (response,) = said["x-amazon-apigateway-integration"]["responses"].values()
        headers = response["responseParameters"]
        allowed = headers["method.response.header.Access-Control-Allow-Headers"].strip("'").split(",")
        assert {name.lower() for name in allowed} >= SIGNED
        assert "security" not in said


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_a_path_or_method_that_is_not_there_is_called_that(built: Mapping[str, Path], stage: str) -> None:
    api = resource(built[stage], "RestAPI")["DefinitionBody"]
    unknown = api["x-amazon-apigateway-gateway-responses"]["MISSING_AUTHENTICATION_TOKEN"]
    message = json.loads(unknown["responseTemplates"]["application/json"].replace("$context.requestId", "1"))["message"]

    assert "no such path or method" in message
    assert ("signed" in message, "statusCode" in unknown) == (stage == "prod", stage == "dev")


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_there_is_no_second_stage_without_limits(built: Mapping[str, Path], stage: str) -> None:
    assert template(built[stage])["Globals"]["Api"]["OpenApiVersion"] == "2.0"


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_the_functions_role_is_the_generated_policy(built: Mapping[str, Path], stage: str) -> None:
    (attached,) = resource(built[stage], "ApiHandlerRole")["Policies"]

    path = package.ROOT / ".chalice" / CONFIG["stages"][stage]["iam_policy_file"]

    assert attached["PolicyDocument"] == json.loads(path.read_text())


def test_with_an_api_key_there_is_a_key_with_a_plan_of_limits() -> None:
    resources = merge_template({"log_retention_in_days": 90}, {"AUTH_TYPE": "api_key"})["Resources"]

    assert resources["UsagePlanKey"]["Properties"]["KeyId"] == {"Ref": "ApiKey"}
    assert resources["UsagePlan"]["Properties"]["Throttle"]["RateLimit"] > 0
    assert "AccessLog" in resources


@pytest.mark.parametrize(("environment", "stage"), [("default", "prod"), ("dev", "dev")])
def test_sam_deploys_what_make_package_built(environment: str, stage: str) -> None:
    settings = tomllib.loads((package.ROOT / "samconfig.toml").read_text())[environment]["deploy"]["parameters"]

    assert package.ROOT / settings["template_file"] == package.BUILD / stage / "sam.json"
    assert settings["capabilities"] == "CAPABILITY_IAM"
    assert settings["confirm_changeset"] is True


# --- The zip ---


def content(out: Path) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(out / "deployment.zip") as packed:
        return {entry.filename: entry for entry in packed.infolist()}


def test_nothing_but_the_runtime_is_in_the_zip(built: Mapping[str, Path]) -> None:
    names = content(built["dev"])

    assert {name.split("/")[0] for name in names} == {"app.py", "chalice", "chalicelib", "__pycache__"}
    assert {name for name in names if name.startswith("chalice/") and "__pycache__" not in name} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }
    ours = {name for name in names if not name.startswith("chalicelib/viewer/")}
    assert not [name for name in ours if "test" in name.lower() or "sandbox" in name]


def test_every_module_is_there_compiled_and_valid_wherever_it_lies(built: Mapping[str, Path]) -> None:
    names = content(built["dev"])
    modules = [name for name in names if name.endswith(".py")]

    with zipfile.ZipFile(built["dev"] / "deployment.zip") as packed:
        for name in modules:
            folder, _, stem = name.removesuffix(".py").rpartition("/")
            compiled = f"{folder}/__pycache__/{stem}.{sys.implementation.cache_tag}.pyc".removeprefix("/")
            flags = int.from_bytes(packed.read(compiled)[4:8], "little")
            assert flags == 0b01, f"{compiled} is not hash-based and unchecked"


def test_the_zip_knows_no_time_and_no_place_of_its_making(built: Mapping[str, Path]) -> None:
    entries = content(built["dev"])

    assert {entry.date_time for entry in entries.values()} == {package.LONG_AGO}
    assert list(entries) == sorted(entries)
    with zipfile.ZipFile(built["dev"] / "deployment.zip") as packed:
        assert not [name for name in entries if str(package.ROOT).encode() in packed.read(name)]


def test_the_same_sources_are_the_same_bytes(built: Mapping[str, Path], tmp_path: Path) -> None:
    again = package.build("dev", tmp_path / "somewhere" / "else", dependencies=False)

    for name in ("deployment.zip", "sam.json"):
        assert (again / name).read_bytes() == (built["dev"] / name).read_bytes()


def test_a_stage_that_is_not_configured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(package.PackageFailed, match=r"no stage staging .* dev, prod"):
        package.build("staging", tmp_path, dependencies=False)


def test_the_locked_runtime_is_what_lambda_needs_and_no_more() -> None:
    lock = (package.ROOT / "requirements.txt").read_text()
    names = {line.partition("==")[0] for line in lock.splitlines() if "==" in line and not line.startswith("#")}

    assert names == {
        "aws-xray-sdk",
        "boto3",
        "botocore",
        "jmespath",
        "python-dateutil",
        "s3transfer",
        "six",
        "urllib3",
        "wrapt",
    }


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "tools/sam.txt"])
def test_locks_pin_by_hash_and_name_no_registry(lock: str) -> None:
    lines = [line.strip() for line in (package.ROOT / lock).read_text().splitlines()]
    pinned = [line for line in lines if line and not line.startswith(("#", "--hash"))]

    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert [line for line in lines if "://" in line or line.startswith(("--index", "--extra", "--find"))] == []
