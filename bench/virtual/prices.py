"""What AWS asks for it: list prices of us-east-1 in US dollars, without the free tier. Settings, as the rates are."""

from __future__ import annotations

from dataclasses import dataclass

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices as published; `AS_OF` says when, `SOURCES` where."""

    lambda_gb_second: float = 0.0000133334
    """arm64, on demand"""
    lambda_request: float = 0.20 / 1e6
    sqs_request: float = 0.40 / 1e6
    s3_put: float = 0.005 / 1000
    """PUT and LIST"""
    s3_get: float = 0.0004 / 1000
    """GET and all others; DELETE costs nothing"""
    s3_gb_month: float = 0.023
    alarm_month: float = 0.10
    metric_month: float = 0.30
    log_gb: float = 0.50
    """EventBridge costs nothing for AWS's own events and for rules on a schedule, SageMaker nothing for its reads."""


AS_OF = "2026-11"
SOURCES = {
    "Lambda": "https://aws.amazon.com/lambda/pricing/",
    "SQS": "https://aws.amazon.com/sqs/pricing/",
    "S3": "https://aws.amazon.com/s3/pricing/",
    "EventBridge": "https://aws.amazon.com/eventbridge/pricing/",
    "CloudWatch": "https://aws.amazon.com/cloudwatch/pricing/",
}
