"""The API's description as a judge of answers."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from chalicelib.static_files import DESCRIPTION


@cache
def description() -> Any:
    """The committed document."""
    return json.loads(DESCRIPTION.read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Validator:
    """Judges by one of the document's schemas; how times are written counts too."""
    assert "date-time" in Draft202012Validator.FORMAT_CHECKER.checkers
    schema = {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def problems(name: str, body: Any) -> list[str]:
    """What is wrong with a body by the schema called `name`; empty where it conforms."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(name).iter_errors(body)]
