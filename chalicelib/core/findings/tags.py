"""Tags as people write them: their keys and words; and what they say of an environment, and of where data must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Tags = Mapping[str, str]

DENIALS = frozenset({"cannot", "never", "no", "non", "not", "without"})

MAX_KEY = 256
"""Maximum length of a tag's key that is read, in characters: AWS permits 128."""


def words_of(text: str) -> list[str]:
    """Split a text into its lower-case words: `DataClassification` and `DATA_CLASSIFICATION` have the same two."""
    return re.findall(r"[^\W_]+", spaced(text))


def spaced(text: str) -> str:
    """Return a text in lower case, with a blank between the words of camel case, and `n't` as a word."""
    blanks = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return re.sub(r"n['\u2019]t\b", " not", blanks.lower())


def plain(text: str) -> str:
    """Return the words of a text as one."""
    return "".join(words_of(text))


def is_key(key: str, known: frozenset[str], around: frozenset[str] = frozenset()) -> bool:
    """Return whether a tag's key is a known one, with or without a namespace: `acme:Env`, `acme.com/env`.

    Words of `around` may stand before and after it: `DataContainsPII`, `classification-label`.
    """
    if len(key) > MAX_KEY:
        return False
    parts = re.split(r"[:/.]", key)
    return any(_is_known(words_of(" ".join(parts[start:])), known, around) for start in range(len(parts)))


def _is_known(words: list[str], known: frozenset[str], around: frozenset[str]) -> bool:
    if "".join(words) in known:
        return True
    begin, end = 0, len(words)
    while begin < end and words[begin] in around:
        begin += 1
    while end > begin and words[end - 1] in around:
        end -= 1
    return any("".join(words[at:end_]) in known for at in {0, begin} for end_ in {end, len(words)})


ENVIRONMENT_KEYS = frozenset({"environment", "env", "environmentname", "envname", "stage", "deploymentstage"})
ENVIRONMENTS = {
    "production": ("prod", "production", "prd", "live", "운영"),
    "staging": ("staging", "stage", "stg", "preprod", "preproduction", "uat", "검증"),
    "test": ("test", "testing", "qa", "tst", "테스트", "시험"),
    "development": ("dev", "development", "develop", "sandbox", "sbx", "개발"),
}
_ENVIRONMENT_OF = {word: name for name, words in ENVIRONMENTS.items() for word in words}
RESIDENCY_KEYS = frozenset({"residency", "dataresidency", "datalocation", "datasovereignty", "georestriction"})


def environment(tags: Tags) -> str | None:
    """Return the environment that the tags name, by one word for its synonyms: `prod-kr` and `PRD` are `production`.

    `None` where no tag names a known one (`bronze`, `shared`, `non-prod`), or where one tag names several.
    """
    for key, value in sorted(tags.items()):
        if is_key(key, ENVIRONMENT_KEYS):
            named = set(_environments(words_of(value)))
            if len(named) == 1:
                return named.pop()
    return None


def _environments(words: list[str]) -> Iterator[str]:
    """Yield the environments that words name, alone (`dev01`) or by two (`pre-prod`), unless denied (`non-prod`)."""
    at = 0
    while at < len(words):
        pair, single = "".join(words[at : at + 2]), words[at].rstrip("0123456789").removesuffix("계")
        found = _ENVIRONMENT_OF.get(pair) if at + 1 < len(words) else None
        denied = found is None and words[at] in DENIALS
        if denied or words[at + 1 : at + 2] == ["like"]:  # `production-like` is not the production
            at += 1
        elif found is not None:
            yield found
            at += 1
        elif single in _ENVIRONMENT_OF:
            yield _ENVIRONMENT_OF[single]
        at += 1


def residency(tags: Tags) -> str | None:
    """Return the place where the tags say that the data must stay, as written; `None` where they do not say."""
    return next((value for key, value in sorted(tags.items()) if is_key(key, RESIDENCY_KEYS) and value), None)
