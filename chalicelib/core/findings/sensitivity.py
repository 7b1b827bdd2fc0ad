"""Meaning of tags on data: how sensitive it is, which environment it belongs to, where it must stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.core.values.tristate import Tri

Tags = Mapping[str, str]


def _words(text: str) -> list[str]:
    """Split a text into its lower-case words: `DataClassification` and `DATA_CLASSIFICATION` have the same two."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return re.findall(r"[a-z0-9]+", spaced.lower())


def _plain(text: str) -> str:
    return "".join(_words(text))


@dataclass(frozen=True, slots=True)
class SensitiveTags:
    """Tag keys that classify data, and the words in their values that mean sensitive or harmless.

    A value is read word by word (`Highly Confidential - PII`), and a negation in it makes it harmless
    (`non-sensitive`). A value without any known word leaves the question open.
    """

    keys: frozenset[str]
    sensitive: frozenset[str]
    harmless: frozenset[str]

    def verdict(self, tags: Tags) -> Tri:
        """Return true where a tag means sensitive, false where none classifies or all mean harmless, else `None`."""
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
    """Return the default keys and words with those in `text`: `key` or `key=word|word`, separated by commas.

    `DataTier=gold|silver, Owner-Class` adds two keys and two words. Raises ValueError where an entry has no key.
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
    """Return the environment that the tags name; its synonyms give one word, an unlisted name counts as itself.

    `None` where no tag names one, or where the tag says that the resource is shared between environments.
    """
    for key, value in sorted(tags.items()):
        plain = _plain(value)
        if _plain(key) in ENVIRONMENT_KEYS and plain and plain not in NO_ENVIRONMENT:
            return next((name for name, words in ENVIRONMENTS.items() if plain in words), plain)
    return None


def residency(tags: Tags) -> str | None:
    """Return the place where the tags say that the data must stay, as written; `None` where they do not say."""
    return next((value for key, value in sorted(tags.items()) if _plain(key) in RESIDENCY_KEYS and value), None)
