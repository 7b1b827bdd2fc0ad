"""Hostile questions and definitions: what to feed the service with."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import strategies as st

MARKUP = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "${7*7}", "{{7*7}}")
NASTY = (
    *MARKUP,
    "",
    " ",
    "\x00",
    "\ud800",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "🔥" * 40,
    "\u202e",
    "%00",
    "A" * 5000,
    "9" * 400,
    "NaN",
    "s3://",
    "s3://b/../k",
    "S3://B//k/",
    "arn:aws:sagemaker:us-east-1:111122223333:pipeline/p",
    "arn:aws:sagemaker:us-east-1.evil.example:111122223333:pipeline/p",
    "__proto__",
    "constructor",
)
PARAMETERS = (
    "pipeline",
    "region",
    "includeLatestExec",
    "domain",
    "execution",
    "view",
    "posture",
    "step",
    "maxResults",
    "nextToken",
    "regions",
    "name",
)
GOOD = ("p", "us-east-1", "true", "no", "graph", "both", "full", "basic", "1", "100", "exec00000001", "d-1", "S")


# --- Query strings


def texts() -> st.SearchStrategy[str]:
    """Return any text at all, and what has been used against parsers before."""
    return st.one_of(st.sampled_from(NASTY), st.sampled_from(GOOD), st.text(max_size=60))


def queries() -> st.SearchStrategy[dict[str, list[str]]]:
    """Return a query string: mostly known names, at times given twice."""
    names = st.one_of(st.sampled_from(PARAMETERS), st.sampled_from(PARAMETERS), texts())
    return st.dictionaries(names, st.lists(texts(), min_size=1, max_size=2), max_size=6)


# --- Definitions

STEP_TYPES = (
    "Processing Training Transform Tuning AutoML Model RegisterModel EndpointConfig Endpoint InferenceComponent "
    "Lambda Callback EMR EMRServerless Lineage Job Cleanup ForEach Condition Fail QualityCheck ClarifyCheck "
    "BedrockModelImport Athena HubContent Unheard"
).split()
KEYS = (
    "S3Uri S3Input S3Output ProcessingInputs ProcessingOutputConfig Outputs OutputName InputName InputDataConfig "
    "DataSource S3DataSource OutputDataConfig S3OutputPath ModelDataUrl Containers PrimaryContainer Conditions IfSteps "
    "ElseSteps ForEachBody IterableItems Arguments DependsOn Name Type Get Std:Join Std:JsonGet On Values Path "
    "PropertyFile JobConfigDocument ModelMetrics Environment HyperParameters Tags KmsKeyId StepConfig HadoopJarStep "
    "Args PropertyFiles FilePath PropertyFileName DatasetDefinition FeatureStoreOutput Associations Source Destination"
).split()
PATHS = (
    "Parameters.P",
    "Parameters.",
    "Steps.A",
    "Steps.A.ProcessingOutputConfig.Outputs['x'].S3Output.S3Uri",
    "Steps.B.ModelArtifacts.S3ModelArtifacts",
    "Steps.A.PropertyFiles.R",
    "Steps.C.Outcome",
    "Steps.A.ProcessingOutputConfig.Outputs[99999999999].S3Output",
    "Steps.A['",
    "Execution.PipelineExecutionId",
    "ForEach.CurrentItem.x",
    "IterationOutput.A.x",
    "....",
)
NAMES = ("A", "B", "C", "P", "Steps", "A-0", *NASTY)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["s3://b/k", "s3://b", "s3://b/k/x/model.tar.gz", "[1,2]", '{"a": {"Get": "Parameters.P"}}']),
    texts(),
)
gets = st.builds(lambda path: {"Get": path}, st.one_of(st.sampled_from(PATHS), texts()))


def _grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = st.lists(inner, max_size=4)
    return st.one_of(
        values,
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), inner, max_size=4),
        st.builds(lambda on, parts: {"Std:Join": {"On": on, "Values": parts}}, st.sampled_from(["", "/", 1]), values),
        st.builds(lambda file, path: {"Std:JsonGet": {"PropertyFile": file, "Path": path}}, inner, inner),
        st.builds(lambda uri: {"ProcessingInputs": [{"InputName": "i", "S3Input": {"S3Uri": uri}}]}, inner),
        st.builds(
            lambda uri: {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "x", "S3Output": {"S3Uri": uri}}]}},
            inner,
        ),
    )


trees = st.recursive(st.one_of(scalars, gets), _grow, max_leaves=12)


def steps(depth: int = 2) -> st.SearchStrategy[Any]:
    """Return a step, or something that only resembles one; conditions and loops hold others."""
    arguments: st.SearchStrategy[Any] = trees
    if depth:
        branch = st.lists(steps(depth - 1), max_size=2)
        holder = st.fixed_dictionaries({"Conditions": trees, "IfSteps": branch, "ElseSteps": branch})
        arguments = st.one_of(trees, holder, st.fixed_dictionaries({"ForEachBody": branch, "IterableItems": trees}))
    return st.fixed_dictionaries(
        {"Name": st.one_of(st.sampled_from(NAMES), texts()), "Type": st.one_of(st.sampled_from(STEP_TYPES), texts())},
        optional={
            "Arguments": arguments,
            "DependsOn": st.one_of(st.lists(st.sampled_from(NAMES), max_size=3), trees),
            "PropertyFiles": trees,
            "OutputParameters": trees,
            "DisplayName": scalars,
            "CacheConfig": trees,
        },
    )


def definitions() -> st.SearchStrategy[str]:
    """Return a definition document: of the grammar, nearly of it, any JSON, or any text."""
    whole = st.fixed_dictionaries(
        {"Version": st.just("2020-12-01"), "Steps": st.lists(steps(), max_size=4)},
        optional={
            "Parameters": st.one_of(
                trees, st.lists(st.builds(lambda v: {"Name": "P", "Type": "String", "DefaultValue": v}, scalars))
            ),
            "PipelineExperimentConfig": trees,
        },
    )
    written = whole.map(lambda document: json.dumps(document))
    torn = st.builds(_tear, written, st.integers(0, 2**32))
    return st.one_of(written, written, torn, trees.map(lambda tree: json.dumps(tree)), st.text(max_size=40))


def _tear(text: str, seed: int) -> str:
    """Tear a document: a few of its characters are gone, doubled or changed."""
    chance = random.Random(seed)
    letters = list(text)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(letters))
        letters[at : at + chance.randint(0, 3)] = chance.choice(["", '"', "{", "]", ",", "\\", "0", letters[at] * 2])
        letters = letters or ["0"]
    return "".join(letters)
