"""KMS keys by name alone: whose a key is, and whether two names mean the same key, without asking KMS."""

import re
from typing import NamedTuple

from chalicelib.core.values.tristate import Tri

AWS_MANAGED, CUSTOMER, OTHER_ACCOUNT = "AwsManaged", "Customer", "AnotherAccount"

KEY_ARN = r"arn:[^:]+:kms:([^:]*):(\d{12}):(?:key/|(?=alias/))(.+)"


class Key(NamedTuple):
    """KMS key as somebody named it: by id or by alias, with region and account where the name was an ARN."""

    name: str
    region: str | None = None
    account: str | None = None

    @property
    def by_alias(self) -> bool:
        """Return whether it is named by an alias, which can point at any key of its account and be moved."""
        return self.name.startswith("alias/")

    @property
    def aws_managed(self) -> bool:
        """Return whether the alias is reserved to AWS.

        Only AWS's own keys have an alias that begins so, and no alias of a customer points at one.
        """
        return self.name.startswith("alias/aws/")

    def owner(self, account: str | None) -> str:
        """Return `AwsManaged`, `Customer` or `AnotherAccount`, seen from `account`.

        AWS-managed keys are told by their reserved alias; a key that somebody named otherwise is taken to be a
        customer's.
        """
        if self.aws_managed:
            return AWS_MANAGED
        if self.account and account and self.account != account:
            return OTHER_ACCOUNT
        return CUSTOMER


def parse_key(text: str) -> Key:
    """Return the key that a key id, key ARN, alias or alias ARN names; any other text is taken as an id."""
    match = re.fullmatch(KEY_ARN, text)
    return Key(match.group(3), match.group(1), match.group(2)) if match else Key(text)


def same_key(one: Key, other: Key) -> Tri:
    """Return whether two names mean one key; not known where they differ and one is a customer's alias."""
    for left, right in ((one.account, other.account), (one.region, other.region)):
        if left and right and left != right:
            return False
    if one.name == other.name:
        return True
    if one.aws_managed or other.aws_managed:
        return False
    return None if one.by_alias or other.by_alias else False
