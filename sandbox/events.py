"""Events of the account, as AWS puts them on its bus when an execution changes its state."""

from __future__ import annotations

import json

from moto.events.models import events_backends

from sandbox.names import ACCOUNT
from sandbox.world import Execution

CHANGE = "SageMaker Model Building Pipeline Execution Status Change"


def put_event(region: str, execution: Execution) -> None:
    """Put the event of an execution on the bus, from where rules take it to their targets."""
    detail = {
        "pipelineArn": execution.arn.partition("/execution/")[0],
        "pipelineExecutionArn": execution.arn,
        "currentPipelineExecutionStatus": execution.status,
        "previousPipelineExecutionStatus": "Executing",
        "executionStartTime": execution.start.isoformat(),
        "pipelineExecutionDisplayName": execution.display_name,
    }
    event = {"Source": "aws.sagemaker", "DetailType": CHANGE, "Detail": json.dumps(detail)}
    events_backends[ACCOUNT][region].put_events([event])
