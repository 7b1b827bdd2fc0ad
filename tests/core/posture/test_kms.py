"""Keys by their names alone."""

from __future__ import annotations

import pytest

from chalicelib.core.posture.kms import parse_key, same_key
from tests.builders.buckets import ACCOUNT, FOREIGN_KEY, KEY, OTHER, OTHER_KEY, REGION

ID = KEY.rsplit("/", 1)[-1]
ALIAS_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/mine"


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("alias/aws/s3", "AwsManaged"),
        (f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3", "AwsManaged"),
        (KEY, "Customer"),
        (ID, "Customer"),
        ("alias/mine", "Customer"),
        (ALIAS_ARN, "Customer"),
        (FOREIGN_KEY, "AnotherAccount"),
        (f"arn:aws:kms:{REGION}:{OTHER}:alias/theirs", "AnotherAccount"),
        (f"arn:aws-cn:kms:cn-north-1:{ACCOUNT}:key/mrk-0123456789abcdef", "Customer"),
    ],
)
def test_a_keys_owner_is_told_by_its_name(text: str, owner: str) -> None:
    assert parse_key(text).owner(ACCOUNT) == owner


def test_without_an_account_of_ones_own_no_key_is_foreign() -> None:
    assert parse_key(FOREIGN_KEY).owner(None) == "Customer"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (KEY, KEY, True),
        (KEY, ID, True),
        (KEY, OTHER_KEY, False),
        (KEY, FOREIGN_KEY, False),
        (KEY, "alias/mine", None),
        (ID, ALIAS_ARN, None),
        ("alias/mine", ALIAS_ARN, True),
        ("alias/mine", "alias/other", None),
        ("alias/aws/s3", "alias/aws/s3", True),
        ("alias/aws/s3", KEY, False),
        ("alias/aws/s3", "alias/mine", False),
        (KEY, KEY.replace(REGION, "us-west-2"), False),
    ],
)
def test_two_names_of_a_key(one: str, other: str, same: bool | None) -> None:
    assert same_key(parse_key(one), parse_key(other)) is same
    assert same_key(parse_key(other), parse_key(one)) is same
