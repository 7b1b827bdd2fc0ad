"""Rehearse a deployment against an account on this machine: `chalice deploy`, again, delete; then the built packages.

`chalice deploy` itself is unmodified, and makes its role, function and API in the sandbox's account. moto imports no
Swagger, which Chalice sends: what it would refuse is put into the words that it takes. Each stage's package then runs
under AWS's own runtime client, and must answer byte for byte what `chalice local` answers; with the scan, its functions
are called as on AWS's engine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
from moto.apigateway.responses import APIGatewayResponse

from sandbox.accounts import Account, account
from sandbox.demo import fill
from tools import demo, package
from tools.lambda_runtime import Function, Reply, RuntimeFailed
from tools.policy import stage_environment
from tools.rehearse_scan import RehearsalFailed, must, rehearse_scanning

ROOT = package.ROOT
PATHS = (
    "/lineage?pipeline=mlops-pipeline",
    "/lineage?pipeline=mlops-pipeline&includeLatestExec=false&view=both&posture=full",
    "/lineage?pipeline=churn-retrain",
    "/lineage?pipeline=nothing-here",
    "/lineage?pipeline=a&pipeline=b&view=x",
    "/pipelines",
    "/executions?pipeline=mlops-pipeline",
    "/sagemaker/catalog",
    "/health",
    "/openapi.json",
    "/",
)
DESCRIBED = set(json.loads((ROOT / "chalicelib" / "openapi.json").read_text())["paths"])
PAGE = {"/", "/viewer/{name}"}
COMPARED = ("Content-Type", "ETag", "Cache-Control", "Access-Control-Allow-Origin", "Content-Security-Policy")
SAMPLES = 7


def take_swagger() -> None:
    """Have moto's API Gateway, in this process, take what Chalice says in Swagger 2."""
    for name in ("import_rest_api", "put_rest_api"):
        setattr(APIGatewayResponse, name, translated(getattr(APIGatewayResponse, name)))


def translated(method: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a method of moto's that reads its request's body as OpenAPI 3."""

    def answer(response: Any) -> Any:
        response.body = openapi3(response.body)
        return method(response)

    return answer


def openapi3(body: bytes | str) -> str:
    """Return a Swagger 2 document as moto takes it: paths are written alike, but each mock wants a target."""
    document = {name: value for name, value in json.loads(body).items() if name != "swagger"}
    for methods in document["paths"].values():
        for said in methods.values():
            integration = said.get("x-amazon-apigateway-integration", {})
            if integration.get("type") == "mock":
                integration |= {"uri": "mock", "httpMethod": "POST"}
    return json.dumps({**document, "openapi": "3.0.1", "info": {"description": "", **document["info"]}})


# --- Deploying ----------------------------------------------------------------------------------------


def checkout(folder: Path) -> Path:
    """Copy what git knows, as a clone has it: what Chalice notes of a deployment is not ours to keep."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and name.startswith((".chalice", "app.py", "chalicelib", "requirements.txt")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def chalice(folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
    """Run Chalice's command line, in a project and an account."""
    command = [str(package.BIN / "chalice"), *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO_"))}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    must(done.returncode == 0, f"chalice {' '.join(arguments)} failed: {(done.stdout + done.stderr)[-600:]}")


def deployed(client: Any) -> dict[str, list[str]]:
    """Return what an account holds of a deployment."""
    return {
        "functions": [each["FunctionArn"] for each in client("lambda").list_functions()["Functions"]],
        "apis": [each["id"] for each in client("apigateway").get_rest_apis()["items"]],
        "roles": [each["Arn"] for each in client("iam").list_roles()["Roles"]],
    }


def paths(client: Any, found: Mapping[str, list[str]]) -> set[str]:
    """Return the paths of the one API that was made."""
    (api,) = found["apis"]
    items = client("apigateway").get_resources(restApiId=api, limit=500)["items"]
    return {each["path"] for each in items if each.get("resourceMethods")}


def role_policies(client: Any, stage: str) -> list[Any]:
    """Return every policy that the deployed function's role holds, inline and attached."""
    iam = client("iam")
    (function,) = client("lambda").list_functions()["Functions"]
    role = function["Role"].rsplit("/", 1)[-1]
    must(stage in role, f"the function's role is {role}")
    inline = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    return [*inline, *iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]


def rehearse_deploying(opened: Account, stage: str) -> None:
    """Deploy, look, deploy again, look, delete, look."""
    environment = dict(opened.environment)
    session = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_DEFAULT_REGION"],
    )

    def client(name: str) -> Any:
        return session.client(name, endpoint_url=environment["AWS_ENDPOINT_URL"])  # type: ignore[call-overload]

    before = deployed(client)
    with tempfile.TemporaryDirectory() as temporary:
        folder = checkout(Path(temporary))
        chalice(folder, environment, "deploy", "--stage", stage)
        first = deployed(client)
        counts = {kind: len(set(first[kind]) - set(before[kind])) for kind in first}
        must(counts == {"functions": 1, "apis": 1, "roles": 1}, f"deployed: {counts}")
        wanted = json.loads((ROOT / ".chalice" / f"policy-{stage}.json").read_text())
        must(role_policies(client, stage) == [wanted], "the role holds another policy than the generated one")
        must(paths(client, first) == DESCRIBED | PAGE, "the API has other paths than openapi.json")
        print(f"rehearse: {stage} is deployed: one function, one API, and a role with the generated policy alone")
        chalice(folder, environment, "deploy", "--stage", stage)
        must(deployed(client) == first, "deploying again made something new")
        must(role_policies(client, stage) == [wanted], "deploying again changed the policy")
        print(f"rehearse: {stage} deployed again: the same function, API and role")
        chalice(folder, environment, "delete", "--stage", stage)
        must(deployed(client) == before, f"chalice delete left something: {deployed(client)}")
        print(f"rehearse: {stage} is deleted: nothing is left")


# --- Running ------------------------------------------------------------------------------------------


def served(base: str, path: str) -> Reply:
    """Return what `chalice local` answers."""
    start = time.perf_counter()
    try:
        response = demo.DIRECT.open(base + path, timeout=60)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return Reply(response.status, dict(response.headers.items()), response.read(), time.perf_counter() - start)


def difference(path: str, packaged: Reply, local: Reply) -> str | None:
    """Return in what two replies differ, or `None`."""
    if packaged.status != local.status:
        return f"{path}: {packaged.status}, and chalice local says {local.status}"
    if packaged.body != local.body:
        return f"{path}: another body than chalice local's ({len(packaged.body)} and {len(local.body)} bytes)"
    for name in COMPARED:
        if packaged.headers.get(name) != local.headers.get(name):
            return f"{path}: {name} is {packaged.headers.get(name)!r}, and chalice local's {local.headers.get(name)!r}"
    return None


def rehearse_running(opened: Account, stage: str, scratch: Path) -> None:
    """Compare a stage's built package, cold and warm, with `chalice local`, and say how long an answer takes."""
    content = package.build(stage, package.BUILD / stage) / "content"
    environment = {**stage_environment(stage, package.config()), **opened.environment}
    with ExitStack() as running:
        port = free_port()
        # A stage that wants signed requests answers none of this machine's: `dev` serves them, with its other settings.
        settings = environment | {"AUTH_TYPE": "none"}
        command = [str(package.BIN / "chalice"), "local", "--stage", "dev", "--port", str(port), "--no-autoreload"]
        child = demo.start("rehearsal", command, demo.surroundings() | settings, running)
        base = f"http://{demo.HOST}:{port}"
        demo.wait_for("rehearsal", child, lambda: demo.answers(f"{base}/openapi.json"))
        local = {path: served(base, path) for path in PATHS}
    with Function(content, environment, scratch) as function:
        for turn in ("cold", "warm"):
            found = [difference(path, function.get(path), local[path]) for path in PATHS]
            must(not any(found), f"{stage}, {turn}: {'; '.join(filter(None, found))}")
    print(f"rehearse: {stage} answers {len(PATHS)} requests byte for byte as chalice local does, cold and warm")
    cold, first, warm = zip(*(times(content, environment, scratch) for _ in range(SAMPLES)), strict=True)
    medians = [round(1000 * statistics.median(each)) for each in (cold, first, warm)]
    print(
        f"rehearse: {stage}: {medians[0]} ms from the start to a first reply, "
        f"{medians[1]} ms for the first lineage, {medians[2]} ms for the next"
    )


def times(content: Path, environment: Mapping[str, str], scratch: Path) -> Sequence[float]:
    """Return the seconds from the start of a process to its first reply, and of the first and second lineage."""
    start = time.perf_counter()
    with Function(content, environment, scratch) as function:
        function.get("/health")
        cold = time.perf_counter() - start
        return cold, function.get(PATHS[0]).seconds, function.get(PATHS[0]).seconds


def free_port() -> int:
    """Return a port of loopback that nobody holds just now."""
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        return int(probe.getsockname()[1])


def main(arguments: list[str]) -> int:
    """Rehearse; 1 with a line where anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="make rehearse", description=(__doc__ or "").partition("\n")[0])
    parser.parse_args(arguments)
    take_swagger()
    demo.OUT.mkdir(parents=True, exist_ok=True)
    try:
        with account() as opened:
            rehearse_deploying(opened, "dev")
        package.build_page()
        with account() as opened, tempfile.TemporaryDirectory() as scratch:
            fill(opened, lambda _line: None)
            for stage in package.config()["stages"]:
                rehearse_running(opened, stage, Path(scratch))
        for stage in package.config()["stages"]:
            with account() as opened, tempfile.TemporaryDirectory() as scratch:
                fill(opened, lambda _line: None)
                built = package.build(stage, package.BUILD / f"{stage}-scan", scan=True)
                rehearse_scanning(opened, stage, built, Path(scratch))
    except (RehearsalFailed, RuntimeFailed, demo.DemoFailed, package.PackageFailed) as failed:
        print(f"rehearse: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
