"""`posture=full` never says less than `basic`, whatever the bucket answers and refuses."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.findings.judge import judge
from chalicelib.core.findings.rule import SEVERITIES
from chalicelib.core.values.model import Absent, Finding, Gap, Response
from tests.builders import buckets as b
from tests.builders.graphs import facts, graph, step

FLOW = graph(step("P", reads=["s3://b/one"], writes=["s3://b/two"]), step("T", "Training", ["s3://b/two"]))
LOCK = "ObjectLockConfigurationNotFoundError"

POLICIES = [
    b.policy(b.public_statement("b", *actions), *further)
    for actions in (
        ["s3:GetObject"],
        ["s3:PutObject"],
        ["s3:PutLifecycleConfiguration"],
        ["s3:GetObjectTagging"],
        ["s3:SomethingNew"],
        ["s3express:CreateSession"],
        ["s3:*"],
    )
    for further in ([], [b.tls_statement("b")])
]
ANSWERS: Mapping[str, list[Response]] = {
    "get_bucket_location": [b.located("us-east-1")],
    "get_bucket_encryption": [b.encrypted("AES256"), b.NO_ENCRYPTION],
    "get_bucket_versioning": [b.versioned("Suspended")],
    "get_public_access_block": [b.NO_BLOCK, b.blocked("RestrictPublicBuckets"), b.blocked("IgnorePublicAcls")],
    "get_bucket_policy_status": [b.policy_public(True), b.policy_public(False)],
    "get_bucket_acl": [b.granted((b.ALL_USERS, "READ")), b.granted((b.ALL_USERS, "WRITE"))],
    "get_bucket_ownership_controls": [b.owned("ObjectWriter"), b.NO_OWNERSHIP],
    "get_bucket_tagging": [b.tagged(DataClassification="Confidential"), b.tagged(Env="dev")],
    "get_bucket_policy": POLICIES,
    "get_bucket_logging": [{}],
    "get_object_lock_configuration": [Absent(LOCK)],
    "get_bucket_lifecycle_configuration": [Absent("NoSuchLifecycleConfiguration")],
    "get_bucket_replication": [b.replicated("copy", b.OTHER)],
}
ACCOUNT_BLOCKS = st.sampled_from([b.NO_BLOCK, b.blocked(*b.FLAGS), b.account_refused()])


def one_of(operation: str, *refusals: Response) -> st.SearchStrategy[Response]:
    return st.sampled_from([b.sound("b", full=True)[operation], *ANSWERS[operation], *refusals])


ASKED = st.fixed_dictionaries(
    {operation: one_of(operation, b.refused(operation), Gap("Timeout", "late", "b")) for operation in b.BASIC}
)
"""What the eight reads of every posture bring."""

MORE = st.fixed_dictionaries({operation: one_of(operation) for operation in b.FULL[8:]})
"""What the five further reads bring. A refused policy text is a doubt where an unasked one is none."""


def failures(answers: Mapping[str, Response], account: Response, full: bool) -> dict[str, Finding]:
    posture = b.posture("b", answers, full=full, account=account)
    return {found.uid: found for found in judge(facts(FLOW, posture)) if found.status == "Fail"}


@given(ASKED, MORE, ACCOUNT_BLOCKS)
@settings(max_examples=400, deadline=None)
def test_what_the_basic_posture_fails_the_full_one_fails_as_gravely(
    asked: Mapping[str, Response], more: Mapping[str, Response], account: Response
) -> None:
    basic, full = failures(asked, account, full=False), failures({**asked, **more}, account, full=True)
    rules = {found.rule for found in full.values()}

    for uid, found in basic.items():
        # Of a public policy the text may show that everyone may write and nobody read.
        instead = found.rule == "S3.2" and "S3.3" in rules
        assert instead or SEVERITIES.index(full[uid].severity) <= SEVERITIES.index(found.severity)


@given(ASKED, MORE, ACCOUNT_BLOCKS)
@settings(max_examples=200, deadline=None)
def test_what_the_basic_posture_knows_of_a_bucket_the_full_one_knows(
    asked: Mapping[str, Response], more: Mapping[str, Response], account: Response
) -> None:
    basic = b.posture("b", asked, account=account)
    full = b.posture("b", {**asked, **more}, full=True, account=account)

    assert all(full.facts[name] == fact for name, fact in basic.facts.items() if fact.known)
    assert full.access.word == basic.access.word
    assert basic.access.public_read in (None, full.access.public_read)
    assert basic.access.public_write in (None, full.access.public_write)
    assert basic.owner.basis in ("Unknown", full.owner.basis)
