"""Strict parsers of AWS's responses about a bucket: a response without its required parts is no fact."""

from typing import Any, NamedTuple

from chalicelib.core.posture.fact import Fact, is_a, read_fact, require
from chalicelib.core.posture.public_access import NO_FLAGS, BlockFlags
from chalicelib.core.values.model import Doc, Response

ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse")
PUBLIC_GROUPS = frozenset(
    f"http://acs.amazonaws.com/groups/global/{group}" for group in ("AllUsers", "AuthenticatedUsers")
)
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
WRITE_GRANTS = frozenset({"WRITE", "WRITE_ACP", "FULL_CONTROL"})


class Encryption(NamedTuple):
    """Default encryption; `algorithm` is `None` where there is none, `key` is written as in the bucket's setting."""

    algorithm: str | None = None
    key: str | None = None
    bucket_key: bool | None = None
    blocked_types: tuple[str, ...] = ()


class Versioning(NamedTuple):
    """Versioning state: `status` is `Enabled`, `Suspended` or `Disabled` (never switched on).

    `mfa_delete` is `Enabled` or `Disabled`.
    """

    status: str
    mfa_delete: str


class Grants(NamedTuple):
    """Permissions that an ACL gives to everyone or to every AWS user.

    `public` holds them as `<group>:<permission>`. `others`: the ACL grants something to anyone other than the owner
    and S3's log delivery group.
    """

    public: tuple[str, ...]
    read: bool
    write: bool
    others: bool = False


class ReplicationTarget(NamedTuple):
    """Bucket that new objects are copied to; `account` is set only where the rule names it."""

    bucket: str
    account: str | None = None


def parse_location(response: Doc) -> str:
    """Return the bucket's region; AWS writes us-east-1 as null and keeps the legacy value `EU` for eu-west-1.

    Raises ValueError where the response has no LocationConstraint.
    """
    if "LocationConstraint" not in response:
        raise ValueError("LocationConstraint is missing")
    constraint = response["LocationConstraint"]
    if constraint in (None, ""):
        return "us-east-1"
    return "eu-west-1" if constraint == "EU" else is_a(constraint, str, "LocationConstraint")


def parse_encryption(response: Doc) -> Encryption:
    """Return the first default that a rule names; `aws:kms` without a key means the AWS-managed `alias/aws/s3`.

    Raises ValueError where no rule names one, or for an unknown algorithm.
    """
    rules = require(require(response, "ServerSideEncryptionConfiguration", dict), "Rules", list)
    for rule in rules:
        default = rule.get("ApplyServerSideEncryptionByDefault")
        if default is not None:
            algorithm = require(default, "SSEAlgorithm", str)
            if algorithm not in ALGORITHMS:
                raise ValueError(f"SSEAlgorithm {algorithm!r}")
            blocked = (rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType") or ()
            return Encryption(
                algorithm=algorithm,
                key=default.get("KMSMasterKeyID") or None,
                bucket_key=rule.get("BucketKeyEnabled"),
                blocked_types=tuple(str(kind) for kind in blocked),
            )
    raise ValueError("no rule names a default encryption")


def parse_versioning(response: Doc) -> Versioning:
    """Return the versioning state; a response without Status is AWS's way to say "never switched on".

    Raises ValueError for an unknown Status or MFADelete.
    """
    status, mfa_delete = response.get("Status", "Disabled"), response.get("MFADelete", "Disabled")
    if status not in ("Enabled", "Suspended", "Disabled") or mfa_delete not in ("Enabled", "Disabled"):
        raise ValueError(f"Status {status!r}, MFADelete {mfa_delete!r}")
    return Versioning(status, mfa_delete)


def parse_block(response: Doc) -> BlockFlags:
    """Return the four settings of a bucket or an account; a setting that is left out is off.

    Raises ValueError where the response holds none of the four.
    """
    settings = require(response, "PublicAccessBlockConfiguration", dict)
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    if not any(name in settings for name in names):
        raise ValueError("PublicAccessBlockConfiguration holds no setting")
    return BlockFlags(*(is_a(settings.get(name, False), bool, name) for name in names))


def parse_policy_status(response: Doc) -> bool:
    """Return AWS's own verdict on the policy alone: the public access block is not taken into account.

    Raises ValueError where the response has no verdict.
    """
    return require(require(response, "PolicyStatus", dict), "IsPublic", bool)


def parse_acl(response: Doc) -> Grants:
    """Return the grants to the two groups that are public; log delivery and named accounts are not.

    A permission without a known name counts as reading, so that a public grant is never overlooked. Raises ValueError
    where a grant lacks its grantee or permission.
    """
    public, others = set(), False
    owner = (response.get("Owner") or {}).get("ID")
    for grant in require(response, "Grants", list):
        grantee, permission = require(grant, "Grantee", dict), require(grant, "Permission", str)
        group = grantee.get("URI")
        others = others or (group != LOG_DELIVERY and (group is not None or grantee.get("ID") != owner))
        if group in PUBLIC_GROUPS:
            public.add((group.rsplit("/", 1)[-1], permission))
    permissions = {permission for _, permission in public}
    return Grants(
        public=tuple(f"{group}:{permission}" for group, permission in sorted(public)),
        read=bool(permissions - {"WRITE", "WRITE_ACP"}),
        write=bool(permissions & WRITE_GRANTS),
        others=others,
    )


def parse_ownership(response: Doc) -> str:
    """Return the object ownership setting; `BucketOwnerEnforced` switches all ACLs off.

    Raises ValueError for an unknown setting.
    """
    rules = require(require(response, "OwnershipControls", dict), "Rules", list)
    word = require(rules[0] if rules else {}, "ObjectOwnership", str)
    if word not in ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"):
        raise ValueError(f"ObjectOwnership {word!r}")
    return word


def parse_tags(response: Doc) -> dict[str, str]:
    """Return the bucket's tags, sorted by key; raise ValueError where one lacks its key or value."""
    tags = ((require(tag, "Key", str), require(tag, "Value", str)) for tag in require(response, "TagSet", list))
    return dict(sorted(tags))


def parse_resource_tags(response: Doc) -> dict[str, str]:
    """Return the tags of a directory bucket, which s3control's ListTagsForResource tells in a form of its own.

    Raises ValueError where a tag lacks its key or value.
    """
    return parse_tags({"TagSet": response.get("Tags", [])})


def parse_logging(response: Doc) -> str | None:
    """Return the bucket that access logs go to; `None` where none are kept.

    Raises ValueError where logging is on without a bucket.
    """
    enabled = response.get("LoggingEnabled")
    return None if enabled is None else require(enabled, "TargetBucket", str)


def parse_object_lock(response: Doc) -> dict[str, Any] | None:
    """Return `enabled` and the mode and length of the default retention, if any; `None` where object lock is off.

    Raises ValueError where the response has no configuration.
    """
    lock = require(response, "ObjectLockConfiguration", dict)
    if lock.get("ObjectLockEnabled") != "Enabled":
        return None
    retention = (lock.get("Rule") or {}).get("DefaultRetention") or {}
    kept = {"mode": retention.get("Mode"), "days": retention.get("Days"), "years": retention.get("Years")}
    return {"enabled": True, **{key: value for key, value in kept.items() if value is not None}}


def parse_lifecycle(response: Doc) -> tuple[str, ...]:
    """Return the ids of the rules that are switched on; a rule without an id is known by its position.

    Raises ValueError where a rule has no status.
    """
    rules = enumerate(require(response, "Rules", list))
    return tuple(str(rule.get("ID") or n) for n, rule in rules if require(rule, "Status", str) == "Enabled")


def parse_replication(response: Doc) -> tuple[ReplicationTarget, ...]:
    """Return the targets of the rules that are switched on.

    Raises ValueError where a rule lacks its status, or a rule that is on its destination.
    """
    rules = require(require(response, "ReplicationConfiguration", dict), "Rules", list)
    targets = set()
    for rule in rules:
        if require(rule, "Status", str) == "Enabled":
            destination = require(rule, "Destination", dict)
            bucket = require(destination, "Bucket", str).rsplit(":::", 1)[-1]
            targets.add(ReplicationTarget(bucket, destination.get("Account")))
    return tuple(sorted(targets, key=lambda target: (target.bucket, target.account or "")))


def parse_account_block(response: Response | None) -> Fact[BlockFlags]:
    """Return the account's own public access block, from s3control; `NoSuch…` means that nothing is blocked."""
    return read_fact(
        {} if response is None else {"account_public_access_block": response},
        "account_public_access_block",
        parse_block,
        NO_FLAGS,
    )
