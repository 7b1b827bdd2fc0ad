"""What a bucket policy's text enforces and gives away."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from chalicelib.core.posture.bucket_policy import parse_policy
from chalicelib.core.values.tristate import Tri
from tests.builders import buckets as b

DENY = b.tls_statement("b")


def facts(*statements: dict[str, Any], bucket: str = "b", account: str | None = b.ACCOUNT) -> Any:
    return parse_policy(json.dumps({"Statement": list(statements)}), bucket, account)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["*"]}},
        {"Action": "*"},
        {"Action": ["S3:*"]},
        {"Resource": "*"},
        {"Resource": "arn:aws:s3:::b*"},
        {"Resource": ["arn:aws-cn:s3:::b", "arn:aws-cn:s3:::b/*"]},
        {"Condition": {"Bool": {"AWS:securetransport": ["false"]}}},
        {"Condition": {"BoolIfExists": {"aws:SecureTransport": False}}},
    ],
)
def test_a_denial_of_plain_http_in_any_spelling_counts(changes: dict[str, Any]) -> None:
    assert facts(DENY | changes).tls_only


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": f"arn:aws:iam::{b.OTHER}:root"}},
        {"Principal": {"Service": "logging.s3.amazonaws.com"}},
        {"Action": ["s3:GetObject", "s3:PutObject"]},
        {"Action": "s3:Get*"},
        {"Resource": "arn:aws:s3:::b"},
        {"Resource": "arn:aws:s3:::b/*"},
        {"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/private/*"]},
        {"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/?"]},
        {"Resource": ["arn:aws:s3:::b", "arn:aws-cn:s3:::b/*"]},
        {"Resource": ["arn:aws:s3:::other", "arn:aws:s3:::other/*"]},
        {"Condition": {}},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": ["false", "true"]}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {"StringEquals": {"aws:SecureTransport": "false"}}},
        {"Condition": "Bool"},
    ],
)
def test_a_denial_that_leaves_a_way_open_does_not_count(changes: dict[str, Any]) -> None:
    assert not facts(DENY | changes).tls_only


def test_a_denial_to_all_but_some_does_not_count() -> None:
    statement = {key: value for key, value in DENY.items() if key != "Principal"}

    assert not facts(statement | {"NotPrincipal": {"AWS": f"arn:aws:iam::{b.ACCOUNT}:role/admin"}}).tls_only


def test_bucket_and_objects_may_be_denied_by_two_statements() -> None:
    assert facts(DENY | {"Resource": "arn:aws:s3:::b"}, DENY | {"Resource": "arn:aws:s3:::b/*"}).tls_only


def test_a_single_statement_need_not_stand_in_a_list() -> None:
    assert parse_policy(json.dumps({"Statement": DENY}), "b", None).tls_only


@pytest.mark.parametrize(
    ("statement", "reads", "writes"),
    [
        (b.public_statement("b", "s3:GetObject"), True, False),
        (b.public_statement("b", "s3:PutObject"), False, True),
        (b.public_statement("b", "s3:*"), True, True),
        (b.public_statement("b", "s3:*Object"), True, True),
        (b.public_statement("b", "s3:GetBucketLocation"), False, False),
        ({"Effect": "Allow", "Principal": {"AWS": b.OTHER}, "Action": "*", "Resource": "*"}, False, False),
        ({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}, False, False),
        ({"Effect": "Allow", "Principal": "*", "NotAction": "s3:Get*", "Resource": "*"}, True, True),
        ({"Effect": "Allow", "Principal": "*", "NotAction": ["s3:Get*", "s3:List*"], "Resource": "*"}, False, True),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": b.OTHER}, "Action": "s3:GetObject", "Resource": "*"}, True, False),
    ],
)
def test_what_everyone_may_do(statement: dict[str, Any], reads: bool, writes: bool) -> None:
    found = facts(statement)

    assert (found.everyone_reads, found.everyone_writes) == (reads, writes)


@pytest.mark.parametrize(
    "action",
    [
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
        "s3:Put*",
        "S3:RestoreObject",
        "s3:AbortMultipartUpload",
        "s3:DeleteBucketWebsite",
        "s3:PutBucketTagging",
        "s3:*Lifecycle*",
        "s3:BypassGovernanceRetention",
    ],
)
def test_whatever_changes_a_bucket_or_an_object_is_writing(action: str) -> None:
    assert facts(b.public_statement("b", action)).everyone_writes


@pytest.mark.parametrize(
    ("condition", "everyone"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}, False),
        ({"StringEquals": {"AWS:SourceVpce": ["vpce-1", "vpce-2"]}}, False),
        ({"StringLike": {"aws:PrincipalAccount": b.ACCOUNT}}, False),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{b.ACCOUNT}:role/*"}}, False),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": ["o-1", "*"]}}, True),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringEquals": {"aws:UserAgent": "mine"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": []}}, True),
        ("PrincipalOrgID", True),
        # What anybody can have: a role of a name, an id that begins so, an address out of half the world.
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, True),
        ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:*:accesspoint/*"}}, True),
        ({"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:*:{b.ACCOUNT}:accesspoint/*"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, True),
        ({"StringLike": {"aws:PrincipalAccount": "1*"}}, True),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32", "203.0.113.7"]}}, False),
        ({"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"StringEquals": {"aws:VpceAccount": b.ACCOUNT}}, False),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/r-1/*"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, False),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}, True),
    ],
)
def test_an_allow_that_a_condition_narrows_to_some_is_not_to_everyone(condition: Any, everyone: bool) -> None:
    found = facts(b.public_statement("b", "s3:GetObject", "s3:PutObject") | {"Condition": condition})

    assert (found.everyone_reads, found.everyone_writes) == (everyone, everyone)


def deny(what: str, **changes: Any) -> dict[str, Any]:
    """A denial; a change of `None` leaves the member out."""
    places = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
    said = {"Effect": "Deny", "Principal": "*", "Action": what, "Resource": places, **changes}
    return {key: value for key, value in said.items() if value is not None}


@pytest.mark.parametrize(
    ("denial", "reads", "writes"),
    [
        (deny("s3:Put*"), True, False),
        (deny("s3:*"), False, False),
        (deny("s3:*", Action=None, NotAction="s3:Get*"), True, False),
        (deny("s3:*", Principal=None, NotPrincipal={"AWS": b.OTHER}), False, False),
        (deny("s3:*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), None, None),
        (deny("s3:*", Condition={"NumericGreaterThan": {"aws:MultiFactorAuthAge": "3600"}}), None, None),
        (deny("s3:*", Condition="odd"), None, None),
        # what leaves a way open
        (b.tls_statement("b"), True, True),
        (deny("s3:DeleteObject"), True, True),
        (deny("s3:*", Principal={"AWS": b.OTHER}), True, True),
        (deny("s3:*", Resource="arn:aws:s3:::b/private/*"), True, True),
        (deny("s3:*", Condition={"StringEquals": {"aws:UserAgent": "bot"}}), True, True),
    ],
)  # fmt: skip
def test_what_is_denied_to_everyone_nobody_may_do_and_a_condition_leaves_a_doubt(
    denial: dict[str, Any], reads: Tri, writes: Tri
) -> None:
    found = facts(b.public_statement("b", "s3:GetObject", "s3:PutObject"), denial)

    assert (found.everyone_reads, found.everyone_writes) == (reads, writes)


def allow(principal: Any, action: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}


@pytest.mark.parametrize(
    ("principal", "action", "foreign"),
    [
        ({"AWS": b.OTHER}, "s3:PutBucketPolicy", ("s3:PutBucketPolicy",)),
        ({"AWS": [f"arn:aws:iam::{b.OTHER}:role/r"]}, "s3:PutBucket*", ("s3:PutBucketAcl", "s3:PutBucketPolicy")),
        ("*", "s3:PutObjectAcl", ("s3:PutObjectAcl",)),
        ({"AWS": f"arn:aws:iam::{b.ACCOUNT}:root"}, "s3:*", ()),
        ({"AWS": b.ACCOUNT}, "s3:*", ()),
        ({"AWS": "AIDAEXAMPLEUSERID"}, "s3:*", ()),
        ({"Service": "s3.amazonaws.com"}, "s3:*", ()),
        ({"AWS": b.OTHER}, "s3:GetObject", ()),
    ],
)
def test_rights_of_other_accounts(principal: Any, action: str, foreign: tuple[str, ...]) -> None:
    assert facts(allow(principal, action)).foreign_actions == foreign


@pytest.mark.parametrize(
    ("action", "reads", "writes"),
    [
        ("s3:GetObjectTagging", False, False),
        ("s3:*Tagging", None, None),
        ("s3:PutObjectTagging", False, True),
        ("s3:SomethingNew", None, None),
        (["s3:SomethingNew", "s3:GetObject"], True, None),
        ("s3express:CreateSession", False, False),
    ],
)
def test_of_an_action_that_is_not_known_what_it_does_is_not_known(action: Any, reads: Tri, writes: Tri) -> None:
    found = facts(allow("*", action))

    assert (found.everyone_reads, found.everyone_writes) == (reads, writes)


OWN_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": b.ACCOUNT}}


@pytest.mark.parametrize(
    ("principal", "condition", "foreign"),
    [
        ("*", OWN_ACCOUNT, False),
        ({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{b.ACCOUNT}:role/*"}}, False),
        ({"AWS": b.OTHER}, OWN_ACCOUNT, False),
        ("*", {**OWN_ACCOUNT, "StringLike": {"aws:PrincipalOrgID": "o-1"}}, False),
        ("*", {"StringEquals": {"aws:PrincipalAccount": [b.ACCOUNT, b.OTHER]}}, None),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}, None),
        ("*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}}, None),
        ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}, True),  # anybody may call a role so
        ("*", {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, False),
        ("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, None),
        ("*", {"StringEquals": {"aws:VpceAccount": b.ACCOUNT}}, None),
        ("*", {"StringEqualsIfExists": {"aws:PrincipalAccount": b.ACCOUNT}}, True),
        ("*", {"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"AWS": b.OTHER}, {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}, True),
    ],
)
def test_a_condition_that_no_other_account_meets_keeps_them_out_and_one_that_some_may_leaves_a_doubt(
    principal: Any, condition: Any, foreign: Tri
) -> None:
    found = facts(allow(principal, "s3:PutBucketPolicy") | {"Condition": condition})

    assert found.foreign is foreign


@pytest.mark.parametrize(
    ("principal", "foreign"),
    [
        ({"CanonicalUser": "a" * 64}, None),
        ({"AWS": b.ACCOUNT, "CanonicalUser": "a" * 64}, None),
        ({"Federated": f"arn:aws:iam::{b.OTHER}:saml-provider/x"}, True),
        ({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}, False),
    ],
)
def test_principal_that_is_no_account_may_be_anothers(principal: Any, foreign: Tri) -> None:
    assert facts(allow(principal, "s3:PutBucketPolicy")).foreign is foreign


def test_whose_account_a_policy_names_is_not_known_where_the_owner_is_not() -> None:
    text = json.dumps({"Statement": [allow({"AWS": b.OTHER}, "s3:PutBucketPolicy")]})

    assert parse_policy(text, "b", None).foreign is None


@pytest.mark.parametrize(
    "text", ["", "null", "[]", '"x"', "{}", '{"Statement": ["x"]}', '{"Statement": [{}]}', "[" * 99999]
)
def test_what_is_no_policy_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_policy(text, "b", None)


def test_a_policy_full_of_stars_costs_no_more_than_its_length() -> None:
    bucket = "a" * 63
    started = time.perf_counter()
    found = facts(DENY | {"Resource": ["arn:aws:s3:::" + "a*" * 5000 + "b"] * 3}, bucket=bucket)

    assert not found.tls_only
    assert time.perf_counter() - started < 5
