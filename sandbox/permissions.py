"""IAM policies: enough of IAM's rules to run a program under exactly the policy it is deployed with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Policy = Mapping[str, Any]
Context = Mapping[str, str]


def _like(pattern: str, text: str) -> bool:
    """Return whether a text matches IAM's wildcards: `*` for any text, `?` for one character."""
    wanted = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wanted, text, re.DOTALL) is not None


CONDITIONS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, found: wanted == found,
    "StringNotEquals": lambda wanted, found: wanted != found,
    "StringLike": _like,
    "ArnLike": _like,
}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def check(policy: Policy) -> None:
    """Raise ValueError where the policy says something that this module does not enforce."""
    for statement in _statements(policy):
        unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
        unknown |= set(statement.get("Condition") or {}) - set(CONDITIONS)
        if unknown:
            raise ValueError(f"the sandbox does not enforce {', '.join(sorted(unknown))}")


def _statements(policy: Policy) -> list[Mapping[str, Any]]:
    found = policy["Statement"]
    return [found] if isinstance(found, Mapping) else list(found)


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    if not any(_like(one.lower(), action.lower()) for one in _listed(statement["Action"])):
        return False
    if not any(_like(one, resource) for one in _listed(statement["Resource"])):
        return False
    return all(
        any(CONDITIONS[kind](wanted, context.get(key, "")) for wanted in _listed(values))
        for kind, keys in (statement.get("Condition") or {}).items()
        for key, values in keys.items()
    )


def permits(policy: Policy, action: str, resource: str, context: Context | None = None) -> bool:
    """Return whether the policy allows an action on a resource ARN: an Allow applies, and no Deny does."""
    effects = {one["Effect"] for one in _statements(policy) if _applies(one, action, resource, context or {})}
    return effects == {"Allow"}
