"""Measures of how far a scan is, as a line of the log that CloudWatch reads metrics from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

NAMESPACE = "SageMakerLineage"
AGE, WAITING, UNREAD = "ScanAgeMinutes", "PipelinesWaiting", "PipelinesUnread"


def measured(state: Mapping[str, Any], region: str, queue: str, now: datetime) -> dict[str, Any]:
    """Return the line: in CloudWatch's embedded metric format, so that it takes no permission but the log's.

    The age is that of what the store does not know yet: of the last list, or of the pipeline that waits longest.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    waits = [each["at"] for each in state["unread"].values() if each.get("waits")]
    since = min(filter(None, (state["asOf"], *waits)), default=None)
    age = round((now - datetime.fromisoformat(since)).total_seconds() / 60) if since else 0
    metrics = [{"Name": AGE, "Unit": "None"}, {"Name": WAITING, "Unit": "Count"}, {"Name": UNREAD, "Unit": "Count"}]
    described = {"Namespace": NAMESPACE, "Dimensions": [["Queue", "Region"]], "Metrics": metrics}
    return {
        "_aws": {"Timestamp": round(now.timestamp() * 1000), "CloudWatchMetrics": [described]},
        "Queue": queue,
        "Region": region,
        AGE: age,
        WAITING: len(waits),
        UNREAD: len(state["unread"]) - len(waits),
    }
