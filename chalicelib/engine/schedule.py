"""When AWS's engine calls the functions; all that the app needs to know of them as it is loaded."""

from __future__ import annotations

PLAN_HOURS = 1
COMPACT_MINUTES = 5
CONCURRENCY = 4
"""Workers at once. SageMaker's rate is the bound, which two reach; the others are for pieces that take their time."""

EXECUTION = "SageMaker Model Building Pipeline Execution Status Change"
SERVING = ("SageMaker Model Package State Change", "SageMaker Endpoint State Change")

EVENTS = {"source": ["aws.sagemaker"], "detail-type": [EXECUTION, *SERVING]}
"""The events that are asked for. https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html"""
