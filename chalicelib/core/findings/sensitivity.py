"""What tags say about data: how sensitive it is, which environment it belongs to, where it must stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.core.tristate import Tri

Tags = Mapping[str, str]


def _words(text: str) -> list[str]:
    """`DataClassification`, `data-classification` and `DATA_CLASSIFICATION` are the same words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return re.findall(r"[a-z0-9]+", spaced.lower())


def _plain(text: str) -> str:
    return "".join(_words(text))


@dataclass(frozen=True, slots=True)
class SensitiveTags:
    """Which tag keys classify data, and which of their words mean sensitive, or mean that it is not.

    A value is read word by word (`Highly Confidential - PII`), and a denial in it turns it round
    (`non-sensitive`). A value without any known word says nothing either way.
    """

    keys: frozenset[str]
    sensitive: frozenset[str]
    harmless: frozenset[str]

    def verdict(self, tags: Tags) -> Tri:
        """True where a tag says sensitive, false where none speaks of it or all say harmless, else not known."""
        said = [self._value(value) for key, value in tags.items() if _plain(key) in self.keys]
        if True in said:
            return True
        return None if None in said else False

    def _value(self, value: str) -> Tri:
        words = _words(value)
        if DENIALS & set(words) or any(w.startswith("non") and w[3:] in self.sensitive for w in words):
            return False
        if self.sensitive & set(words) or _plain(value) in self.sensitive:
            return True
        return False if self.harmless & set(words) or _plain(value) in self.harmless else None


DENIALS = frozenset({"no", "non", "not", "false", "none", "un"})

DEFAULT_TAGS = SensitiveTags(
    keys=frozenset(
        {
            "classification",
            "confidentiality",
            "confidentialitylevel",
            "containspersonaldata",
            "containsphi",
            "containspii",
            "dataclass",
            "dataclassification",
            "dataconfidentiality",
            "datasensitivity",
            "datasensitivitylevel",
            "informationclassification",
            "personaldata",
            "phi",
            "pii",
            "securityclassification",
            "sensitive",
            "sensitivedata",
            "sensitivity",
            "sensitivitylevel",
        }
    ),
    sensitive=frozenset(
        {
            "1",
            "confidential",
            "critical",
            "gdpr",
            "high",
            "hipaa",
            "pci",
            "personal",
            "phi",
            "pii",
            "private",
            "restricted",
            "secret",
            "sensitive",
            "topsecret",
            "true",
            "yes",
        }
    ),
    harmless=frozenset(
        {"0", "anonymised", "anonymized", "general", "internal", "low", "nonsensitive", "open", "public"}
        | {"medium", "moderate", "synthetic", "unclassified", "unrestricted"}
    ),
)


def parse_sensitive_tags(text: str) -> SensitiveTags:
    """The default keys and words with more of them: `key`, `key=word|word`, separated by commas.

    `DataTier=gold|silver, Owner-Class` adds two keys and two words. ValueError where an entry has no key.
    """
    keys, words = set(DEFAULT_TAGS.keys), set(DEFAULT_TAGS.sensitive)
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key, _, values = entry.partition("=")
        if not _plain(key):
            raise ValueError(f"{entry!r} names no tag key")
        keys.add(_plain(key))
        words.update(_plain(value) for value in values.split("|") if _plain(value))
    return SensitiveTags(frozenset(keys), frozenset(words), DEFAULT_TAGS.harmless - words)


ENVIRONMENT_KEYS = frozenset({"environment", "env", "environmentname", "envname", "stage", "deploymentstage"})
ENVIRONMENTS = {
    "production": ("prod", "production", "prd", "live"),
    "staging": ("staging", "stage", "stg", "preprod", "preproduction", "uat"),
    "test": ("test", "testing", "qa", "tst"),
    "development": ("dev", "development", "develop", "sandbox", "sbx"),
}
NO_ENVIRONMENT = frozenset({"shared", "common", "global", "all", "any", "none", "na", "multi"})
RESIDENCY_KEYS = frozenset({"residency", "dataresidency", "datalocation", "datasovereignty", "georestriction"})


def environment(tags: Tags) -> str | None:
    """The environment that the tags name, in one word for each; an unlisted one counts as itself.

    What is shared between environments belongs to none.
    """
    for key, value in sorted(tags.items()):
        plain = _plain(value)
        if _plain(key) in ENVIRONMENT_KEYS and plain and plain not in NO_ENVIRONMENT:
            return next((name for name, words in ENVIRONMENTS.items() if plain in words), plain)
    return None


def residency(tags: Tags) -> str | None:
    """Where the tags say that the data must stay."""
    return next((value for key, value in sorted(tags.items()) if _plain(key) in RESIDENCY_KEYS and value), None)
