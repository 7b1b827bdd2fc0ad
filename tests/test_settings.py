"""A setting is read, has its default, or is an error with its name."""

import pytest

from chalicelib.core.findings.sensitivity import parse_sensitive_tags
from chalicelib.settings import BadSetting, Settings, parse_settings


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    assert parse_settings({}) == Settings(
        default_region="ap-northeast-2",
        enable_s3_meta=True,
        enable_reports=True,
        enable_search=False,
        s3_timeout_ms=3000,
        deadline_ms=25000,
        posture_ttl_sec=300,
        allowed_origin="*",
        log_level="INFO",
    )


def test_an_empty_setting_counts_as_not_set() -> None:
    assert parse_settings({"DEFAULT_REGION": "", "S3_TIMEOUT_MS": ""}) == Settings()


def test_settings_are_read() -> None:
    settings = parse_settings(
        {
            "DEFAULT_REGION": "eu-west-1",
            "ENABLE_S3_META": "False",
            "ENABLE_REPORTS": "0",
            "ENABLE_SEARCH": "Yes",
            "S3_TIMEOUT_MS": "500",
            "DEADLINE_MS": "1000",
            "POSTURE_TTL_SEC": "0",
            "ALLOWED_ORIGIN": "https://dspm.example.com",
            "AUTH_TYPE": "API_KEY",
            "LOG_LEVEL": "debug",
            "SENSITIVE_TAGS": "DataTier=gold",
        }
    )

    assert settings == Settings(
        default_region="eu-west-1",
        enable_s3_meta=False,
        enable_reports=False,
        enable_search=True,
        s3_timeout_ms=500,
        deadline_ms=1000,
        posture_ttl_sec=0,
        allowed_origin="https://dspm.example.com",
        auth_type="api_key",
        log_level="DEBUG",
        sensitive_tags=parse_sensitive_tags("DataTier=gold"),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DEFAULT_REGION", "seoul"),
        ("ENABLE_S3_META", "maybe"),
        ("ENABLE_REPORTS", "2"),
        ("ENABLE_SEARCH", "often"),
        ("S3_TIMEOUT_MS", "0"),
        ("S3_TIMEOUT_MS", "three"),
        ("DEADLINE_MS", "-1"),
        ("POSTURE_TTL_SEC", "1.5"),
        ("ALLOWED_ORIGIN", "https://a.example https://b.example"),
        ("AUTH_TYPE", "password"),
        ("LOG_LEVEL", "loud"),
        ("SENSITIVE_TAGS", "=gold"),
    ],
)
def test_a_setting_that_cannot_be_read_is_an_error_with_its_name(name: str, text: str) -> None:
    with pytest.raises(BadSetting, match=name):
        parse_settings({name: text})
