"""What tags say, in the many ways that people write them."""

from __future__ import annotations

import pytest

from chalicelib.core.findings.sensitivity import DEFAULT_TAGS, parse_sensitive_tags
from chalicelib.core.findings.tags import environment, residency


@pytest.mark.parametrize(
    ("key", "value", "sensitive"),
    [
        ("DataClassification", "Confidential", True),
        ("data-classification", "CONFIDENTIAL", True),
        ("DATA_CLASSIFICATION", "Highly Confidential - PII", True),
        ("data:classification", "TopSecret", True),
        ("Classification", "top secret", True),
        ("Sensitivity", "High", True),
        ("ContainsPII", "yes", True),
        ("PII", "true", True),
        ("PHI", "1", True),
        ("DataClassification", "Public", False),
        ("DataClassification", "Internal", False),
        ("Sensitivity", "low", False),
        ("Sensitivity", "non-sensitive", False),
        ("Sensitivity", "NonSensitive", False),
        ("Sensitivity", "nonsensitive", False),
        ("Sensitivity", "not confidential", False),
        ("PII", "false", False),
        ("PII", "None", False),
        ("DataClassification", "L3", None),
        ("PII", "", None),
        ("Team", "confidential", False),
        ("DataClassification", "Confidential - Do Not Distribute", True),
        ("DataClassification", "Confidential_No_Export", True),
        ("DataClassification", "Non-Public", True),
        ("DataClassification", "NonPublic", True),
        ("DataClassification", "not public", True),
        ("DataClassification", "Private: no external sharing", True),
        ("DataClassification", "Internal, not sensitive", False),
        ("DataClassification", "no PII or PHI", False),
        ("DataClassification", "no PII, but confidential", True),
        ("DataClassification", "do not share", None),
        ("DataClassification", "not yet reviewed", None),
        ("Sensitivity", "not low", None),
        ("Sensitivity", "Level 1", None),
        ("PII", "Y", True),
        ("PII", "n", False),
        ("PII", "0", False),
        ("PII", "no idea", None),
        ("acme:DataClassification", "restricted", True),
        ("acme.com/data-classification", "restricted", True),
        ("acme/security/data:classification", "restricted", True),
        ("classification-of-team", "restricted", False),
        ("Confidential", "yes", True),
        ("has_pii", "true", True),
        ("HIPAA", "no", False),
        ("데이터등급", "기밀", True),
        ("데이터 등급", "공개", False),
        ("개인정보포함", "예", True),
        ("개인정보포함", "아니오", False),
        ("데이터등급", "3등급", None),
        ("Compliance", "HIPAA, SOC2", True),
        ("compliance-framework", "GDPR", True),
        ("Compliance", "SOC2", False),
        ("Compliance", "not PCI", False),
        ("Compliance", "not yet audited: HIPAA", True),
        ("Compliance", "high", False),
        ("DataClassification", "Not for public release", True),
        ("DataClassification", "cannot be made public", True),
        ("DataClassification", "isn't public", True),
        ("DataClassification", "never public", True),
        ("DataClassification", "Public release prohibited", True),
        ("DataClassification", "public: no", True),
        ("DataClassification", "Public, not restricted", False),
        ("DataClassification", "Public - do not modify", False),
        ("DataClassification", "no PII public dataset", False),
        ("DataClassification", "no PII, public", False),
        ("DataClassification", "no PII, PHI", False),
        ("DataClassification", "no PII, secret", True),
        ("DataClassification", "Confidential: No", False),
        ("DataClassification", "PII=no; PHI=no", False),
        ("DataClassification", "PII=no, confidential", True),
        ("PII", "No (anonymized)", False),
        ("PII", "N/A", None),
        ("데이터등급", "공개 금지", True),
        ("데이터등급", "대외 공개 불가", True),
        ("데이터등급", "공개 아님", True),
        ("데이터등급", "기밀 아님", False),
        ("데이터등급", "개인정보 없음", False),
        ("데이터등급", "일반 (개인정보 없음)", False),
        ("데이터등급", "비기밀", False),
        ("SensitivityLabel", "Highly Confidential", True),
        ("data_contains_pii", "yes", True),
        ("PIIFlag", "Y", True),
        ("acme:Data-Classification-Level", "restricted", True),
        ("data_type", "pii", False),
        ("data-label", "secret", False),
    ],
)
def test_a_tag_says_sensitive_or_not_or_nothing_known(key: str, value: str, sensitive: bool | None) -> None:
    assert DEFAULT_TAGS.verdict({key: value}) is sensitive


def test_one_tag_that_says_sensitive_is_enough() -> None:
    assert DEFAULT_TAGS.verdict({"Classification": "public", "pii": "true"}) is True
    assert DEFAULT_TAGS.verdict({"Classification": "public", "pii": "L3"}) is None
    assert DEFAULT_TAGS.verdict({}) is False


def test_keys_and_words_can_be_added() -> None:
    tags = parse_sensitive_tags("DataTier=gold|Very Special, OwnerClass, Exposure=internal")

    assert tags.verdict({"data-tier": "GOLD"}) is True
    assert tags.verdict({"data-tier": "very special"}) is True
    assert tags.verdict({"owner_class": "secret"}) is True
    assert tags.verdict({"exposure": "internal"}) is True
    assert tags.verdict({"pii": "true"}) is True
    assert parse_sensitive_tags("") == DEFAULT_TAGS


@pytest.mark.parametrize("text", ["=gold", "a,=b", " - =x"])
def test_an_entry_without_a_key_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="names no tag key"):
        parse_sensitive_tags(text)


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        ({"Environment": "prod"}, "production"),
        ({"ENV": "Production"}, "production"),
        ({"env": "dev"}, "development"),
        ({"Stage": "staging"}, "staging"),
        ({"deployment-stage": "QA"}, "test"),
        ({"env": "prod-kr"}, "production"),
        ({"acme:environment": "KR_Prod_2"}, "production"),
        ({"env": "dev01"}, "development"),
        ({"env": "pre-prod-kr"}, "staging"),
        ({"env": "non-prod"}, None),
        ({"env": "운영"}, "production"),
        ({"env": "dev-test"}, None),
        ({"env": "production-like"}, None),
        ({"env": "운영계"}, "production"),
        ({"env": "bronze"}, None),
        ({"env": "shared"}, None),
        ({"env": "blue"}, None),
        ({"env": ""}, None),
        ({"Team": "prod"}, None),
    ],
)
def test_an_environment_is_one_word_in_any_spelling(tags: dict[str, str], word: str | None) -> None:
    assert environment(tags) == word


def test_residency_is_what_the_tag_says() -> None:
    assert residency({"data-residency": "KR"}) == "KR"
    assert residency({"DataResidency": ""}) is None
    assert residency({"Region": "KR"}) is None
