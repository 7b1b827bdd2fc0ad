"""Meaning of tags on data: how sensitive it is."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from chalicelib.core.findings.tags import DENIALS, Tags, is_key, plain, spaced
from chalicelib.core.values.tristate import Tri


class SensitiveTags(NamedTuple):
    """Tag keys that classify data, and the words in their values that mean sensitive or harmless.

    A value is read clause by clause (`no PII; confidential`), and each word by word (`Highly Confidential - PII`). A
    denial counts where it is the whole clause (`no`), ends it right behind a known word (`PII: no`, `개인정보 없음`) or
    stands right before one: `non-sensitive` is harmless, `Non-Public` is sensitive, and `Confidential - Do Not
    Distribute` denies nothing. Before a word that opens data to all it may stand further off (`not for public
    release`). A value without any known word leaves the question open.
    """

    keys: frozenset[str]
    sensitive: frozenset[str]
    harmless: frozenset[str]

    def verdict(self, tags: Tags) -> Tri:
        """Return true where a tag means sensitive, false where none classifies or all mean harmless, else `None`."""
        said = [self._value(value) for key, value in tags.items() if is_key(key, self.keys, AROUND)]
        said += [True for key, value in tags.items() if is_key(key, REGULATION_KEYS) and self._is_regulated(value)]
        if True in said:
            return True
        return None if None in said else False

    def _is_regulated(self, value: str) -> bool:
        """Return whether a value names a law on personal data: of what it does not name, it says nothing."""
        return True in self._replace(sensitive=REGULATED, harmless=frozenset())._said(value)

    def _value(self, value: str) -> Tri:
        whole = plain(value)
        if whole in ANSWERS or whole in self.sensitive | self.harmless:
            return ANSWERS.get(whole, whole in self.sensitive)
        said = self._said(value)
        return True if True in said else False if False in said else None

    def _said(self, value: str) -> set[Tri]:
        """Return what each known word of a value means; a denial goes on to kinds of data in the clauses after its."""
        said: set[Tri] = set()
        denied = False
        known = _known(self.sensitive, self.harmless)
        for part in re.findall(r"[^,;|()\n]+", spaced(value)):
            words = re.findall(r"[^\W_]+", part)
            if known.isdisjoint(words):
                denied = False
            elif len(words) == 1 and words[0] in ANSWERS:
                said.add(ANSWERS[words[0]])
            else:
                goes_on = denied and REGULATED.issuperset(words)
                meanings = list(self._meanings(["no", *words] if goes_on else words))
                said.update(meanings)
                denied = False in meanings and not REGULATED.isdisjoint(words)
        return said

    def _meanings(self, words: list[str]) -> Iterator[Tri]:
        """Yield what each known word of a clause means; `or` and `nor` carry the denial before a word on."""
        denied = far = False
        prohibited = max((at for at, word in enumerate(words) if word in PROHIBITIONS), default=0)
        answered = len(words) - 2 if ANSWERS.get(words[-1]) is False else -1
        for at, word in enumerate(words):
            if word in self.sensitive:
                yield not (denied or at == answered)
            elif word in OPEN_TO_ALL:
                yield far or at == answered or at < prohibited or (False if word in self.harmless else None)
            elif word in self.harmless:
                yield None if denied or at == answered else False
            elif (besides := _denied_in(word)) and besides in self.sensitive | OPEN_TO_ALL:
                yield besides in OPEN_TO_ALL
            if word not in ("or", "nor"):
                far = word in DENIALS or (far and word not in self.sensitive | self.harmless)
                denied = word in DENIALS or (denied and word in self.sensitive)


@lru_cache(maxsize=8)
def _known(sensitive: frozenset[str], harmless: frozenset[str]) -> frozenset[str]:
    """Return every word that a value is read for, also where it denies one by its own beginning."""
    denied = {no + word for no in DENYING_BEGINNINGS for word in sensitive | OPEN_TO_ALL}
    return sensitive | harmless | OPEN_TO_ALL | ANSWERS.keys() | denied


def _denied_in(word: str) -> str | None:
    """Return what a word denies by its own beginning: `public` of `nonpublic`, `기밀` of `비기밀`."""
    return next((word.removeprefix(no) for no in DENYING_BEGINNINGS if word.startswith(no)), None)


AROUND = frozenset({"contain", "contains", "data", "dataset", "flag", "has", "holds", "include", "includes", "is"}) | {
    "label",
    "level",
    "tag",
}
DENYING_BEGINNINGS = ("non", "비")
OPEN_TO_ALL = frozenset({"public", "open", "공개"})
PROHIBITIONS = frozenset({"prohibited", "forbidden", "금지", "불가"})
ANSWERS = {
    **dict.fromkeys(("y", "1", "예", "네", "포함", "있음"), True),
    **dict.fromkeys(("n", "0", "no", "not", "none", "false", "아니오", "아니요", "아님", "미포함", "없음"), False),
}
REGULATION_KEYS = frozenset(
    {"compliance", "complianceframework", "complianceframeworks", "compliancescope", "regulation", "regulations"}
    | {"regulatory", "regulatoryscope"}
)
REGULATED = frozenset({"ccpa", "ferpa", "gdpr", "glba", "hipaa", "lgpd", "pci", "phi", "pii", "pipa"})

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
        | {"confidential", "containspersonalinformation", "containssensitivedata", "gdpr", "hasphi", "haspii", "hipaa"}
        | {"ispii", "issensitive", "pci", "personalinformation"}
        | {
            "개인정보",
            "개인정보여부",
            "개인정보포함",
            "데이터등급",
            "데이터분류",
            "민감도",
            "민감정보",
            "보안등급",
            "정보등급",
        }
    ),
    sensitive=REGULATED
    | frozenset({"개인정보", "극비", "기밀", "대외비", "민감", "민감정보", "비공개", "비밀"})
    | frozenset(
        {
            "confidential",
            "critical",
            "high",
            "personal",
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
        {"anonymised", "anonymized", "general", "internal", "low", "nonsensitive", "open", "public"}
        | {"medium", "moderate", "synthetic", "unclassified", "unrestricted", "공개", "내부", "일반"}
    ),
)


def parse_sensitive_tags(text: str) -> SensitiveTags:
    """Return the default keys and words with those in `text`: `key` or `key=word|word`, separated by commas.

    `DataTier=gold|silver, Owner-Class` adds two keys and two words. Raises ValueError where an entry has no key.
    """
    keys, words = set(DEFAULT_TAGS.keys), set(DEFAULT_TAGS.sensitive)
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key, _, values = entry.partition("=")
        if not plain(key):
            raise ValueError(f"{entry!r} names no tag key")
        keys.add(plain(key))
        words.update(plain(value) for value in values.split("|") if plain(value))
    return SensitiveTags(frozenset(keys), frozenset(words), DEFAULT_TAGS.harmless - words)
