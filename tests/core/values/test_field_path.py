"""A path of a table names members, lists that are entered, and what names their items."""

import pytest

from chalicelib.core.values.field_path import Member, parse_field_path


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("VpcConfig", (Member("VpcConfig"),)),
        ("ResourceConfig.InstanceCount", (Member("ResourceConfig"), Member("InstanceCount"))),
        ("Containers[].Image", (Member("Containers", is_list=True), Member("Image"))),
        ("Outputs[OutputName].S3Uri", (Member("Outputs", is_list=True, named_by="OutputName"), Member("S3Uri"))),
        ("Mappings.*.Arn", (Member("Mappings"), Member("*"), Member("Arn"))),
    ],
)
def test_a_path_names_members(path: str, members: tuple[Member, ...]) -> None:
    assert parse_field_path(path) == members
