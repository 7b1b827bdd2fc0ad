"""The committed definitions use everything that the SDKs list, so that a new word cannot go unread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.words import words

CORPUS = Path(__file__).parents[2] / "corpus"
MANIFEST: dict[str, dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))
LISTED = [
    (generation, kind, word)
    for generation, vocabulary in MANIFEST.items()
    for kind in ("stepTypes", "functions", "conditions", "triggers", "stepClasses")
    for word in vocabulary.get(kind, [])
]
EXCEPTIONS = {
    ("v3", "stepTypes", "AutoML"): "3.27.0 lists an AutoMLStep that needs Session.auto_ml, which it no longer has",
    ("v3", "stepClasses", "AutoMLStep"): "the same",
    ("v3", "triggers", "Completed"): "the SDK writes this trigger as a plain step name",
}
"""Words that an SDK lists and cannot emit."""


def used(generation: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"stepClasses": set(MANIFEST[generation]["stepClassesUsed"])}
    for path in (CORPUS / "emitted" / generation).glob("*.json"):
        for kind, some in words(json.loads(path.read_text(encoding="utf-8"))).items():
            found.setdefault(kind, set()).update(some)
    return found


@pytest.mark.parametrize(("generation", "kind", "word"), [entry for entry in LISTED if entry not in EXCEPTIONS])
def test_what_the_sdk_lists_is_in_a_committed_definition(generation: str, kind: str, word: str) -> None:
    assert word in used(generation)[kind]


@pytest.mark.parametrize("entry", EXCEPTIONS, ids=" ".join)
def test_an_exception_is_still_one(entry: tuple[str, str, str]) -> None:
    generation, kind, word = entry

    assert entry in LISTED
    assert word not in used(generation)[kind]


@pytest.mark.parametrize("generation", MANIFEST)
def test_every_execution_variable_is_read_somewhere(generation: str) -> None:
    listed = {f"Execution.{name}" for name in MANIFEST[generation]["executionVariables"]}

    assert listed <= used(generation)["gets"]


@pytest.mark.parametrize("generation", MANIFEST)
def test_every_type_of_parameter_is_declared_with_and_without_a_default(generation: str) -> None:
    documents = [
        json.loads(path.read_text(encoding="utf-8")) for path in (CORPUS / "emitted" / generation).glob("*.json")
    ]
    parameters = [parameter for document in documents for parameter in document.get("Parameters", [])]

    assert {parameter["Type"] for parameter in parameters} == set(MANIFEST[generation]["parameterTypes"])
    assert {"DefaultValue" in parameter for parameter in parameters} == {True, False}


def test_the_sandbox_says_which_sdk_made_its_pipelines() -> None:
    folder = CORPUS / "emitted" / "demo"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["sagemaker"] == MANIFEST["v2"]["sagemaker"]
    assert {f"{name}.json" for name in manifest["pipelines"]} == {path.name for path in folder.glob("*.json")} - {
        "manifest.json"
    }


def test_nothing_committed_names_a_machine_or_a_stranger() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (CORPUS / "emitted").rglob("*.json"))

    assert "/home/" not in text
    assert "BEGIN PUBLIC KEY" not in text

    accounts = {piece for piece in text.replace(".", ":").split(":") if len(piece) == 12 and piece.isdigit()}

    assert accounts <= {"123456789012", "111122223333"}
