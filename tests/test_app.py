"""Importing the app loads what `GET /lineage` needs and no more, because every cold start pays for it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LOADED = """
import app, gc, json, sys
ours = {name: vars(module) for name, module in sys.modules.items() if name.startswith("chalicelib.")}
print(json.dumps({
    "modules": list(ours),
    "dataclasses": [
        f"{name}.{kind.__name__}" for name, members in ours.items() for kind in members.values()
        if isinstance(kind, type) and kind.__module__ == name and hasattr(kind, "__dataclass_fields__")
    ],
    "collects": gc.isenabled(),
    "frozen": gc.get_freeze_count(),
}))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, Any]:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def test_what_a_handler_imports_for_itself_is_not_imported_with_the_app(loaded: dict[str, Any]) -> None:
    handlers = ast.parse(Path("chalicelib/web/handlers.py").read_text())
    functions = [node for node in handlers.body if isinstance(node, ast.FunctionDef)]
    late = {each.module for function in functions for each in ast.walk(function) if isinstance(each, ast.ImportFrom)}

    assert late
    assert not late.intersection(loaded["modules"])


def test_no_class_that_a_first_answer_needs_is_a_dataclass(loaded: dict[str, Any]) -> None:
    assert "chalicelib.core.values.model" in loaded["modules"]
    assert not loaded["dataclasses"]


def test_the_collector_rests_only_while_the_app_is_imported(loaded: dict[str, Any]) -> None:
    assert loaded["collects"]
    assert loaded["frozen"] > 10_000
