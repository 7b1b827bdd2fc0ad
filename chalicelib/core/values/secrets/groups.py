"""Lists, objects and elements under a secret's name, as JSON, XML and their like write them inside a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from chalicelib.core.values.secrets.names import REDACTED, is_about, is_secret_name

_SIGNS = r"(?P<escape>\\*+)(?P<quote>[\"'])|[\[\]{}]"
_REFERENCES = ("Get", "Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::Sub")  # of a definition, and of a template
_KEY_FOLLOWS = r"\s{0,3}:"
# An element with nothing but text in it, and the pair of elements by which Hadoop's settings name a value.
_ELEMENT = r"<(?P<name>[\w.:-]{1,128})(?:\s[^<>]{0,256})?>(?P<value>[^<>]++)(?=</)"
_NAMED_VALUE = r"(?P<before><name>(?P<name>[^<>]{1,256})</name>\s{0,8}<value>)(?P<value>[^<>]++)(?=</value>)"


def end_of_group(text: str, start: int) -> int:
    """Return where the list or object that opens at `start` is closed; the end of the text where it is not."""
    depth, quote = 0, ""
    for sign in re.compile(_SIGNS).finditer(text, start):
        if sign["quote"]:
            quote = "" if sign[0] == quote else quote or sign[0]
        elif not quote:
            depth += 1 if sign[0] in "[{" else -1
            if depth == 0:
                return sign.end()
    return len(text)


def without_values(group: str, is_no_secret: Callable[[str], bool]) -> str:
    """Return a list or object without the texts in it: keys stay, and what only describes a credential."""
    return "".join(_parts(group, is_no_secret))


def _parts(group: str, is_no_secret: Callable[[str], bool]) -> Iterator[str]:
    done = at = 0
    key = ""
    signs = re.compile(_SIGNS)
    while opening := signs.search(group, at):
        at = opening.end()
        if not opening["quote"]:
            key = ""
            continue
        closing = group.find(opening[0], at)
        end = closing if closing >= 0 else len(group)
        value, after = group[at:end], end + len(opening[0])
        if re.compile(_KEY_FOLLOWS).match(group, after):
            key = value
        elif value and key not in _REFERENCES and not is_about(key) and not is_no_secret(value):
            yield group[done:at]
            yield REDACTED
            done = end
        at = after
    yield group[done:]


def without_elements(text: str, is_no_secret: Callable[[str], bool]) -> str:
    """Return a text without what XML has under a secret's name: `<password>sesame</password>`."""

    def without(found: re.Match[str]) -> str:
        if not is_secret_name(found["name"]) or is_no_secret(found["value"]):
            return found[0]
        return f"{found[0][: found.start('value') - found.start()]}{REDACTED}"

    return re.sub(_NAMED_VALUE, without, re.sub(_ELEMENT, without, text))
