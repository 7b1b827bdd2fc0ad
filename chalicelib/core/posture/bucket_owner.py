"""Account that owns a bucket, as far as the responses to reads show it."""

import re
from typing import NamedTuple

CONFIRMED, CONTRADICTED, UNKNOWN_OWNER = "Confirmed", "Contradicted", "Unknown"

# Names that hold an account id: the account regional namespace is reserved to that account by S3, SageMaker's
# default bucket is a convention that anyone could have taken.
RESERVED_NAME = r".+-(\d{12})-[a-z]{2,4}(?:-[a-z]+)+-\d-an"
DEFAULT_NAME = r"sagemaker-[a-z]{2,4}(?:-[a-z]+)+-\d-(\d{12})"


class Owner(NamedTuple):
    """Account that owns a bucket, and how that is known.

    `basis`: `Confirmed` (S3 answered a read that expected the pipeline's account as owner), `Contradicted` (S3
    answered only without that expectation: the bucket is another account's) or `Unknown` (nothing was read).
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """

    account: str | None
    basis: str
    reason: str

    @property
    def own(self) -> bool:
        """Return whether the pipeline's account owns the bucket, so that the account's settings apply to it."""
        return self.basis == CONFIRMED


def confirmed(account: str) -> Owner:
    """Return the owner of a bucket of which a read succeeded that S3 answers to `account`'s buckets alone."""
    return Owner(account, CONFIRMED, f"S3 confirmed that account {account} owns the bucket.")


def contradicted(bucket: str) -> Owner:
    """Return the owner of a bucket of which reads succeeded only without the pipeline's account as expected owner."""
    reason = "S3 denied every read that expected the pipeline's account as owner, and answered without."
    return Owner(_account_in(RESERVED_NAME, bucket), CONTRADICTED, reason)


def unknown(bucket: str) -> Owner:
    """Return the owner of a bucket of which nothing shows it; its name is a hint and no more."""
    named = _account_in(RESERVED_NAME, bucket) or _account_in(DEFAULT_NAME, bucket)
    hint = f" Its name is that of a bucket of account {named}." if named else ""
    return Owner(None, UNKNOWN_OWNER, f"Which account owns the bucket could not be read.{hint}")


def _account_in(pattern: str, bucket: str) -> str | None:
    match = re.fullmatch(pattern, bucket)
    return match.group(1) if match else None
