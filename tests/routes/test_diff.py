"""Real pairs of executions in an account that runs them: nothing differs but what was planted, one of each kind."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sandbox
from chalicelib.core.diff import diff
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.store.opening import open_store
from chalicelib.web.handlers import get_diff, get_lineage
from chalicelib.web.request import Handler, Request, Service
from chalicelib.web.respond import respond
from sandbox import demo
from tests.builders.every_step import EVERY_STEP
from tests.builders.sessions import start_session

ROOT = Path(__file__).resolve().parents[2]
NAME = "mlops-pipeline"
REPORT = {"binary_classification_metrics": {"auc": {"value": 0.63, "standard_deviation": 0.01}}}
MEASURED: dict[str, Any] = {
    "reports": {"Evaluate": REPORT},
    "metrics": {"Train": {"train:auc": 0.72, "validation:auc": 0.63}},
}

IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/another:2"

Document = dict[str, Any]
Ask = Callable[..., Document]


@pytest.fixture(scope="module")
def opened() -> Iterator[sandbox.Account]:
    with sandbox.account() as account:
        account.add_bucket(demo.MAIN, encryption="aws:kms", kms_key=demo.KMS_KEY, versioning="Enabled")
        account.add_bucket(demo.REPORTS)
        yield account


@pytest.fixture(scope="module")
def service(opened: sandbox.Account) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in opened.environment.items():
            patch.setenv(name, value)
        start_session()
        # Nothing is remembered of a bucket, which a test may change in between.
        yield make_service(Settings(s3_timeout_ms=20000, posture_ttl_sec=0), {})
    start_session()


@pytest.fixture
def account(opened: sandbox.Account) -> sandbox.Account:
    opened.put_pipeline(demo.definition(NAME), NAME)
    opened.run(NAME, **MEASURED)
    return opened


@pytest.fixture
def ask(service: Service) -> Ask:
    def answer(handler: Handler = get_diff, pipeline: str = NAME, **params: str) -> Document:
        asked = {"pipeline": [pipeline], **{name: [value] for name, value in params.items()}}
        reply = respond(handler, Request("/", asked, "request-1"), service)
        assert reply.status == 200, reply.body
        body: Document = json.loads(reply.body)
        return body

    return answer


def test_what_would_run_now_is_compared_where_a_store_keeps_what_ran(
    account: sandbox.Account, ask: Ask, tmp_path: Path
) -> None:
    answer = ask(get_lineage)
    arn = answer["execution"]["arn"]
    region = open_store(str(tmp_path), create=True).region(arn.split(":")[4], answer["pipeline"]["region"])
    region.keep(NAME, arn.rsplit("/", 1)[-1], answer)
    edited = copy.deepcopy(demo.definition(NAME))
    step(edited, "Train")["AlgorithmSpecification"]["TrainingImage"] = IMAGE
    account.put_pipeline(edited, NAME)
    with_store = make_service(Settings(s3_timeout_ms=20000, posture_ttl_sec=0, lineage_store=tmp_path.as_uri()), {})
    asked = {"pipeline": [NAME], "from": ["latest"], "to": ["definition"]}

    reply = respond(get_diff, Request("/", asked, "request-1"), with_store)

    found = json.loads(reply.body)

    assert (reply.status, found["to"]["execution"]) == (200, None)
    assert IMAGE in {each["after"] for each in found["changes"]}
    assert found == ask(**{"from": "latest", "to": "definition"})


def step(definition: Document, name: str) -> Document:
    found: Document = next(each for each in definition["Steps"] if each["Name"] == name)["Arguments"]
    return found


def kinds(difference: Document, *, roots: bool = False) -> set[tuple[str, str]]:
    """The kinds and subjects of changes; of those alone that have no cause, where `roots`."""
    changes = [each for each in difference["changes"] if not (roots and each["cause"])]
    return {(each["kind"], each["subject"]) for each in changes}


def test_two_runs_with_the_same_inputs_differ_in_nothing(account: sandbox.Account, ask: Ask) -> None:
    account.run(NAME, **MEASURED)

    found = ask()

    assert found["changes"] == []
    assert found["from"]["execution"] != found["to"]["execution"]


def test_two_runs_of_every_type_of_step_differ_in_what_they_measured(opened: sandbox.Account, ask: Ask) -> None:
    opened.put_pipeline(EVERY_STEP, "every")
    opened.run("every")
    opened.run("every")

    assert {kind for kind, _ in kinds(ask(pipeline="every"))} == {"metric"}


@pytest.mark.parametrize(
    "path",
    [
        "v2/models-served",
        "v2/orchestration-services",
        "v2/tuning-and-automl",
        "v3/jobs-and-services",
        "v3/models-in-service",
    ],
)
def test_two_runs_of_what_the_sdk_wrote_differ_in_what_they_measured(
    opened: sandbox.Account, ask: Ask, path: str
) -> None:
    """Clusters and applications of the step's own, endpoints that the later run has taken over, AutoML's candidates."""
    document = json.loads((ROOT / "corpus" / "emitted" / f"{path}.json").read_text())
    missing = [each for each in document["Parameters"] if "DefaultValue" not in each]
    given = {each["Name"]: "x-given" if each["Type"] == "String" else "1" for each in missing}
    name = path.replace("/", "-")
    opened.put_pipeline(document, name)
    for _ in range(2):
        opened.run(name, given)

    assert {kind for kind, _ in kinds(ask(pipeline=name))} <= {"metric"}


def test_a_parameter_explains_all_that_moved_with_it(account: sandbox.Account, ask: Ask) -> None:
    account.add_bucket("another-bucket", versioning="Enabled")
    account.run(NAME, {"DataBucket": "another-bucket"}, **MEASURED)

    found = ask()

    assert ("parameter", "pipeline") in kinds(found, roots=True)
    moved = [each for each in found["changes"] if each["path"].startswith(("inputs", "outputs"))]
    assert {each["subject"] for each in moved} >= {"step:Extract", "step:Preprocess", "step:Train", "step:Evaluate"}
    assert all(each["cause"]["desc"] == "parameter DataBucket changed" for each in moved)
    assert {("posture", "bucket:another-bucket"), ("posture", f"bucket:{demo.MAIN}")} <= kinds(found)


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (
            lambda d: step(d, "Preprocess")["AppSpecification"].update(ContainerArguments=["--test-size", "0.3"]),
            {("parameter", "step:Preprocess")},
        ),
        (
            lambda d: step(d, "Train")["HyperParameters"].update(max_depth="9"),
            {("parameter", "step:Train")},
        ),
        (
            lambda d: step(d, "Extract")["AppSpecification"].update(ContainerEntrypoint=["python3", "other.py"]),
            {("code", "step:Extract")},
        ),
        (
            lambda d: step(d, "Evaluate")["AppSpecification"].update(
                ImageUri="123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/other:2"
            ),
            {("image", "step:Evaluate")},
        ),
        (
            lambda d: step(d, "Train")["ResourceConfig"].update(InstanceType="ml.m5.4xlarge"),
            {("resources", "step:Train")},
        ),
        (
            lambda d: step(d, "Extract")["ProcessingInputs"][0]["S3Input"].update(S3Uri=f"s3://{demo.MAIN}/elsewhere"),
            {("input", "step:Extract")},
        ),
        (
            lambda d: step(d, "Validate")["ProcessingOutputConfig"]["Outputs"][0]["S3Output"].update(
                S3Uri=f"s3://{demo.REPORTS}/elsewhere"
            ),
            {("output", "step:Validate")},
        ),
        (
            lambda d: step(d, "Train").update(EnableNetworkIsolation=False),
            {("security", "step:Train")},
        ),
        (
            lambda d: d["Steps"].append({"Name": "Late", "Type": "Fail", "Arguments": {"ErrorMessage": "late"}}),
            {("step", "step:Late"), ("status", "execution")},
        ),
        (
            lambda d: next(s for s in d["Steps"] if s["Name"] == "Evaluate").update(DependsOn=["Validate"]),
            {("edge", "edge:Validate->Evaluate")},
        ),
    ],
    ids=["arguments", "hyperparameter", "code", "image", "resources", "input", "output", "security", "step", "edge"],
)
def test_an_edited_definition_is_found_in_its_run_and_nothing_else_is_named(
    account: sandbox.Account, ask: Ask, plant: Callable[[Document], Any], expected: set[tuple[str, str]]
) -> None:
    definition = copy.deepcopy(demo.definition(NAME))
    plant(definition)
    account.put_pipeline(definition, NAME)
    account.run(NAME, **MEASURED)

    found = ask()

    caused = {each["kind"] for each in found["changes"] if each["cause"]}

    assert kinds(found, roots=True) == expected
    assert caused <= {"finding", "security", "edge", "status", "duration"}


def test_an_edited_definition_is_told_before_it_has_run(account: sandbox.Account, ask: Ask) -> None:
    definition = copy.deepcopy(demo.definition(NAME))
    step(definition, "Extract")["ProcessingInputs"][0]["S3Input"]["S3Uri"] = f"s3://{demo.MAIN}/elsewhere"
    account.put_pipeline(definition, NAME)

    found = ask(**{"from": "latest", "to": "definition"})

    assert [each["path"] for each in found["changes"] if each["kind"] == "input"] == ["inputs.raw"]
    assert {kind for kind, _ in kinds(found)} <= {"input", "finding"}


def test_metrics_tell_by_how_much(account: sandbox.Account, ask: Ask) -> None:
    account.run(NAME, reports={"Evaluate": REPORT}, metrics={"Train": {"train:auc": 0.72, "validation:auc": 0.693}})

    [change] = ask()["changes"]

    assert (change["kind"], change["subject"], change["cause"]) == ("metric", "step:Train", None)
    assert change["relative"] == pytest.approx(0.1)


def test_a_cached_step_is_told_and_why_it_was_quick(account: sandbox.Account, ask: Ask) -> None:
    account.run(NAME, cached=["Preprocess"], **MEASURED)

    found = ask()

    assert kinds(found, roots=True) - {("duration", "execution")} == {("cache", "step:Preprocess")}
    assert ("duration", "step:Preprocess") in kinds(found)


def test_a_failure_explains_what_was_not_reached(account: sandbox.Account, ask: Ask) -> None:
    account.run(NAME, fail={"Train": "AlgorithmError: no data"})

    found = ask()

    assert ("status", "step:Train") in kinds(found, roots=True)
    assert {("status", "step:Evaluate"), ("status", "execution"), ("metric", "step:Train")} <= kinds(found)
    assert not kinds(found, roots=True) - {("status", "step:Train"), ("duration", "execution")}


def test_kept_answers_tell_what_happened_to_buckets_and_packages_since(account: sandbox.Account, ask: Ask) -> None:
    before = ask(get_lineage)
    package = next(n for n in before["graph"]["nodes"] if n["type"] == "RegisterModel")["registry"]["modelPackageArn"]
    account.approve(package)
    account.client("s3").put_bucket_versioning(Bucket=demo.MAIN, VersioningConfiguration={"Status": "Suspended"})
    try:
        found = diff(before, ask(get_lineage))
    finally:
        account.client("s3").put_bucket_versioning(Bucket=demo.MAIN, VersioningConfiguration={"Status": "Enabled"})

    assert ("registry", "step:RegisterModel-RegisterModel") in kinds(found, roots=True)
    assert ("posture", f"bucket:{demo.MAIN}") in kinds(found, roots=True)
    assert found["summary"]["findings"]["came"] > 0
    came = [each for each in found["changes"] if each["kind"] == "finding" and each["before"] is None]
    assert all(each["cause"] for each in came)
