"""botocore cut to what the service asks: what is left is exactly what was there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.regions import EndpointResolver
from chalice.analyzer import get_client_calls_for_app

from tools.package import ROOT
from tools.slim import slim, with_operations

INSTALLED = Path(botocore.__file__).parent
CALLS = get_client_calls_for_app((ROOT / "app.py").read_text())


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """botocore's data of the services asked, and of one that is not, cut."""
    folder = tmp_path_factory.mktemp("botocore")
    data = folder / "data"
    data.mkdir()
    for path in INSTALLED.joinpath("data").iterdir():
        if path.is_file():
            shutil.copy(path, data)
        elif path.name in {*CALLS, "xray", "ec2"}:
            shutil.copytree(path, data / path.name)
    slim(folder, CALLS)
    return data


def loader(data: Path) -> Loader:
    return Loader(extra_search_paths=[str(data)], include_default_search_paths=False)


def model(data: Path, service: str) -> ServiceModel:
    return ServiceModel(loader(data).load_service_model(service, "service-2"), service)


def described(shape: Shape | None, above: tuple[str, ...] = ()) -> Any:
    """Everything that botocore reads of a shape to write a request or to read an answer."""
    if shape is None or shape.name in above:
        return shape and shape.name
    below = (*above, shape.name)
    members = {name: described(member, below) for name, member in getattr(shape, "members", {}).items()}
    parts = [described(getattr(shape, name), below) for name in ("member", "key", "value") if hasattr(shape, name)]
    return shape.name, shape.type_name, shape.serialization, shape.metadata, members, parts


def operations() -> Iterator[tuple[str, str]]:
    for service, methods in CALLS.items():
        known = model(INSTALLED / "data", service)
        for name in known.operation_names:
            if botocore.xform_name(name) in methods:
                yield service, name


@pytest.mark.parametrize(("service", "operation"), list(operations()), ids=lambda each: each)
def test_an_operation_that_is_asked_stays_as_it_was(cut: Path, service: str, operation: str) -> None:
    before = model(INSTALLED / "data", service).operation_model(operation)
    after = model(cut, service).operation_model(operation)

    assert after.http == before.http
    assert described(after.input_shape) == described(before.input_shape)
    assert described(after.output_shape) == described(before.output_shape)
    assert [described(each) for each in after.error_shapes] == [described(each) for each in before.error_shapes]


def test_every_region_of_sagemaker_is_still_known(cut: Path) -> None:
    def regions(data: Path) -> set[tuple[str, str]]:
        resolver = EndpointResolver(loader(data).load_data("endpoints"))
        return {
            (partition, region)
            for partition in resolver.get_available_partitions()
            for region in resolver.get_available_endpoints("api.sagemaker", partition)
        }

    assert regions(cut) == regions(INSTALLED / "data")


def test_endpoint_rules_stay_as_they_were(cut: Path) -> None:
    for service in CALLS:
        rules = loader(cut).load_service_model(service, "endpoint-rule-set-1")
        assert rules == loader(INSTALLED / "data").load_service_model(service, "endpoint-rule-set-1")


def test_services_and_operations_that_nobody_asks_are_gone(cut: Path) -> None:
    assert {path.name for path in cut.iterdir() if path.is_dir()} == {*CALLS, "xray"}
    assert "CreateTrainingJob" not in model(cut, "sagemaker").operation_names
    assert "DeleteObject" not in model(cut, "s3").operation_names


def test_what_botocore_calls_by_itself_stays(cut: Path) -> None:
    assert {"HeadBucket", "CreateSession"} <= set(model(cut, "s3").operation_names)


def test_a_member_called_documentation_is_no_documentation() -> None:
    ask = {"name": "Ask", "input": {"shape": "In"}, "documentation": "words"}
    shapes = {
        "In": {"type": "structure", "members": {"documentation": {"shape": "Text", "documentation": "words"}}},
        "Text": {"type": "string"},
        "Other": {"type": "string"},
    }

    cut = with_operations(
        {"operations": {"Ask": ask, "Tell": {"input": {"shape": "Other"}}}, "shapes": shapes}, {"ask"}
    )

    assert cut["operations"] == {"Ask": {"name": "Ask", "input": {"shape": "In"}}}
    assert cut["shapes"] == {
        "In": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
        "Text": {"type": "string"},
    }


def test_a_method_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="ask_nobody"):
        with_operations({"operations": {}, "shapes": {}}, {"ask_nobody"})
