"""What is emitted does not tell when and where, and what a newer SDK adds does not go unnoticed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.emit import FOLDERS, text_of
from corpus.words import get_form, words
from tools.emit_definitions import MANIFEST, ROOT, report


class Emitted:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def definition(self) -> str:
        return json.dumps(self.document)


@pytest.fixture
def emission(tmp_path: Path) -> Path:
    """A folder that holds exactly what is committed, as if it had just been emitted."""
    for folder in (folder for folders in FOLDERS.values() for folder in folders):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / MANIFEST, tmp_path / MANIFEST)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("Parameters.Bucket", "Parameters.*"),
        ("Execution.PipelineName", "Execution.PipelineName"),
        ("Steps.A.X.Outputs['train'].S3Uri", "Steps.*.X.Outputs[''].S3Uri"),
        ("Steps.A.X.Outputs['a.b'].S3Uri", "Steps.*.X.Outputs[''].S3Uri"),
        ("Steps.A.TrainingJobSummaries[0].TrainingJobName", "Steps.*.TrainingJobSummaries[].TrainingJobName"),
        ("IterationOutput.Body.FinalMetricDataList[0].Value", "IterationOutput.*.FinalMetricDataList[].Value"),
        ("Steps.A.PropertyFiles.Report", "Steps.*.PropertyFiles.*"),
        ("Steps.A.IterationOutputs[3].Body.OutputParameters['x']", "Steps.*.IterationOutputs[].*.OutputParameters['']"),
        ("ForEach.CurrentItem", "ForEach.CurrentItem"),
    ],
)
def test_the_form_of_a_reference_leaves_out_what_people_choose(path: str, form: str) -> None:
    assert get_form(path) == form


def test_words_are_found_at_every_depth() -> None:
    inner = {"Name": "B", "Type": "Fail", "Arguments": {}, "DependsOn": [{"Step": "A", "Trigger": "Failed"}]}
    condition = {"Type": "Not", "Condition": {"Type": "Equals", "LeftValue": {"Std:Join": {"On": "", "Values": []}}}}
    outer = {"Name": "A", "Type": "Condition", "Arguments": {"Conditions": [condition], "IfSteps": [inner]}}

    assert words({"Steps": [outer]}) == {
        "stepTypes": {"Condition", "Fail"},
        "functions": {"Std:Join"},
        "conditions": {"Not", "Equals"},
        "triggers": {"Failed"},
        "gets": set(),
    }


@pytest.mark.parametrize(
    ("emitted", "committed"),
    [
        ("999988887777.dkr.ecr.eu-west-1.amazonaws.com/x:1", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/x:1"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1"),
        ("s3://b/fit/2031-12-24-23-59-58-999/code", "s3://b/fit/2026-01-01-00-00-00-000/code"),
        ("s3://b/job-20311224235958/input", "s3://b/job-20260101000000/input"),
        ("s3://b/year-2031/day", "s3://b/year-2031/day"),
    ],
)
def test_an_emission_does_not_tell_when_it_was_nor_whose_images_it_names(emitted: str, committed: str) -> None:
    assert json.loads(text_of(Emitted({"value": emitted}))) == {"value": committed}


def test_a_key_made_for_one_emission_is_not_committed() -> None:
    environment = {"REMOTE_FUNCTION_SECRET_KEY": "-----BEGIN PUBLIC KEY-----\nAAAA\n", "STAGE": "test"}

    assert json.loads(text_of(Emitted(environment))) == {"REMOTE_FUNCTION_SECRET_KEY": "a public key", "STAGE": "test"}


def test_an_emission_like_the_committed_one_is_no_news(emission: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(emission) == 0
    assert "exactly what is committed" in capsys.readouterr().out


def test_a_step_type_that_a_newer_sdk_lists_is_news(emission: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = json.loads((emission / MANIFEST).read_text(encoding="utf-8"))
    manifest["v3"]["stepTypes"].append("Teleport")
    (emission / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")

    assert report(emission) == 1
    assert "unknown stepTypes: Teleport" in capsys.readouterr().out


def test_a_reference_of_a_new_shape_is_news(emission: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = emission / "corpus" / "emitted" / "demo" / "mlops-pipeline.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("Steps.Train.ModelArtifacts.S3ModelArtifacts", "Steps.Train.Model[0].Uri"), encoding="utf-8"
    )

    assert report(emission) == 1

    out = capsys.readouterr().out

    assert "unknown gets: Steps.*.Model[].Uri" in out
    assert "--- committed/corpus/emitted/demo/mlops-pipeline.json" in out


def test_a_definition_that_is_no_longer_emitted_is_news(emission: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (emission / "corpus" / "emitted" / "v3" / "loops-and-triggers.json").unlink()

    assert report(emission) == 1
    assert "loops-and-triggers" in capsys.readouterr().out


def test_an_emission_has_no_way_out_to_the_network() -> None:
    program = (
        "from corpus import offline; import socket, os; offline.enter()\n"
        "assert os.environ['AWS_ACCESS_KEY_ID'] == 'offline'\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except offline.OfflineError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "refused"


def test_what_the_double_has_no_answer_for_is_an_error_that_names_it() -> None:
    program = (
        "from corpus import offline; offline.enter()\n"
        "session = offline.boto_session()\n"
        "assert session.client('sts').get_caller_identity()['Account'] == offline.ACCOUNT\n"
        "try: session.client('sagemaker').list_pipelines()\n"
        "except offline.OfflineError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "sagemaker:ListPipelines" in done.stdout
