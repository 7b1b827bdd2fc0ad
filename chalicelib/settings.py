"""Settings of the service: the function's environment variables, read and checked once."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.core.findings.sensitivity import DEFAULT_TAGS, SensitiveTags, parse_sensitive_tags
from chalicelib.core.query.parameters import BOOLEANS

REGION_SHAPE = r"[a-z]{2,}(-[a-z]+)+-\d+"
ORIGIN_SHAPE = r"\*|https?://[A-Za-z0-9.\-]+(:\d{1,5})?"
STORE_SHAPE = r"(?a)(file:///[^\x00-\x1f]+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.!*'()/-]*)?)?"
QUEUE_SHAPE = r"[A-Za-z0-9_-]{0,80}"
STORES = "file:///…, s3://BUCKET/PREFIX or empty"
AUTH_TYPES = ("none", "iam", "api_key")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class BadSetting(ValueError):
    """Error for a setting that cannot be read; the message names it and says what it takes."""


class Settings(NamedTuple):
    """Choices of the operator, in the units that their names end in; the README explains each."""

    default_region: str = "ap-northeast-2"
    enable_s3_meta: bool = True
    enable_reports: bool = True
    enable_search: bool = False
    s3_timeout_ms: int = 3000
    deadline_ms: int = 25000
    posture_ttl_sec: int = 300
    allowed_origin: str = "*"
    auth_type: str = "none"
    log_level: str = "INFO"
    sensitive_tags: SensitiveTags = DEFAULT_TAGS
    lineage_store: str = ""
    scan_queue: str = ""


def _boolean(name: str, text: str) -> bool:
    value = BOOLEANS.get(text.strip().lower())
    if value is None:
        raise BadSetting(f"{name} must be true or false")
    return value


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"\d{1,9}", text.strip()) or not low <= int(text) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}")
    return int(text)


def _shaped(name: str, text: str, shape: str, what: str) -> str:
    if not re.fullmatch(shape, text.strip()):
        raise BadSetting(f"{name} must be {what}")
    return text.strip()


def _sensitive_tags(text: str) -> SensitiveTags:
    try:
        return parse_sensitive_tags(text)
    except ValueError as problem:
        raise BadSetting(f"SENSITIVE_TAGS must be KEY or KEY=VALUE|VALUE with commas between them: {problem}") from None


def parse_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings; a variable that is not set or empty has its default.

    Raises `BadSetting` for a value that is wrong.
    """
    plain = Settings()

    def text(name: str, default: object) -> str:
        return environment.get(name) or str(default)

    level = text("LOG_LEVEL", plain.log_level).upper()
    if level not in LOG_LEVELS:
        raise BadSetting(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
    auth_type = text("AUTH_TYPE", plain.auth_type).lower()
    if auth_type not in AUTH_TYPES:
        raise BadSetting(f"AUTH_TYPE must be one of {', '.join(AUTH_TYPES)}")
    store, queue = text("LINEAGE_STORE", ""), text("SCAN_QUEUE", "")
    if queue and not store.startswith("s3://"):
        raise BadSetting("LINEAGE_STORE must be s3://BUCKET/PREFIX where SCAN_QUEUE is set")
    return Settings(
        default_region=_shaped(
            "DEFAULT_REGION", text("DEFAULT_REGION", plain.default_region), REGION_SHAPE, "a region"
        ),
        enable_s3_meta=_boolean("ENABLE_S3_META", text("ENABLE_S3_META", plain.enable_s3_meta)),
        enable_reports=_boolean("ENABLE_REPORTS", text("ENABLE_REPORTS", plain.enable_reports)),
        enable_search=_boolean("ENABLE_SEARCH", text("ENABLE_SEARCH", plain.enable_search)),
        s3_timeout_ms=_whole("S3_TIMEOUT_MS", text("S3_TIMEOUT_MS", plain.s3_timeout_ms), 1, 600_000),
        deadline_ms=_whole("DEADLINE_MS", text("DEADLINE_MS", plain.deadline_ms), 1, 900_000),
        posture_ttl_sec=_whole("POSTURE_TTL_SEC", text("POSTURE_TTL_SEC", plain.posture_ttl_sec), 0, 86_400),
        allowed_origin=_shaped(
            "ALLOWED_ORIGIN", text("ALLOWED_ORIGIN", plain.allowed_origin), ORIGIN_SHAPE, "* or one origin"
        ),
        auth_type=auth_type,
        log_level=level,
        sensitive_tags=_sensitive_tags(environment.get("SENSITIVE_TAGS", "")),
        scan_queue=_shaped("SCAN_QUEUE", queue, QUEUE_SHAPE, "the name of a queue or empty"),
        lineage_store=_shaped("LINEAGE_STORE", store, STORE_SHAPE, "file:///…, s3://BUCKET/PREFIX or empty"),
    )
