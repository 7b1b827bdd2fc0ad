"""The wheel, where nothing else of the project is: without Chalice and `app.py`, beside boto3 alone."""

from __future__ import annotations

import email
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from chalicelib import __version__
from tests.api.conftest import Api
from tools import wheel

BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
"""boto3 and what it asks for, by what they are imported as."""

IMPORT_ALL = """
import importlib, pkgutil, sagemaker_lineage
for each in pkgutil.walk_packages(sagemaker_lineage.__path__, "sagemaker_lineage."):
    importlib.import_module(each.name)
    print(each.name)
"""
RUN = "import sys; from sagemaker_lineage.program import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def elsewhere(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the clone, with the wheel's content and boto3 in `site`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    site = folder / "site"
    with zipfile.ZipFile(built) as packed:
        packed.extractall(site)
    for name in BOTO3:
        (site / name).symlink_to(Path(sysconfig.get_path("purelib")) / name)
    return folder


def python(folder: Path, program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter that finds nothing but what is in the folder's `site`."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder / "site"), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-S", "-s", "-P", "-c", program, *arguments],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_can_be_imported(elsewhere: Path) -> None:
    done = python(elsewhere, IMPORT_ALL)

    assert done.returncode == 0, done.stderr
    ours = {path.relative_to(elsewhere / "site") for path in (elsewhere / "site" / "sagemaker_lineage").rglob("*.py")}
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in ours}
    assert set(done.stdout.split()) == names - {"sagemaker_lineage"}


def test_the_source_is_there_once_and_knows_no_other_name(built: Path) -> None:
    with zipfile.ZipFile(built) as packed:
        modules = [name for name in packed.namelist() if name.endswith(".py")]
        assert {name.split("/")[0] for name in modules} == {"sagemaker_lineage"}
        assert [name for name in modules if b"chalicelib" in packed.read(name)] == []
        assert "sagemaker_lineage/openapi.json" in packed.namelist()


def test_it_asks_for_boto3_alone_and_says_its_version_and_licence(built: Path) -> None:
    with zipfile.ZipFile(built) as packed:
        (name,) = (each for each in packed.namelist() if each.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(packed.read(name))
        assert any(each.endswith("licenses/LICENSE") for each in packed.namelist())

    assert (metadata["Name"], metadata["Version"]) == ("sagemaker-lineage", __version__)
    assert [each.split(">")[0] for each in metadata.get_all("Requires-Dist", [])] == ["boto3"]
    assert metadata["License-Expression"] == "Apache-2.0"


def test_it_answers_for_a_definition_file_as_the_clone_does(elsewhere: Path) -> None:
    definition = wheel.ROOT / "corpus" / "emitted" / "demo" / "mlops-pipeline.json"
    arguments = ("--definition", str(definition), "--parameter", "DataBucket=my-bucket")

    installed = python(elsewhere, RUN, *arguments)

    clone = [sys.executable, str(wheel.ROOT / "lineage_dump.py"), *arguments]

    assert installed.returncode == 0, installed.stderr
    assert installed.stdout == subprocess.run(clone, capture_output=True, text=True, check=True).stdout


def test_it_answers_over_an_account_as_the_api_does(
    elsewhere: Path, api: Api, demo_environment: dict[str, str]
) -> None:
    arguments = ("dump", "--pipeline-name", "mlops-pipeline", "--include-latest-exec")

    installed = python(elsewhere, RUN, *arguments, **demo_environment, S3_TIMEOUT_MS="20000")

    assert installed.returncode == 0, installed.stderr
    assert json.loads(installed.stdout) == api.get("/lineage", pipeline="mlops-pipeline").body


def test_what_aws_refuses_is_one_line_under_the_programs_own_name(
    elsewhere: Path, demo_environment: dict[str, str]
) -> None:
    done = python(elsewhere, RUN, "dump", "--pipeline-name", "no-such-pipeline", **demo_environment)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sagemaker-lineage dump: pipeline not found or domain filter mismatched\n"
