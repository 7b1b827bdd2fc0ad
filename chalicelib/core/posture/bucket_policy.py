"""Facts in the text of a bucket policy: whether it demands TLS, and what it lets everyone or other accounts do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from chalicelib.core.values.model import Doc
from chalicelib.core.values.tristate import Tri, any3

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
# Names of actions that change nothing.
READ_PREFIXES = ("get", "list", "describe", "head")
# Some that write, for patterns that begin with a wildcard.
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


class PolicyFacts(NamedTuple):
    """Facts that a bucket policy's text states.

    `tls_only`: requests without TLS are denied to everyone. `everyone_reads` and `everyone_writes`: an Allow to any
    principal, not narrowed to some by its condition, names such an action; `None` where it names one of which that is
    not known. That does not say that the policy is public, which is for AWS to judge (`IsPublic`). `foreign_actions`:
    the actions of Security Hub's S3.6 that a principal of another account is allowed; `doubtful_actions`: those that
    one may be allowed, by a condition that need not keep other accounts out.
    """

    tls_only: bool
    everyone_reads: Tri
    everyone_writes: Tri
    foreign_actions: tuple[str, ...]
    doubtful_actions: tuple[str, ...] = ()

    @property
    def foreign(self) -> Tri:
        """Return whether other accounts are allowed an action of Security Hub's S3.6."""
        return True if self.foreign_actions else None if self.doubtful_actions else False


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
    public = [s for s in statements if s.get("Effect") == "Allow" and _anyone(s) and not any(_narrowed_to(s))]
    foreign = _foreign_actions(statements, account)
    return PolicyFacts(
        tls_only=_tls_only(statements, bucket),
        everyone_reads=any3(_reads(s) for s in public),
        everyone_writes=any3(_writes(s) for s in public),
        foreign_actions=tuple(sorted(action for action, state in foreign.items() if state)),
        doubtful_actions=tuple(sorted(action for action, state in foreign.items() if state is None)),
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


def _foreign_actions(statements: Iterable[Doc], account: str | None) -> dict[str, Tri]:
    """Return which actions of S3.6 other accounts are allowed; `None` where that hangs on a condition or the owner."""
    found: dict[str, Tri] = {}
    for statement in statements:
        state = _foreign(statement, account) if statement.get("Effect") == "Allow" else False
        for action in FOREIGN_ACTIONS if state is not False else ():
            if _allows(statement, (action.lower(),)):
                found[action] = any3((found.get(action, False), state))
    return found


def _foreign(statement: Doc, account: str | None) -> Tri:
    """Return whether an Allow is for a principal of another account than the bucket's, whose id is `account`.

    AWS's check goes by the Principal alone and leaves conditions out. So it is where the Principal names another
    account; but no other account's principal meets a condition that asks for this one. An Allow to anyone that is
    narrowed to an organization or a network is in doubt: whose accounts those are is not read.
    https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-blacklisted-actions-prohibited.html
    """
    limits = list(_narrowed_to(statement))
    if account and any(_all_in(account, key, values) for key, values in limits):
        return False
    if _anyone(statement):
        return None if limits else True
    principal = statement.get("Principal")
    named = _many(principal.get("AWS")) if isinstance(principal, dict) else []
    # A deleted user or role stands as its unique id (AIDA…, AROA…): no account can be told from it.
    accounts = [m.group(1) for m in (re.search(r"(?:^|::)(\d{12})(?::|$)", str(name)) for name in named) if m]
    if account is None:
        return None if accounts else False
    return any(found != account for found in accounts)


def _all_in(account: str, key: str, values: list[str]) -> bool:
    """Return whether every value that a condition allows for a key about the caller is of one account."""
    if key == "aws:principalaccount":
        return all(value == account for value in values)
    return key == "aws:principalarn" and all(re.match(rf"arn:[^:*?]+:(?:iam|sts)::{account}:", v) for v in values)


def _anyone(statement: Doc) -> bool:
    if "NotPrincipal" in statement:
        return statement.get("Effect") == "Allow"
    principal = statement.get("Principal")
    return principal == "*" or (isinstance(principal, dict) and "*" in _many(principal.get("AWS")))


def _narrowed_to(statement: Doc) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys by which a condition limits an Allow to fixed principals, accounts, organizations or networks.

    Each comes in lower case and with the values that it allows.
    """
    condition = statement.get("Condition")
    for operator, keys in condition.items() if isinstance(condition, dict) else ():
        test = operator.lower().removeprefix("forallvalues:").removeprefix("foranyvalue:")
        # …IfExists and ForAllValues let a request pass that lacks the key; …Not… lets all but some pass.
        if not test.startswith(("string", "arn")) or "not" in test or test.endswith("ifexists"):
            continue
        if operator.lower().startswith("forallvalues:") or not isinstance(keys, dict):
            continue
        for key, allowed in keys.items():
            values = [str(value) for value in _many(allowed)]
            if key.lower() in NARROWING_KEYS and values and all(value.strip("*?") for value in values):
                yield key.lower(), values


def _reads(statement: Doc) -> Tri:
    """Return whether an Allow names reading of objects; `None` where it names an action of unknown kind."""
    return True if _allows(statement, READ_ACTIONS) else None if _of_unknown_kind(statement) else False


def _writes(statement: Doc) -> Tri:
    """Return whether an Allow names writing; `None` where it names an action of unknown kind."""
    if _allows(statement, WRITE_ACTIONS) or any(name.startswith(WRITE_PREFIXES) for name in _named(statement)):
        return True
    return None if _of_unknown_kind(statement) else False


def _of_unknown_kind(statement: Doc) -> bool:
    return any(not name.startswith(WRITE_PREFIXES + READ_PREFIXES) for name in _named(statement))


def _named(statement: Doc) -> list[str]:
    """Return the names of S3's actions in a statement, in lower case and without `s3:`."""
    actions = (str(action).lower().partition(":") for action in _many(statement.get("Action")))
    return [name for service, _, name in actions if service == "s3"]


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
