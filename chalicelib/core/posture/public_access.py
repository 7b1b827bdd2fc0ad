"""Verdict on a bucket's public access, decided from five reads of which any may be missing.

Soundness first: `Public`, `Blocked` and `NotPublic` hold whatever the missing reads would have said, and `Unknown` is
said only where some of the possible responses would make the bucket public.
"""

from typing import NamedTuple

from chalicelib.core.values.model import UNKNOWN
from chalicelib.core.values.tristate import Tri, all3, any3, not3

PUBLIC, BLOCKED, NOT_PUBLIC = "Public", "Blocked", "NotPublic"


class BlockFlags(NamedTuple):
    """The four settings of one public access block; `None` where a setting is not known."""

    block_public_acls: Tri = None
    ignore_public_acls: Tri = None
    block_public_policy: Tri = None
    restrict_public_buckets: Tri = None

    @property
    def each(self) -> tuple[Tri, Tri, Tri, Tri]:
        """Return the four settings, in AWS's order."""
        return (
            self.block_public_acls,
            self.ignore_public_acls,
            self.block_public_policy,
            self.restrict_public_buckets,
        )


UNKNOWN_FLAGS = BlockFlags()
NO_FLAGS = BlockFlags(False, False, False, False)
ALL_FLAGS = BlockFlags(True, True, True, True)


class AccessInputs(NamedTuple):
    """Facts that the verdict depends on.

    `account` must be unknown for a bucket of another account: the block that is read is that of the caller's account.
    `acl_read` and `acl_write` say whether the ACL grants reading or writing (rights on the ACL itself count as the
    same kind) to everyone or to every AWS user; `policy_public` is AWS's own `IsPublic`. `policy_read` and
    `policy_write` say what a public policy lets anyone do; only its text can tell.
    """

    account: BlockFlags = UNKNOWN_FLAGS
    bucket: BlockFlags = UNKNOWN_FLAGS
    acl_read: Tri = None
    acl_write: Tri = None
    policy_public: Tri = None
    owner_enforced: Tri = None
    policy_read: Tri = None
    policy_write: Tri = None


class AccessVerdict(NamedTuple):
    """Verdict on public access, and the parts that it rests on.

    `by_acl` and `by_policy`: whether that way in is open now; `reading_by_policy`: whether it lets everyone read.
    `objects_can_be_public`: whether a public ACL on a single object would take effect. `public_read` and
    `public_write` count a public policy of unread text as not known.
    """

    word: str
    effective: BlockFlags
    by_acl: Tri
    by_policy: Tri
    reading_by_policy: Tri
    objects_can_be_public: Tri
    public_read: Tri
    public_write: Tri


def effective_flags(account: BlockFlags, bucket: BlockFlags) -> BlockFlags:
    """Return the most restrictive combination of the two blocks, setting by setting."""
    return BlockFlags(*(any3(pair) for pair in zip(account.each, bucket.each, strict=True)))


def judge_access(inputs: AccessInputs) -> AccessVerdict:
    """Return the verdict by AWS's rules: IgnorePublicAcls and RestrictPublicBuckets neutralise what exists.

    BlockPublicAcls and BlockPublicPolicy only refuse future changes, so they decide nothing but `Blocked`.
    """
    effective = effective_flags(inputs.account, inputs.bucket)
    acls_act = all3((not3(effective.ignore_public_acls), not3(inputs.owner_enforced)))
    by_acl = all3((any3((inputs.acl_read, inputs.acl_write)), acls_act))
    by_policy = all3((inputs.policy_public, not3(effective.restrict_public_buckets)))
    reading_by_policy = all3((by_policy, inputs.policy_read))
    return AccessVerdict(
        word=_word(any3((by_acl, by_policy)), effective),
        effective=effective,
        by_acl=by_acl,
        by_policy=by_policy,
        reading_by_policy=reading_by_policy,
        objects_can_be_public=acls_act,
        public_read=any3((all3((inputs.acl_read, acls_act)), reading_by_policy)),
        public_write=any3((all3((inputs.acl_write, acls_act)), all3((by_policy, inputs.policy_write)))),
    )


def _word(public: Tri, effective: BlockFlags) -> str:
    if public:
        return PUBLIC
    if all3(effective.each):
        return BLOCKED
    return UNKNOWN if public is None else NOT_PUBLIC
