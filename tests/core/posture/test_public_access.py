"""The public-access rule against an oracle that knows only AWS's rules for completely known inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from chalicelib.core.posture.public_access import (
    ALL_FLAGS,
    NO_FLAGS,
    UNKNOWN_FLAGS,
    AccessInputs,
    BlockFlags,
    effective_flags,
    judge_access,
)

TRI: tuple[bool | None, ...] = (True, False, None)
ONE_SCOPE = [BlockFlags(*each) for each in product((True, False), repeat=4)]


def oracle(inputs: AccessInputs) -> str:
    """What AWS does where everything is known, said without three-valued logic."""
    on = [a or b for a, b in zip(inputs.account.each, inputs.bucket.each, strict=True)]
    _, ignore_acls, _, restrict_policy = on
    acl_acts = (inputs.acl_read or inputs.acl_write) and not ignore_acls and not inputs.owner_enforced
    policy_acts = inputs.policy_public and not restrict_policy
    if acl_acts or policy_acts:
        return "Public"
    return "Blocked" if all(on) else "NotPublic"


def completions(inputs: AccessInputs) -> Iterator[AccessInputs]:
    """Everything that the unread parts may turn out to be."""

    def flags(known: BlockFlags) -> Sequence[BlockFlags]:
        choices = [(True, False) if flag is None else (flag,) for flag in known.each]
        return [BlockFlags(*each) for each in product(*choices)]

    def truth(known: bool | None) -> Sequence[bool]:
        return (True, False) if known is None else (known,)

    for account, bucket, acl, policy, enforced in product(
        flags(inputs.account),
        flags(inputs.bucket),
        truth(inputs.acl_read),
        truth(inputs.policy_public),
        truth(inputs.owner_enforced),
    ):
        yield AccessInputs(account, bucket, acl, acl, policy, enforced)


def check(inputs: AccessInputs) -> str:
    word = judge_access(inputs).word
    possible = {oracle(completion) for completion in completions(inputs)}
    match word:
        case "Public":
            assert possible == {"Public"}, inputs
        case "Blocked":
            assert possible == {"Blocked"}, inputs
        case "NotPublic":
            assert "Public" not in possible, inputs
            assert possible != {"Blocked"}, inputs
        case "Unknown":
            assert "Public" in possible, inputs
            assert possible != {"Public"}, inputs
        case _:
            pytest.fail(f"no such word: {word}")
    return word


def test_the_verdict_is_sound_and_complete_for_every_combination_of_reads() -> None:
    """7,803 inputs: each scope read (16 ways) or not, ACL, policy and ownership each true, false or unread."""
    scopes = [*ONE_SCOPE, UNKNOWN_FLAGS]
    seen = [
        check(AccessInputs(account, bucket, acl, acl, policy, enforced))
        for account, bucket, acl, policy, enforced in product(scopes, scopes, TRI, TRI, TRI)
    ]

    assert len(seen) == 7803
    assert {word: seen.count(word) > 0 for word in ("Public", "Blocked", "NotPublic", "Unknown")} == dict.fromkeys(
        ("Public", "Blocked", "NotPublic", "Unknown"), True
    )


def test_the_verdict_is_sound_and_complete_where_single_settings_are_unknown() -> None:
    for each in product(TRI, repeat=4):
        for acl, policy, enforced in product(TRI, TRI, TRI):
            check(AccessInputs(NO_FLAGS, BlockFlags(*each), acl, acl, policy, enforced))
            check(AccessInputs(BlockFlags(*each), NO_FLAGS, acl, acl, policy, enforced))


def test_reading_more_never_overturns_a_verdict() -> None:
    for bucket, acl, policy, enforced in product([*ONE_SCOPE, UNKNOWN_FLAGS], TRI, TRI, TRI):
        partial = AccessInputs(UNKNOWN_FLAGS, bucket, acl, acl, policy, enforced)
        word = judge_access(partial).word
        if word in ("Public", "Blocked"):
            assert {judge_access(completion).word for completion in completions(partial)} == {word}


@pytest.mark.parametrize("scope", ["account", "bucket"])
def test_one_scope_that_blocks_everything_is_proof_enough(scope: str) -> None:
    known: dict[str, Any] = {scope: ALL_FLAGS}

    assert judge_access(AccessInputs(**known)).word == "Blocked"


def test_the_most_restrictive_of_account_and_bucket_counts() -> None:
    account, bucket = BlockFlags(True, None, False, None), BlockFlags(False, True, False, None)

    assert effective_flags(account, bucket) == BlockFlags(True, True, False, None)


@pytest.mark.parametrize(
    ("effective", "enforced", "expected"),
    [
        (NO_FLAGS, False, True),
        (NO_FLAGS, True, False),
        (NO_FLAGS, None, None),
        (BlockFlags(False, True, False, False), None, False),
        (UNKNOWN_FLAGS, False, None),
        (BlockFlags(True, False, False, False), False, True),
    ],
)
def test_objects_can_be_public_only_while_acls_act(
    effective: BlockFlags, enforced: bool | None, expected: bool | None
) -> None:
    verdict = judge_access(AccessInputs(NO_FLAGS, effective, False, False, False, enforced))

    assert verdict.objects_can_be_public is expected


def test_what_a_public_policy_lets_anyone_do_is_not_known_without_its_text() -> None:
    open_policy = AccessInputs(NO_FLAGS, NO_FLAGS, False, False, True, True)

    assert judge_access(open_policy).public_write is None

    read_only = AccessInputs(NO_FLAGS, NO_FLAGS, False, False, True, True, policy_read=True, policy_write=False)

    assert (judge_access(read_only).public_read, judge_access(read_only).public_write) == (True, False)
