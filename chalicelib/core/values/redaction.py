"""Redaction of secrets in JSON values: a credential is replaced, everything else stays exactly as it is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import is_
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, NamedTuple

from chalicelib.core.values.secrets.commands import LOGINS, TOOLS, is_user_flag, redact_user
from chalicelib.core.values.secrets.names import MAX_NAME, REDACTED, is_about, is_only_auth, is_secret_name
from chalicelib.core.values.secrets.text import is_no_secret, is_secret_flag, redact_text

# Keys of AWS's answers and ours that hold no text of a user: a place in a list, and numbers by their names.
_OWN = frozenset({"nextToken", "NextToken", "metrics"})

# What an object that names a value calls the two: `{"Name": "DB_PASSWORD", "Value": …}`.
_NAMES = (
    *("Name", "name", "Key", "key", "Variable", "variable", "Field", "field", "k"),
    *("ParameterName", "parameterName", "ParameterKey", "parameterKey", "OutputName", "outputName", "OutputKey"),
)
_HELD = frozenset(
    {"Value", "value", "Val", "val", "v", "ParameterValue", "parameterValue", "OutputValue", "outputValue"}
    | {"StringValue", "stringValue", "DefaultValue", "defaultValue", "default"}
    | {"EnumValues", "Values", "values"}
)

_NUMBERS = frozenset({int, float})

_OPAQUE = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")


class Redacted(dict[str, Any]):
    """A JSON object without secrets: `redact` has been here, and need not look again."""


def redact(value: Any) -> Any:
    """Return a JSON value without its secrets; what holds none is returned as it is, and nothing is changed in place.

    Secrets are what `redact_text` finds in each string, values under a secret's name, and what follows a secret's flag
    in a list (`["--db-password", "x"]`). A `{"Name": …, "Value": …}` object is read as a named value too. ARNs and
    `s3://` locations stay; a number under a secret's name goes, unless it is a metric. Recurses once for each level of
    nesting.
    """
    kind = type(value)
    if kind is str:
        return redact_text(value)
    if kind is dict:
        return _redact_object(value)
    if kind is list or kind is tuple:
        return _redact_list(value)
    if kind is Redacted:
        return value
    if isinstance(value, Mapping):
        return _redact_object(value)
    return _redact_list(value) if isinstance(value, list | tuple) else value


def redact_named(name: str, value: Any) -> Any:
    """Return the value of an environment variable, hyperparameter or output parameter called `name`, redacted."""
    if not is_secret_name(name):
        return redact(value)
    if isinstance(value, list | tuple):
        return [redact_named(name, item) for item in value]
    if isinstance(value, str):
        return redact_text(value) if not value or is_no_secret(value) else REDACTED
    if isinstance(value, Mapping) and "Get" not in value and not is_only_auth(name):
        return {
            redact_text(key): redact(item) if is_about(key) else redact_named(name, item) for key, item in value.items()
        }
    return REDACTED if type(value) is int else redact(value)


def redact_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return an environment or a set of hyperparameters, redacted.

    Opaque values (long random text) go too.
    """
    return {
        name: REDACTED if isinstance(value, str) and _is_opaque(value) else redact_named(name, value)
        for name, value in settings.items()
    }


def _redact_object(value: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _HELD.isdisjoint(value):
        at = next((name for name in _NAMES if name in value), None)
        if at is not None and isinstance(value[at], str):
            return {
                key: redact_text(item) if key == at else redact_named(value[at] if key in _HELD else key, item)
                for key, item in value.items()
            }
    changed: list[tuple[str, Any]] = []
    renamed = False
    for key, item in value.items():  # a hundred thousand times in a large answer, of which next to nothing changes
        if item is None or item is True or item is False:
            continue
        kind = type(item)
        handling = _handling(key) if len(key) <= MAX_NAME else _Handling(shown=redact_text(key))
        if handling is not None:
            shown = item if handling.own and _is_own(key, item) else redact_named(key, item)
            renamed = renamed or handling.shown != key
        elif kind is str:
            shown = redact_text(item)
        elif kind in _NUMBERS:
            continue
        else:
            shown = redact(item)
        if shown is not item:
            changed.append((key, shown))
    if renamed:
        return {redact_text(key): item for key, item in {**value, **dict(changed)}.items()}
    return {**value, **dict(changed)} if changed else value


class _Handling(NamedTuple):
    """Treatment of the values of a key that is no ordinary word: it names a secret, or is our own, or is text."""

    own: bool = False
    shown: str = ""


@lru_cache(maxsize=4096)
def _handling(key: str) -> _Handling | None:
    shown = redact_text(key)
    return _Handling(key in _OWN, shown) if key in _OWN or is_secret_name(key) or shown != key else None


def _is_own(key: str, item: Any) -> bool:
    if isinstance(item, Mapping):
        return key == "metrics" and all(isinstance(number, int | float) for number in item.values())
    return key in _OWN and key != "metrics"


def _redact_list(items: Sequence[Any]) -> Sequence[Any]:
    shown = list(_items(items))
    return items if all(map(is_, shown, items)) and type(items) is list else shown


def _items(items: Sequence[Any]) -> Iterator[Any]:
    flag = tool = login = before = ""
    for item in items:
        if type(item) is not str:
            yield redact_named("credential", item) if flag and is_secret_flag(flag) else redact(item)
            flag = ""
            continue
        if login and not item.startswith("-"):  # its key, or what one of its flags takes
            yield redact_named("credential", item)
            login = login if flag else ""
        elif flag and not item.startswith("-"):
            yield _after_flag(flag, item, tool)
        elif tool and item.startswith(tool) and item != tool:
            yield f"{tool}{REDACTED}"
        else:
            yield redact_text(item)
        flag = item if item.startswith("-") else ""
        tool = TOOLS.get(item, tool)
        login = before if item == "login" and before in LOGINS else login
        before = item


def _after_flag(flag: str, item: str, tool: str) -> Any:
    if is_user_flag(flag):
        return redact_user(redact_text(item))
    return redact_named("credential", item) if flag == tool or is_secret_flag(flag) else redact_text(item)


def _is_opaque(text: str) -> bool:
    """Return whether a text is long random base64: its kind of letter changes often, that of words and paths seldom.

    Random text of this alphabet changes at 64% of its places, and camel-case English at about 30%.
    """
    if not _OPAQUE.fullmatch(text) or not all(map(set(text).intersection, (ascii_lowercase, ascii_uppercase, digits))):
        return False
    kinds = [letter.isdigit() + 2 * letter.isupper() + 3 * (not letter.isalnum()) for letter in text.rstrip("=")]
    changes = sum(before != after for before, after in pairwise(kinds))
    as_long_as_an_aws_secret_key = len(text) == 40 and not text.startswith("/")
    return changes > (0.3 if as_long_as_an_aws_secret_key else 0.5) * (len(kinds) - 1)


__all__ = ["REDACTED", "Redacted", "is_secret_name", "redact", "redact_named", "redact_settings", "redact_text"]
