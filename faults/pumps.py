"""Inputs that grow, and the readers that they are fed to: patterns repeated, depth, digits, many of one thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import product
from typing import Any

from chalicelib.core.definition.paths import parse_path
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS
from chalicelib.core.findings.tags import environment, residency
from chalicelib.core.posture.bucket_policy import parse_policy
from chalicelib.core.query.query import parse_lineage_query
from chalicelib.core.runs.reports import flatten_report, parse_report
from chalicelib.core.values.errors import LineageError
from chalicelib.core.values.redaction import redact, redact_settings, redact_text
from chalicelib.core.values.s3uri import locations_in
from chalicelib.formats.lineage import to_json_text, to_lineage
from chalicelib.routes.lineage import offline_lineage

Reader = Callable[[str], object]
Maker = Callable[[int], str]

# What patterns stumble over, said again and again: openings without an end, separators, words that begin a secret.
_UNITS = (
    *"[]{}()<>'\"\\ \n\t.,:;=&?@/$-_|*%#~aA9가",
    *(
        "[ ",
        "['",
        '["',
        "['a']",
        "${",
        "${a",
        "${a}",
        "a ",
        "a-",
        "a.",
        "a/",
        "a:",
        "a=",
        "a@",
        "aA",
        "a1",
        "--a ",
        "//",
    ),
    *(
        "://",
        "s3://",
        "s3://a",
        "s3://a:",
        "s3://a:b@",
        "s3://${",
        "s3a://a b ",
        "https://a:",
        "https://a:b",
        "https://a@",
    ),
    *("arn:aws:s3:", "password", "password=", "password: ", "--password ", '"password": "', "token ", "key_", "a_key="),
    *(
        "Secret",
        "eyJ",
        "eyJ-",
        "eyJa.",
        "eyJaaaaaaaa.",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "-----END ",
        "- ",
    ),
    *(
        "-----",
        "?X-Amz-Signature=",
        "&sig=",
        "?a&",
        "\\u0026",
        "xoxb-",
        "sk-",
        "ghp_",
        "hf_",
        "AKIA",
        "AIza",
        "Bearer ",
    ),
    *("Basic a", "authorization: ", "https://a/hooks", "hooks/", ":thin:a/", ":AA", "12345678:AA", "1234567890", "9."),
    *("mysql -p", "login -p a ", "-u a:", "--user a", "identified by '", "&key=", "a password '", "machine a "),
    *(
        "a:b@c:12",
        "%3F",
        "%26auth%3D",
        "auth=",
        "-Dpass=",
        "password: |\n",
        "token: |\n  ",
        '"secret": [',
        'secret={"a": "b',
    ),
    *(
        "cookie: ",
        "cookie: a=b;",
        "user a identified by ",
        "sqlplus -s a/",
        "wandb login --a ",
        "Private-Lines: 1\nA\n",
    ),
    *("<password>a</", "<name>a</name><value>", "ENV PASS a ", "secret: {'a': 'b"),
    *("dp.pt.", "abc1Q~", "비밀번호: ", "no pii, ", "비,"),
    *("rm s3://a ", "location='s3://a", "s3://a*", "arn:aws:s3:::a"),
    *("2026-03-01T", "1e9,", "\ue000", "\ue0001\ue001", "SELECT s3://a FROM ", "TO 's3://", "\U0001f525", "\ud800"),
)
_FRAMES = (("", ""), ("s3://b/", "!"), ("Steps.X[", "]"), ("https://", "@x"), ("a", "\x00"), ("secret: {", "}"))


def _pump(head: str, unit: str, tail: str) -> Maker:
    return lambda size: head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


TEXTS: Mapping[str, Maker] = {
    f"{head}{ascii(unit)[1:-1]}…{ascii(tail)[1:-1]}": _pump(head, unit, tail)
    for (head, tail), unit in product(_FRAMES, _UNITS)
}
"""Texts by what they repeat."""


def _step(kind: str, arguments: Any, **keys: Any) -> dict[str, Any]:
    return {"Name": "S", "Type": kind, "Arguments": arguments, **keys}


def _join(*values: Any, on: str = "") -> dict[str, Any]:
    return {"Std:Join": {"On": on, "Values": list(values)}}


def _input(uri: Any) -> dict[str, Any]:
    return {"ProcessingInputs": [{"InputName": "i", "S3Input": {"S3Uri": uri}}]}


def _output(uri: Any) -> dict[str, Any]:
    return {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "o", "S3Output": {"S3Uri": uri}}]}}


TEXT = "\ufdd0"  # stands for the text; no real document holds it

PLACES: Mapping[str, dict[str, Any]] = {
    "input": _step("Processing", _input(TEXT)),
    "output": _step("Processing", _output(TEXT)),
    "Get": _step("Processing", _input({"Get": TEXT})),
    "Get in a join": _step("Processing", _input(_join("s3://b", {"Get": TEXT}, on="/"))),
    "join": _step("Processing", _output(_join("s3://b", TEXT, {"Get": "Parameters.P"}, on="/"))),
    "parameter": _step("Processing", _output({"Get": "Parameters.P"})),
    "name": _step("Processing", _output("s3://b/x"), Name=TEXT),
    "type": _step(TEXT, _output("s3://b/x")),
    "words": _step("Processing", {}, DisplayName=TEXT, Description=TEXT, DependsOn=[TEXT]),
    "arguments": _step(
        "Processing",
        {"AppSpecification": {"ContainerArguments": ["--input", TEXT, "--password", TEXT], "ImageUri": TEXT}},
    ),
    "settings": _step(
        "Training",
        {"Environment": {TEXT: TEXT}, "HyperParameters": {TEXT: TEXT}, "OutputDataConfig": {"KmsKeyId": TEXT}},
    ),
    "EMR": _step("EMR", {"StepConfig": {"HadoopJarStep": {"Jar": TEXT, "Args": ["spark-submit", TEXT]}}}),
    "Athena": _step("Athena", {"QueryString": TEXT, "ResultConfiguration": {"OutputLocation": TEXT}}),
    "Job": _step("Job", {"JobConfigDocument": TEXT}),
    "Job's join": _step("Job", {"JobConfigDocument": _join('{"a": "', TEXT, {"Get": TEXT})}),
    "unknown": _step("Unheard", {"a": {"b": [TEXT, {TEXT: TEXT}]}}),
    "condition": _step(
        "Condition",
        {
            "Conditions": [
                {
                    "Type": "Equals",
                    "LeftValue": {"Std:JsonGet": {"PropertyFile": {"Get": TEXT}, "Path": TEXT}},
                    "RightValue": TEXT,
                }
            ]
        },
    ),
    "property file": _step(
        "Processing",
        _output("s3://b/x"),
        PropertyFiles=[{"PropertyFileName": TEXT, "OutputName": "o", "FilePath": TEXT}],
    ),
    "tags": _step("Training", {"Tags": [{"Key": "DataClassification", "Value": TEXT}, {"Key": TEXT, "Value": "x"}]}),
    "registration": _step(
        "RegisterModel",
        {
            "ModelPackageGroupName": TEXT,
            "InferenceSpecification": {"Containers": [{"Image": TEXT, "ModelDataUrl": TEXT}]},
            "ModelMetrics": {"ModelQuality": {"Statistics": {"S3Uri": TEXT}}},
        },
    ),
    "feature group": _step(
        "Processing",
        {
            "ProcessingOutputConfig": {
                "Outputs": [{"OutputName": "o", "FeatureStoreOutput": {"FeatureGroupName": TEXT}}]
            }
        },
    ),
}
"""Steps with a text in one of the places where a definition may hold one."""


def answer(document: str) -> str:
    """Return the answer of a definition without AWS, with every view; a definition that is refused is an answer too."""
    try:
        return to_json_text(to_lineage(offline_lineage(document, "p", {}, region="us-east-1", view="both")))
    except LineageError as error:
        return error.message


def _definition_with(step: dict[str, Any]) -> Reader:
    default = "s3://b/p" if step is not PLACES["parameter"] else TEXT
    written = json.dumps(
        {
            "Version": "2020-12-01",
            "Parameters": [{"Name": "P", "Type": "String", "DefaultValue": default}],
            "Steps": [step, {**_step("Processing", _output("s3://b/y")), "Name": "X"}],
        }
    )
    place = json.dumps(TEXT)[1:-1]
    holes = written.count(place)

    def read(text: str) -> str:
        # The document as a whole is as long as the text.
        inside = json.dumps(text[: len(text) // holes])[1:-1] if holes > 1 else json.dumps(text)[1:-1]
        return answer(written.replace(place, inside))

    return read


def _report(text: str) -> object:
    return flatten_report(parse_report(json.dumps({text: 1, "a": {text: [1, text]}})))


def _policy(text: str) -> object:
    statement = {
        "Effect": "Allow", "Principal": {"AWS": [text, "*"]}, "Action": ["s3:*", text], "Resource": [text, "*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringLike": {text: text}},
    }  # fmt: skip
    deny = {**statement, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    return parse_policy(json.dumps({"Statement": [statement, deny]}), "b", "123456789012")


def _tags(text: str) -> object:
    tags = {"DataClassification": text, "Environment": text, "DataResidency": text, text: text}
    return DEFAULT_TAGS.verdict(tags), environment(tags), residency(tags)


def _query(text: str) -> object:
    names = (
        "pipeline",
        "region",
        "execution",
        "domain",
        "step",
        "view",
        "format",
        "posture",
        "includeLatestExec",
        text,
    )
    try:
        return parse_lineage_query({name: [text] for name in names}, {"us-east-1"}, "us-east-1")
    except LineageError as error:
        return error


READERS: Mapping[str, Reader] = {
    **{f"definition, {place}": _definition_with(step) for place, step in PLACES.items()},
    "definition, raw": answer,
    "definition, a string": lambda text: answer(json.dumps(text)),
    "redaction of a text": redact_text,
    "redaction of settings": lambda text: redact_settings({text: text, "a": text}),
    "redaction of a list": lambda text: redact([text, text, {"Name": text, "Value": text}]),
    "path": parse_path,
    "locations": locations_in,
    "report": _report,
    "report, raw": lambda text: flatten_report(parse_report(text)),
    "policy": _policy,
    "tags": _tags,
    "query": _query,
}
"""Readers of text, by name."""


def _whole(step: Any) -> dict[str, Any]:
    return {"Version": "2020-12-01", "Steps": [step]}


# --- Shapes: depth, digits, and many of one thing


def _document(steps: list[Any], **parameters: str) -> str:
    given = [{"Name": name, "Type": "String", "DefaultValue": value} for name, value in parameters.items()]
    return json.dumps({"Version": "2020-12-01", "Parameters": given, "Steps": steps})


def _fitting(make: Callable[[int], str]) -> Maker:
    """Return a maker of documents of a size, from one of documents of a number of things."""

    def fit(size: int) -> str:
        few, more = len(make(8)), len(make(1_008))
        return make(max(1, int((size - few) * 1_000 / (more - few) * 0.97)))

    return fit


def _named(n: int, kind: str, arguments: Any, **keys: Any) -> dict[str, Any]:
    return _step(kind, arguments, **keys) | {"Name": f"s{n}"}


def _reads_and_writes(n: int, source: Any, target: Any) -> dict[str, Any]:
    return _named(n, "Processing", _input(source) | _output(target))


def _steps(make: Callable[[int], dict[str, Any]], **parameters: str) -> Maker:
    return _fitting(lambda count: _document([make(n) for n in range(count)], **parameters))


def _inputs(make: Callable[[int], Any], *others: dict[str, Any], **parameters: str) -> Maker:
    def of(count: int) -> str:
        inputs = [{"InputName": f"i{n}", "S3Input": {"S3Uri": make(n)}} for n in range(count)]
        return _document([*others, _step("Processing", {"ProcessingInputs": inputs})], **parameters)

    return _fitting(of)


def _get(step: str, output: str = "o") -> dict[str, str]:
    return {"Get": f"Steps.{step}.ProcessingOutputConfig.Outputs['{output}'].S3Output.S3Uri"}


def _nested(opening: str, closing: str, around: Any, heart: str = "1") -> Maker:
    before, after = json.dumps(around).split(json.dumps(TEXT))

    def make(size: int) -> str:
        depth = (size - len(before) - len(after)) // (len(opening) + len(closing))
        return before + opening * depth + heart + closing * depth + after

    return make


def _outputs_and_gets(count: int) -> str:
    outputs = [{"OutputName": f"o{n}", "S3Output": {"S3Uri": f"s3://b/{n}"}} for n in range(count)]
    inputs = [{"InputName": f"i{n}", "S3Input": {"S3Uri": _get("A", f"o{count - n - 1}")}} for n in range(count)]
    writer = _step("Processing", {"ProcessingOutputConfig": {"Outputs": outputs}}) | {"Name": "A"}
    return _document([writer, _step("Processing", {"ProcessingInputs": inputs})])


def _branches(count: int, name: str) -> str:
    inside = [_named(n, "Fail", {}) for n in range(count)]
    return _document([_step("Condition", {"Conditions": [], "IfSteps": inside, "ElseSteps": []}) | {"Name": name}])


def _digits(size: int) -> str:
    return f'{{"Steps": [{{"Name": "S", "Type": "X", "Arguments": {{"n": {"9" * (size - 80)}}}}}]}}'


def _waiting(count: int) -> str:
    many = int(count**0.5)
    return _document([_named(n, "Fail", {}, DependsOn=[f"s{m}" for m in range(many)]) for n in range(many)])


def _conditions(count: int) -> str:
    compared = [{"Type": "Equals", "LeftValue": {"Get": "Parameters.P"}, "RightValue": n} for n in range(count)]
    return _document([_step("Condition", {"Conditions": compared, "IfSteps": []})], P=_LONG)


def _chained_parameters(count: int) -> str:
    given = [{"Name": f"P{n}", "DefaultValue": {"Get": f"Parameters.P{n + 1}"}} for n in range(count)]
    return json.dumps({"Parameters": [*given, {"Name": f"P{count}", "DefaultValue": _LONG}], "Steps": []})


_LONG = "x" * (300 * 1024)
_P = {"Get": "Parameters.P"}
_ONE = {"Name": "A"}

_MAKERS: Mapping[str, Maker] = {
    "steps that say nothing": _steps(lambda n: _named(n, "Fail", {})),
    "steps that all read and write one place": _steps(lambda n: _reads_and_writes(n, "s3://b/x", "s3://b/x")),
    "steps that write below what all read": _steps(lambda n: _reads_and_writes(n, "s3://b/", f"s3://b/{n}/x")),
    "steps that read below what all write": _steps(lambda n: _reads_and_writes(n, f"s3://b/{n}", "s3://b/")),
    "steps in a chain by reference": _steps(lambda n: _reads_and_writes(n, _get(f"s{n - 1}"), f"s3://b/{n}")),
    "steps in a chain by join": _steps(
        lambda n: _reads_and_writes(n, "s3://b/i", _join(_get(f"s{n - 1}"), "x", on="/") if n else "s3://b/x")
    ),
    "steps that say one long parameter": _steps(
        lambda n: _reads_and_writes(n, _P, _join("s3://b/", _P)), P=f"s3://b/{_LONG[:60_000]}"
    ),
    "steps that read one longer parameter": _steps(lambda n: _reads_and_writes(n, _P, "s3://b"), P=f"s3://b/{_LONG}"),
    "steps that say one parameter as long as may be": _steps(
        lambda n: _reads_and_writes(n, _P, _join("s3://b/", _P)), P=f"s3://b/{_LONG[:1500]}"
    ),
    "steps of one name": _steps(lambda n: _step("Fail", {})),
    "steps that wait for all the others": _fitting(_waiting),
    "steps that wait for the one before": _steps(lambda n: _named(n, "Fail", {}, DependsOn=[f"s{n - 1}"] if n else [])),
    "places of one bucket": _inputs(lambda n: f"s3://b/{n}"),
    "places of as many buckets": _inputs(lambda n: f"s3://b{n}/x"),
    "references to one place": _inputs(lambda n: _get("A"), _reads_and_writes(0, "s3://b/i", "s3://b/o") | _ONE),
    "references to nothing": _inputs(lambda n: {"Get": f"Steps.A.x.y{n}"}),
    "references into a list": _fitting(_outputs_and_gets),
    "a join of as many parts": _fitting(lambda count: _document([_step("Processing", _output(_join(*["a"] * count)))])),
    "a join of as many references": _fitting(
        lambda count: _document([_step("Processing", _output(_join("s3://b", *[_P] * count)))], P="x")
    ),
    "branches of a long name": lambda size: _branches(size // 100, "x" * (size // 2)),
    "branches": _fitting(lambda count: _branches(count, "C")),
    "conditions": _fitting(_conditions),
    "conditions in conditions": _nested(
        '{"Type":"Not","Condition":', "}", _whole(_step("Condition", {"Conditions": [TEXT]})), "{}"
    ),
    "steps in steps": _nested(
        '{"Name":"C","Type":"Condition","Arguments":{"Conditions":[],"ElseSteps":[],"IfSteps":[',
        "]}}",
        _whole(TEXT),
        "",
    ),
    "joins in joins": _nested(
        '{"Std:Join":{"On":"","Values":[', "]}}", _whole(_step("Processing", _output(TEXT))), '"a"'
    ),
    "joins sixty deep": _fitting(
        lambda count: _document(
            [
                _step(
                    "Processing",
                    _output(reduce(lambda inner, _: _join(inner), range(60), _join(*[{"Get": "X"}] * count))),
                )
            ]
        )
    ),
    "lists in lists": _nested("[", "]", _whole(_step("Processing", _output(TEXT)))),
    "objects in objects": _nested('{"a":', "}", _whole(_step("Unheard", {"a": TEXT}))),
    "a list of lists": _fitting(lambda count: _document([_step("Unheard", {"a": [[]] * count})])),
    "arguments": _fitting(
        lambda count: _document(
            [_step("Processing", {"AppSpecification": {"ContainerArguments": ["--input", "s3://b/x"] * count}})]
        )
    ),
    "settings": _fitting(
        lambda count: _document([_step("Training", {"Environment": {f"DB_PASS{n}": "s3://b" for n in range(count)}})])
    ),
    "parameters": _fitting(lambda count: _document([], **{f"P{n}": "x" for n in range(count)})),
    "parameters that say each other": _fitting(_chained_parameters),
    "a numeral": _digits,
    "each step ten times the one before": _steps(
        lambda n: _reads_and_writes(
            n, "s3://b/i", _join("s3://b", *[_get(f"s{n - 1}")] * 10, on="/") if n else "s3://b"
        )
    ),
}

SHAPES: Mapping[str, tuple[Maker, Reader]] = {name: (maker, answer) for name, maker in _MAKERS.items()}
"""Documents by what they have too much of, each with its reader."""
