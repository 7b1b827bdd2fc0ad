"""SageMaker's Search over the double's pipelines, and what is odd about it: it lags, and does not tell all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from faults.double.account import World
from faults.double.step_context import Doc

JOBS = {
    "DescribeProcessingJob": ("ProcessingJobArn", "ProcessingJob"),
    "DescribeTrainingJob": ("TrainingJobArn", "TrainingJob"),
    "DescribeTransformJob": ("TransformJobArn", "TransformJob"),
}
"""Of each kind of job that has a trial component: what its description calls its ARN, and the component the job."""

RESOURCES = {
    "TrainingJob": ("DescribeTrainingJob", "TrainingJobArn"),
    "HyperParameterTuningJob": ("DescribeHyperParameterTuningJob", "HyperParameterTuningJobArn"),
    "Endpoint": ("DescribeEndpoint", "EndpointArn"),
    "ModelPackage": ("DescribeModelPackage", "ModelPackageArn"),
}
"""Of each other resource: the operation that describes it too, and the property that it is searched by."""


class NotSearched(Exception):
    """A resource or a property that this Search does not know."""


def records(world: World, arguments: Mapping[str, Any]) -> Iterator[Doc]:
    """Yield the records of a pipeline's things that an expression of `In` filters finds, any of them."""
    resource, expression = arguments["Resource"], arguments["SearchExpression"]
    if expression.get("Operator") != "Or" or any(each["Operator"] != "In" for each in expression["Filters"]):
        raise NotSearched(expression)
    wanted = {value for each in expression["Filters"] for value in each["Value"].split(",")}
    names = {each["Name"] for each in expression["Filters"]}
    if resource == "ExperimentTrialComponent" and names == {"Source.SourceArn"}:
        yield from _components(world, wanted)
    elif resource in RESOURCES and names == {RESOURCES[resource][1]}:
        operation, arn_key = RESOURCES[resource]
        for (of, _), answer in world.answers.items():
            if of == operation and answer[arn_key] in wanted:
                yield {resource: {**answer, "Tags": [{"Key": "Owner", "Value": "bench"}]}}
    else:
        raise NotSearched(resource)


def _components(world: World, wanted: set[str]) -> Iterator[Doc]:
    for (operation, name), answer in world.answers.items():
        arn_key, member = JOBS.get(operation, ("", ""))
        if answer.get(arn_key) in wanted:
            kind = member.removesuffix("Job").lower()
            yield {
                "TrialComponent": {
                    "TrialComponentName": f"{name}-aws-{kind}-job",
                    "Source": {"SourceArn": answer[arn_key], "SourceType": f"SageMaker{member}"},
                    "SourceDetail": {
                        "SourceArn": answer[arn_key],
                        member: {**answer, "Tags": [{"Key": "Owner", "Value": "bench"}]},
                    },
                }
            }


def owners(arguments: Mapping[str, Any]) -> list[str]:
    """Return the names of the pipelines whose things are searched for: a thing's name begins with its pipeline's."""
    values = [value for each in arguments["SearchExpression"]["Filters"] for value in each["Value"].split(",")]
    things = [value.split(":", 5)[-1].split("/") for value in values]
    return list(dict.fromkeys(parts[1].split("--", 1)[0] for parts in things))


# --- What is odd about it -------------------------------------------------------------------------------


def _each_thing(body: Doc, change: Callable[[Doc], Doc]) -> Doc:
    """Change every described thing in the records, whatever the resource."""

    def changed(record: Doc) -> Doc:
        ((resource, thing),) = record.items()
        if resource != "TrialComponent":
            return {resource: change(thing)}
        detail = thing["SourceDetail"]
        inner = {key: change(value) if isinstance(value, dict) else value for key, value in detail.items()}
        return {resource: {**thing, "SourceDetail": inner}}

    return {**body, "Results": [changed(record) for record in body["Results"]]}


def lagging(body: Doc) -> Doc:
    """Tell every second thing as it was a while ago: a job still runs, an endpoint is made, a package waits."""
    body = {**body, "Results": [*body["Results"]]}
    late = _each_thing({"Results": body["Results"][::2]}, _a_while_ago)["Results"]
    body["Results"][::2] = late
    return body


def _a_while_ago(thing: Doc) -> Doc:
    ended = ("EndTime", "ModelArtifacts", "FinalMetricDataList", "LastModifiedTime")
    earlier = {key: value for key, value in thing.items() if not key.endswith(ended)}
    for key, word in (("JobStatus", "InProgress"), ("EndpointStatus", "Creating"), ("ApprovalStatus", "Rejected")):
        earlier |= {name: word for name in thing if name.endswith(key)}
    return earlier


def unindexed(body: Doc) -> Doc:
    """Leave out every second thing, as it is not there yet."""
    return {**body, "Results": body["Results"][1::2]}


def lacking(body: Doc) -> Doc:
    """Tell what a thing was asked for not to the end: texts are cut, and lists, and one member is missing."""
    return _each_thing(body, lambda thing: {key: _cut(value) for key, value in thing.items() if key != "RoleArn"})


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cut(each) for key, each in value.items()}
    if isinstance(value, list):
        return value[:-1]
    return value


def nothing(_: Doc) -> Doc:
    """Have no records at all of the account's jobs."""
    return {"Results": []}


ODD: dict[str, Callable[[Doc], Doc]] = {
    "lagging": lagging,
    "unindexed": unindexed,
    "lacking": lacking,
    "nothing": nothing,
}
"""By name; each is made from the true answer, and is planted as a fault is."""
