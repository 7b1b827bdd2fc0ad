"""Facts in the text of a bucket policy: whether it demands TLS, and what it lets everyone or other accounts do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.core.values.model import Doc

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc")

# A pattern that matches both of these matches every name: no real action or key is written so.
ANY_NAME = ("\uffff", "\uffff\uffff/\uffff")

READ_ACTIONS = ("s3:getobject", "s3:getobjectversion", "s3:listbucket", "s3:listbucketversions")
# Every action of S3's that changes a bucket or an object begins like one of these:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
WRITE_PREFIXES = (
    "put",
    "delete",
    "restore",
    "abort",
    "replicate",
    "initiatereplication",
    "bypass",
    "create",
    "update",
    "objectowneroverride",
    "tagresource",
    "untagresource",
)
# Some of them, for patterns that begin with a wildcard.
WRITE_ACTIONS = (
    "s3:putobject",
    "s3:putobjectacl",
    "s3:deleteobject",
    "s3:deleteobjectversion",
    "s3:replicateobject",
    "s3:restoreobject",
    "s3:abortmultipartupload",
    "s3:putlifecycleconfiguration",
    "s3:putreplicationconfiguration",
    "s3:putbucketpolicy",
    "s3:putbucketacl",
)

# Keys that, with a fixed value, keep a policy from being public by S3's own rule:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
NARROWING_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)

# The actions of Security Hub's S3.6, parameter `blacklistedactionpatterns`.
FOREIGN_ACTIONS = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """Facts that a bucket policy's text states.

    `tls_only`: requests without TLS are denied to everyone. `everyone_reads` and `everyone_writes`: an Allow to any
    principal, not narrowed to some by its condition, names such an action; that does not say that the policy is
    public, which is for AWS to judge (`IsPublic`). `foreign_actions`: the actions of Security Hub's S3.6 that a
    principal of another account (or anyone) is allowed.
    """

    tls_only: bool
    everyone_reads: bool
    everyone_writes: bool
    foreign_actions: tuple[str, ...]


NO_POLICY = PolicyFacts(False, False, False, ())


def parse_policy(text: str, bucket: str, account: str | None) -> PolicyFacts:
    """Return the facts of a policy document; `account` is the bucket owner's, if known.

    Raises ValueError for a text that is no policy.
    """
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise ValueError("the policy is nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError("the policy is no JSON object")  # noqa: TRY004 - bad text, not a bug of ours
    statements = _statements(document)
    public = [s for s in statements if s.get("Effect") == "Allow" and _anyone(s) and not _narrowed(s)]
    return PolicyFacts(
        tls_only=_tls_only(statements, bucket),
        everyone_reads=any(_allows(s, READ_ACTIONS) for s in public),
        everyone_writes=any(_allows(s, WRITE_ACTIONS) or _names_writing(s) for s in public),
        foreign_actions=tuple(sorted(set(_foreign_actions(statements, account)))),
    )


def _statements(document: Doc) -> list[Doc]:
    found = document.get("Statement")
    statements = found if isinstance(found, list) else [found]
    if not all(isinstance(s, dict) and s.get("Effect") in ("Allow", "Deny") for s in statements):
        raise ValueError("the policy has no readable Statement")
    return [s for s in statements if isinstance(s, dict)]


def _tls_only(statements: Iterable[Doc], bucket: str) -> bool:
    """Return whether requests without TLS are denied to everyone, on the bucket and on all its objects."""
    patterns = [
        str(pattern)
        for statement in statements
        if statement.get("Effect") == "Deny"
        and _anyone(statement)
        and _every_action(statement)
        and _only_without_tls(statement.get("Condition"))
        for pattern in _many(statement.get("Resource"))
    ]
    return any(
        all(any(_matches(p, name) for p in patterns) for name in (arn, *(f"{arn}/{key}" for key in ANY_NAME)))
        for arn in (f"arn:{partition}:s3:::{bucket}" for partition in PARTITIONS)
    )


def _only_without_tls(condition: Any) -> bool:
    """Return whether lack of TLS is the only condition; any further condition would narrow the denial."""
    if not isinstance(condition, dict) or len(condition) != 1:
        return False
    operator, keys = next(iter(condition.items()))
    if operator.lower() not in ("bool", "boolifexists") or not isinstance(keys, dict) or len(keys) != 1:
        return False
    key, value = next(iter(keys.items()))
    return key.lower() == "aws:securetransport" and [str(v).lower() for v in _many(value)] == ["false"]


def _foreign_actions(statements: Iterable[Doc], account: str | None) -> Iterator[str]:
    for statement in statements:
        if statement.get("Effect") == "Allow" and _foreign(statement, account):
            yield from (a for a in FOREIGN_ACTIONS if _allows(statement, (a.lower(),)))


def _foreign(statement: Doc, account: str | None) -> bool:
    if _anyone(statement):
        return True
    principal = statement.get("Principal")
    named = _many(principal.get("AWS")) if isinstance(principal, dict) else []
    # A deleted user or role stands as its unique id (AIDA…, AROA…): no account can be told from it.
    accounts = [m.group(1) for m in (re.search(r"(?:^|::)(\d{12})(?::|$)", str(name)) for name in named) if m]
    return any(found != account for found in accounts)


def _anyone(statement: Doc) -> bool:
    if "NotPrincipal" in statement:
        return statement.get("Effect") == "Allow"
    principal = statement.get("Principal")
    return principal == "*" or (isinstance(principal, dict) and "*" in _many(principal.get("AWS")))


def _narrowed(statement: Doc) -> bool:
    """Return whether a condition limits an Allow to fixed principals, accounts, organizations or networks."""
    condition = statement.get("Condition")
    for operator, keys in condition.items() if isinstance(condition, dict) else ():
        test = operator.lower().removeprefix("forallvalues:").removeprefix("foranyvalue:")
        # …IfExists and ForAllValues let a request pass that lacks the key; …Not… lets all but some pass.
        if not test.startswith(("string", "arn")) or "not" in test or test.endswith("ifexists"):
            continue
        if operator.lower().startswith("forallvalues:") or not isinstance(keys, dict):
            continue
        for key, values in keys.items():
            fixed = [str(value).strip("*?") for value in _many(values)]
            if key.lower() in NARROWING_KEYS and fixed and all(fixed):
                return True
    return False


def _names_writing(statement: Doc) -> bool:
    actions = (str(action).lower().partition(":") for action in _many(statement.get("Action")))
    return any(service == "s3" and name.startswith(WRITE_PREFIXES) for service, _, name in actions)


def _every_action(statement: Doc) -> bool:
    patterns = [str(action).lower() for action in _many(statement.get("Action"))]
    return all(any(_matches(p, f"s3:{name}") for p in patterns) for name in ANY_NAME)


def _allows(statement: Doc, actions: Iterable[str]) -> bool:
    excluded = [str(action).lower() for action in _many(statement.get("NotAction"))]
    if excluded:
        return any(not any(_matches(p, action) for p in excluded) for action in actions)
    patterns = [str(action).lower() for action in _many(statement.get("Action"))]
    return any(_matches(p, action) for p in patterns for action in actions)


def _matches(pattern: str, name: str) -> bool:
    """Return whether `name` matches an IAM pattern: `*` is any text, `?` one character, everything else itself.

    The search is greedy and goes back to the last star only, so that a policy full of stars costs at most the product
    of both lengths.
    """
    at = star = mark = 0
    stars = False
    for _ in range((len(pattern) + 1) * (len(name) + 1) + 1):
        if mark == len(name):
            break
        if at < len(pattern) and pattern[at] == "*":
            stars, star, back = True, at, mark
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", name[mark]):
            at, mark = at + 1, mark + 1
        elif stars:
            back += 1
            at, mark = star + 1, back
        else:
            return False
    return pattern[at:].strip("*") == ""


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
