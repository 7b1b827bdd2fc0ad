"""Facts in the text of a bucket policy: whether it demands TLS, and what it lets everyone or other accounts do."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from chalicelib.core.posture.policy_statements import (
    ANY_NAME,
    OWN_ACCOUNT,
    allows,
    anyone,
    denies_everyone,
    every_action,
    left_open,
    many,
    matches,
    narrowed_to,
    reads,
    writes,
)
from chalicelib.core.values.model import Doc
from chalicelib.core.values.tristate import Tri, any3

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc")

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
    principal, not narrowed to some by its condition nor denied to everyone, names such an action; `None` where it names
    one of which that is not known, or a denial hangs on a condition. That does not say that the policy is public, which
    is for AWS to judge (`IsPublic`). `foreign_actions`: the actions of Security Hub's S3.6 that a principal of another
    account is allowed; `doubtful_actions`: those that one may be allowed, by a condition that need not keep other
    accounts out, or as a canonical user id, which does not tell its account.
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
    public = [s for s in statements if s.get("Effect") == "Allow" and anyone(s) and not any(narrowed_to(s))]
    denials = [s for s in statements if denies_everyone(s)]
    foreign = _foreign_actions(statements, account)
    return PolicyFacts(
        tls_only=_tls_only(statements, bucket),
        everyone_reads=any3(left_open(reads, s, denials) for s in public),
        everyone_writes=any3(left_open(writes, s, denials) for s in public),
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
        and anyone(statement)
        and every_action(statement)
        and _only_without_tls(statement.get("Condition"))
        for pattern in many(statement.get("Resource"))
    ]
    return any(
        all(any(matches(p, name) for p in patterns) for name in (arn, *(f"{arn}/{key}" for key in ANY_NAME)))
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
    return key.lower() == "aws:securetransport" and [str(v).lower() for v in many(value)] == ["false"]


def _foreign_actions(statements: Iterable[Doc], account: str | None) -> dict[str, Tri]:
    """Return which actions of S3.6 other accounts are allowed; `None` where that hangs on a condition or the owner."""
    found: dict[str, Tri] = {}
    for statement in statements:
        state = _foreign(statement, account) if statement.get("Effect") == "Allow" else False
        for action in FOREIGN_ACTIONS if state is not False else ():
            if allows(statement, (action.lower(),)):
                found[action] = any3((found.get(action, False), state))
    return found


def _foreign(statement: Doc, account: str | None) -> Tri:
    """Return whether an Allow is for a principal of another account than the bucket's, whose id is `account`.

    AWS's check goes by the Principal alone and leaves conditions out. So it is where the Principal names another
    account; but no other account's principal meets a condition that asks for this one. An Allow to anyone that is
    narrowed to an organization or a network is in doubt: whose accounts those are is not read.
    https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-blacklisted-actions-prohibited.html
    """
    limits = list(narrowed_to(statement))
    if account and any(_all_in(account, key, values) for key, values in limits):
        return False
    if anyone(statement):
        return None if limits else True
    principal = statement.get("Principal")
    principals = principal if isinstance(principal, dict) else {}
    named = [*many(principals.get("AWS")), *many(principals.get("Federated"))]
    # A deleted user or role stands as its unique id (AIDA…, AROA…): no account can be told from it.
    accounts = [m.group(1) for m in (re.search(r"(?:^|::)(\d{12})(?::|$)", str(name)) for name in named) if m]
    if account is not None and any(found != account for found in accounts):
        return True
    # A canonical user id is an account's, and does not say which.
    return None if principals.get("CanonicalUser") or (accounts and account is None) else False


def _all_in(account: str, key: str, values: list[str]) -> bool:
    """Return whether every value that a condition allows for a key about the caller is of one account."""
    if all((key, value.lower()) in OWN_ACCOUNT for value in values):
        return True
    if key == "aws:principalaccount":
        return all(value == account for value in values)
    return key == "aws:principalarn" and all(re.match(rf"arn:[^:*?]+:(?:iam|sts)::{account}:", v) for v in values)
