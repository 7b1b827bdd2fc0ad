"""The app under exactly the policy that it is deployed with, on an account that enforces it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import sandbox
from chalicelib.aws.reads import Reads, iam_action
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.web.handlers import get_account, get_executions, get_lineage, get_pipelines, get_schema
from chalicelib.web.request import Handler, Request
from chalicelib.web.respond import respond
from sandbox.demo import DOMAIN, DOMAIN_ID, PIPELINES
from sandbox.names import EPOCH, execution_id
from tests.builders.every_step import EVERY_STEP
from tests.builders.played import definition
from tests.builders.sessions import start_session
from tools.policy import policy

CHALICE = Path(__file__).parents[1] / ".chalice"
POLICY = json.loads((CHALICE / "policy-dev.json").read_text())
SEARCHING = policy(
    "dev",
    (CHALICE.parent / "app.py").read_text(),
    {"stages": {"dev": {"environment_variables": {"ENABLE_SEARCH": "true"}}}},
    json.loads((CHALICE / "scope.json").read_text()),
)
"""The policy of a stage that asks for Search."""
ACTIONS = sorted(map(iam_action, Reads._fields))
FIRST_AUTOML = definition(next(step for step in EVERY_STEP["Steps"] if step["Type"] == "AutoML"))
FEATURES = definition(
    {
        "Name": "WriteFeatures",
        "Type": "Processing",
        "Arguments": {
            "ProcessingOutputConfig": {
                "Outputs": [{"OutputName": "features", "FeatureStoreOutput": {"FeatureGroupName": "customers"}}]
            }
        },
    }
)
FAST_BUCKET = "fast--apne2-az1--x-s3"
FAST = definition(
    {
        "Name": "Prepare",
        "Type": "Processing",
        "Arguments": {
            "ProcessingInputs": [{"InputName": "in", "S3Input": {"S3Uri": f"s3://{FAST_BUCKET}/raw"}}],
        },
    }
)
ON_A_CLUSTER = definition(
    {
        "Name": "Crunch",
        "Type": "EMR",
        "Arguments": {"ClusterId": "j-1ABC", "StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar"}}},
    }
)
ESSENTIAL = {
    "sagemaker:DescribePipeline",
    "sagemaker:DescribePipelineExecution",
    "sagemaker:ListTags",
    "sagemaker:ListDomains",
    "sagemaker:ListPipelines",
}

Reply = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """A route and its query."""

    handler: Handler
    params: tuple[tuple[str, str], ...] = ()
    search: bool = False

    @property
    def policy(self) -> Mapping[str, Any]:
        """The policy of the stage that answers it."""
        return SEARCHING if self.search else POLICY


def lineage(pipeline: str, *, search: bool = False, **params: str) -> Question:
    return Question(get_lineage, tuple({"pipeline": pipeline, "posture": "full", **params}.items()), search)


IN_DOMAIN = lineage("tagged-by-its-author", domain=DOMAIN)
QUESTIONS = (
    *(lineage(name) for name in PIPELINES),
    lineage("mlops-pipeline", domain=DOMAIN),
    lineage("mlops-pipeline", execution=execution_id("mlops-pipeline", 1)),
    lineage("every-step"),
    lineage("first-automl"),
    lineage("fast"),
    lineage("on-a-cluster"),
    IN_DOMAIN,
    Question(get_executions, (("pipeline", "mlops-pipeline"),)),
    Question(get_pipelines),
    Question(get_account),
    lineage("mlops-pipeline", search=True),
    Question(get_account, search=True),
    Question(get_schema, (("pipeline", "features"),)),
)


@dataclass
class Stage:
    """An account, and the app in front of it with the rights of whoever asks."""

    account: sandbox.Account
    known: dict[Question, tuple[Reply, set[str]]] = field(default_factory=dict)

    def ask_with_all_rights(self, question: Question) -> Reply:
        """The reply to a question when nothing is refused but by the account's own plan."""
        return self._asked(question)[0]

    def actions_of(self, question: Question) -> set[str]:
        """The IAM actions that a question takes."""
        return self._asked(question)[1]

    def _asked(self, question: Question) -> tuple[Reply, set[str]]:
        if question not in self.known:
            self.account.forget_calls()
            self.known[question] = self.ask(question), {call.action for call in self.account.calls}
        return self.known[question]

    def ask(self, question: Question, policy: Mapping[str, Any] | None = None) -> Reply:
        """The reply to a question, asked under a policy, or with all rights where there is none."""
        keys = self.account.principal(policy) if policy else None
        environment = self.account.environment_of(keys) if keys else self.account.environment
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            start_session()
            service = make_service(Settings(enable_search=question.search), {})
            params = {name: [value] for name, value in question.params}
            reply = respond(question.handler, Request("/", params, "test"), service)
        body: dict[str, Any] = json.loads(reply.body)
        return reply.status, body


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with sandbox.demo_account() as account:
        account.put_pipeline(EVERY_STEP, "every-step")
        account.run("every-step")
        account.put_pipeline(FIRST_AUTOML, "first-automl")
        (made,) = account.run("first-automl").steps
        account.forget("DescribeAutoMLJobV2", made["Metadata"]["AutoMLJob"]["Arn"].rpartition("/")[2])
        account.put_pipeline(FIRST_AUTOML, "tagged-by-its-author", domain_id=DOMAIN_ID)
        account.put_pipeline(FEATURES, "features")
        account.put_pipeline(FAST, "fast")
        account.put_pipeline(ON_A_CLUSTER, "on-a-cluster")
        cluster = {"Id": "j-1ABC", "Name": "shared", "LogUri": "s3n://my-mlops-dev2-v2-main-data/logs/"}
        account.put_answer("DescribeCluster", "j-1ABC", {"Cluster": cluster})
        account.add_bucket(FAST_BUCKET)
        described = {
            "FeatureGroupArn": "arn:aws:sagemaker:ap-northeast-2:123456789012:feature-group/customers",
            "FeatureGroupName": "customers",
            "RecordIdentifierFeatureName": "id",
            "EventTimeFeatureName": "at",
            "FeatureDefinitions": [{"FeatureName": "id", "FeatureType": "String"}],
            "CreationTime": EPOCH,
            "NextToken": "",
        }
        account.put_answer("DescribeFeatureGroup", "customers", described)
        yield Stage(account)
    start_session()


@pytest.fixture(scope="module")
def first_question(stage: Stage) -> Mapping[str, Question]:
    """For each action the first question that takes it."""
    asked = [(question, stage.actions_of(question)) for question in QUESTIONS]
    return {action: question for question, used in reversed(asked) for action in used}


def without(action: str, question: Question) -> dict[str, Any]:
    """The policy that a question is asked under, less one action."""
    less: dict[str, Any] = deepcopy(dict(question.policy))
    for statement in less["Statement"]:
        statement["Action"] = [each for each in statement["Action"] if each != action]
    return less


def warnings(reply: Reply) -> list[dict[str, Any]]:
    status, body = reply
    assert status == 200, body
    found: list[dict[str, Any]] = body["warnings"]
    return found


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: " ".join(value for _, value in question.params))
def test_under_the_policy_the_answer_is_the_one_of_somebody_with_all_rights(stage: Stage, question: Question) -> None:
    assert stage.ask(question, question.policy) == stage.ask_with_all_rights(question)


@pytest.mark.parametrize("name", ["mlops-pipeline", "every-step"])
def test_search_changes_nothing_but_the_warnings(stage: Stage, name: str) -> None:
    status, body = stage.ask(lineage(name, search=True))

    assert (status, {**body, "warnings": []}) == (200, {**stage.ask_with_all_rights(lineage(name))[1], "warnings": []})


def test_the_only_warnings_are_of_the_refusals_planted_in_the_demo_account(stage: Stage) -> None:
    found = [each for name in PIPELINES for each in warnings(stage.ask(lineage(name), POLICY))]

    assert {each.get("resource", "").removeprefix("s3://").partition("/")[0] for each in found} <= {
        "partner-restricted-data",
        "retired-scratch-bucket",
    }


def test_the_policy_holds_no_action_that_no_question_takes(stage: Stage) -> None:
    used: set[str] = set().union(*(stage.actions_of(question) for question in QUESTIONS))

    assert set(ACTIONS) == used


def test_a_clusters_logs_are_a_place_under_the_policy(stage: Stage) -> None:
    _, body = stage.ask(lineage("on-a-cluster"), POLICY)

    (artifact,) = body["graph"]["artifacts"]

    assert (artifact["uri"], artifact["s3"]["publicAccess"]) == ("s3://my-mlops-dev2-v2-main-data/logs/", "Blocked")


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - ESSENTIAL))
def test_without_one_action_the_warnings_name_that_action_and_no_other(
    stage: Stage, first_question: Mapping[str, Question], action: str
) -> None:
    question = first_question[action]
    before = warnings(stage.ask_with_all_rights(question))

    added = [each for each in warnings(stage.ask(question, without(action, question))) if each not in before]

    assert {each.get("action") for each in added} == {action}


@pytest.mark.parametrize("action", sorted(ESSENTIAL))
def test_without_an_action_that_nothing_can_do_without_the_error_names_it(
    stage: Stage, first_question: Mapping[str, Question], action: str
) -> None:
    question = IN_DOMAIN if action == "sagemaker:ListTags" else first_question[action]

    status, body = stage.ask(question, without(action, question))

    assert status == 502
    assert action in body["message"]
