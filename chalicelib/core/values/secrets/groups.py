"""Lists, objects and elements under a secret's name, as JSON, XML and their like write them inside a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from chalicelib.core.values.secrets.names import REDACTED, is_about, is_secret_name

# A run of backslashes is looked at from its beginning alone.
_SIGNS = r"(?<!\\)\\*+(?P<quote>[\"'])|[\[\]{}]"
_REFERENCES = ("Get", "Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::Sub")  # of a definition, and of a template
_KEY_FOLLOWS = r"\s{0,3}:"
# An element with nothing but text in it, and the pair of elements by which Hadoop's settings name a value.
_ELEMENT = r"<(?P<name>[\w.:-]{1,128})(?:\s[^<>]{0,256})?>(?P<value>[^<>]++)(?=</)"
_NAMED_VALUE = r"(?P<before><name>(?P<name>[^<>]{1,256})</name>\s{0,8}<value>)(?P<value>[^<>]++)(?=</value>)"


MOST_SIGNS = 4000
"""Most brackets and texts of a list or object that are looked at: of a larger one, nothing after them is shown."""


@lru_cache(64)
def closing(opening: str) -> re.Pattern[str]:
    """Return the pattern of what closes a text that `opening` opens: a quote, after backslashes where JSON is in JSON.

    What lies n = 2^k - 1 backslashes deep has a quote of its own after 2n + 1, and a backslash as 2n + 2 of them.
    """
    depth = len(opening) - 1
    return re.compile(rf"(?<!\\)(?:\\{{{2 * depth + 2}}})*+\\{{{depth}}}{opening[-1]}")


def without_group(text: str, start: int, is_no_secret: Callable[[str], bool]) -> tuple[str, int]:
    """Return the list or object that opens at `start` without the texts in it, and where it is closed.

    Keys stay, and what only describes a credential. What is not closed goes on to the end, and so does what holds more
    than `MOST_SIGNS`.
    """
    kept: list[str] = []
    done = at = start
    depth = 0
    seen = 0
    describes = False
    signs, key_follows = re.compile(_SIGNS), re.compile(_KEY_FOLLOWS)
    while sign := signs.search(text, at):
        seen += 1
        if seen > MOST_SIGNS:
            return "".join([*kept, text[done:at], REDACTED]), len(text)
        at = sign.end()
        if not sign["quote"]:
            describes = False
            depth += 1 if sign[0] in "[{" else -1
            if depth == 0:
                break
            continue
        closed = closing(sign[0]).search(text, at)
        end, after = closed.span() if closed else (len(text), len(text))
        value = text[at:end]
        if key_follows.match(text, after):
            describes = value in _REFERENCES or is_about(value)
        elif value and not describes and not is_no_secret(value):
            kept += text[done:at], REDACTED
            done = end
        at = after
    end = at if depth == 0 else len(text)
    return "".join([*kept, text[done:end]]), end


def without_elements(text: str, is_no_secret: Callable[[str], bool]) -> str:
    """Return a text without what XML has under a secret's name: `<password>sesame</password>`."""

    def without(found: re.Match[str]) -> str:
        if not is_secret_name(found["name"]) or is_no_secret(found["value"]):
            return found[0]
        return f"{found[0][: found.start('value') - found.start()]}{REDACTED}"

    return re.sub(_NAMED_VALUE, without, re.sub(_ELEMENT, without, text))
