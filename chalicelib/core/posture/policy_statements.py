"""Single statements of a bucket policy: for whom they are, which actions they name, and what narrows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chalicelib.core.values.model import Doc
from chalicelib.core.values.tristate import Tri

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

# Keys that, with a fixed value, keep a policy from being public by S3's own rule, and their like:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
NARROWING_KEYS = frozenset(
    {
        "aws:ec2instancesourcevpc",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)


def anyone(statement: Doc) -> bool:
    """Return whether a statement is for every principal, or an Allow for all but some."""
    if "NotPrincipal" in statement:
        return statement.get("Effect") == "Allow"
    principal = statement.get("Principal")
    return principal == "*" or (isinstance(principal, dict) and "*" in many(principal.get("AWS")))


# Conditions that ask for a caller of the bucket's own account or organization by a policy variable.
OWN_ACCOUNT = frozenset(
    {("aws:resourceaccount", "${aws:principalaccount}"), ("aws:principalaccount", "${aws:resourceaccount}")}
)
OWN = OWN_ACCOUNT | {
    ("aws:resourceorgid", "${aws:principalorgid}"),
    ("aws:principalorgid", "${aws:resourceorgid}"),
}

# Ranges of addresses that are broader count as anywhere: AWS's page on public access says so.
MIN_PREFIX, MIN_PREFIX_V6 = 8, 32


def narrowed_to(statement: Doc) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys by which a condition limits an Allow to fixed principals, accounts, organizations or networks.

    Each comes in lower case and with the values that it allows.
    """
    condition = statement.get("Condition")
    for operator, keys in condition.items() if isinstance(condition, dict) else ():
        test = operator.lower().removeprefix("foranyvalue:")
        # …IfExists and ForAllValues let a request pass that lacks the key; …Not… lets all but some pass.
        if not test.startswith(("string", "arn", "ipaddress")) or "not" in test or test.endswith("ifexists"):
            continue
        for key, allowed in keys.items() if isinstance(keys, dict) else ():
            values = [str(value) for value in many(allowed)]
            if values and all(_narrows(test, key.lower(), value) for value in values):
                yield key.lower(), values


def _narrows(test: str, key: str, value: str) -> bool:
    if test == "ipaddress":
        return key == "aws:sourceip" and _is_narrow_network(value)
    if "${" in value:
        return (key, value.lower()) in OWN
    return key in NARROWING_KEYS and _is_fixed(value)


def _is_narrow_network(value: str) -> bool:
    address, slash, bits = value.partition("/")
    least = MIN_PREFIX_V6 if ":" in address else MIN_PREFIX
    return not slash or (bits.isdecimal() and len(bits) < 4 and int(bits) >= least)


def _is_fixed(value: str) -> bool:
    """Return whether a value says whose the request must be: nobody chooses an account's or organization's id.

    A wildcard leaves that open, unless it stands behind the account of an ARN, an organization's id or a role's.
    """
    known = value.partition("*")[0].partition("?")[0]
    if known == value:
        return bool(value)
    if value.startswith("arn:"):
        account = value.split(":", 5)[4:5]
        return account != [""] and all(each.isdecimal() for each in account) and value.count(":") > 4
    return "/" in known or ":" in known


def left_open(state: Callable[[Doc], Tri], allow: Doc, denials: Iterable[Doc]) -> Tri:
    """Return whether an Allow lets anyone do what `state` tells of it (`reads`, `writes`), after the denials.

    A denial to everyone of all of it takes it away. Where it has a condition that keeps out more than some (all but an
    organization's, all without a recent sign-in), who is left is not known.
    """
    said = state(allow)
    doubt = False
    for deny in denials if said is not False else ():
        if _takes_away(deny, allow, state):
            if not deny.get("Condition"):
                return False
            doubt = doubt or not _keeps_out_some(deny["Condition"])
    return None if doubt else said


def denies_everyone(statement: Doc) -> bool:
    """Return whether a statement is a denial to every principal, or to all but some."""
    return statement.get("Effect") == "Deny" and ("NotPrincipal" in statement or anyone(statement))


def _takes_away(deny: Doc, allow: Doc, state: Callable[[Doc], Tri]) -> bool:
    places = [str(pattern) for pattern in many(deny.get("Resource"))]
    if not all(any(matches(pattern, str(place)) for pattern in places) for place in many(allow.get("Resource"))):
        return False
    excluded = many(deny.get("NotAction"))
    if excluded:
        return all(state({"Action": action}) is False for action in excluded)
    named = ["s3:*"] if "NotAction" in allow else many(allow.get("Action"))
    return all(allows(deny, (str(each).lower(),)) for each in named if state({"Action": each}) is not False)


def _keeps_out_some(condition: Any) -> bool:
    """Return whether a denial's condition is met by some requests only: those without TLS, or by a given name."""
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        return False
    if {str(key).lower() for keys in condition.values() for key in keys} == {"aws:securetransport"}:
        return True
    operators = [str(operator).lower() for operator in condition]
    return all(name.startswith(("string", "arn", "ipaddress")) and "not" not in name for name in operators)


def reads(statement: Doc) -> Tri:
    """Return whether an Allow names reading of objects; `None` where it names an action of unknown kind."""
    return True if allows(statement, READ_ACTIONS) else None if _of_unknown_kind(statement) else False


def writes(statement: Doc) -> Tri:
    """Return whether an Allow names writing; `None` where it names an action of unknown kind."""
    if allows(statement, WRITE_ACTIONS) or any(name.startswith(WRITE_PREFIXES) for name in _named(statement)):
        return True
    return None if _of_unknown_kind(statement) else False


def _of_unknown_kind(statement: Doc) -> bool:
    return any(not name.startswith(WRITE_PREFIXES + READ_PREFIXES) for name in _named(statement))


def _named(statement: Doc) -> list[str]:
    """Return the names of S3's actions in a statement, in lower case and without `s3:`."""
    actions = (str(action).lower().partition(":") for action in many(statement.get("Action")))
    return [name for service, _, name in actions if service == "s3"]


def every_action(statement: Doc) -> bool:
    """Return whether a statement names all actions of S3's."""
    patterns = [str(action).lower() for action in many(statement.get("Action"))]
    return all(any(matches(p, f"s3:{name}") for p in patterns) for name in ANY_NAME)


def allows(statement: Doc, actions: Iterable[str]) -> bool:
    """Return whether a statement names one of the actions, which are given in lower case."""
    excluded = [str(action).lower() for action in many(statement.get("NotAction"))]
    if excluded:
        return any(not any(matches(p, action) for p in excluded) for action in actions)
    patterns = [str(action).lower() for action in many(statement.get("Action"))]
    return any(matches(p, action) for p in patterns for action in actions)


def matches(pattern: str, name: str) -> bool:
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


def many(value: Any) -> list[Any]:
    """Return what may be written as one value or as a list of them, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
