"""Lambda's part in an account on this machine: what it polls and invokes, and what it does with what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.names import ACCOUNT

Invoke = Callable[[str, Mapping[str, Any]], object]
"""Invokes a function by its name with an event; raises what it raises."""


class Lambda:
    """Queue, dead letters, rule and pollers of functions that are called as in AWS.

    `clients` gives boto3 clients by service. A message whose function ends is deleted; one whose function raises is
    left, and seen again after `visible_after` seconds, until it was received `most` times.
    """

    def __init__(
        self,
        clients: Callable[[str], Any],
        invoke: Invoke,
        queue: str,
        pattern: Mapping[str, Any],
        *,
        most: int,
        visible_after: int = 30,
    ) -> None:
        self._sqs = clients("sqs")
        self._invoke = invoke
        self._region = str(self._sqs.meta.region_name)
        self.dead = self._make(f"{queue}-dead")
        redrive = {"deadLetterTargetArn": self._arn(self.dead), "maxReceiveCount": most}
        self.queue = self._make(queue, VisibilityTimeout=str(visible_after), RedrivePolicy=json.dumps(redrive))
        self._events = self._make(f"{queue}-events")
        events = clients("events")
        events.put_rule(Name=queue, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=queue, Targets=[{"Id": "events", "Arn": self._arn(self._events)}])

    def _make(self, name: str, **attributes: str) -> str:
        return str(self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def _arn(self, url: str) -> str:
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    def schedule(self, function: str) -> None:
        """Invoke a function as a schedule does."""
        self._invoke(function, self._event({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}))

    def poll_events(self, function: str) -> list[Mapping[str, Any]]:
        """Invoke a function with each event that the rule let through, and return these."""
        told: list[Mapping[str, Any]] = []
        for message in self._received(self._events):
            event = self._event(json.loads(message["Body"]))
            self._invoke(function, event)
            self._sqs.delete_message(QueueUrl=self._events, ReceiptHandle=message["ReceiptHandle"])
            told.append(event)
        return told

    def poll_queue(self, function: str) -> tuple[int, list[Exception]]:
        """Invoke a function with each message there is to be seen; return how many there were, and what was raised."""
        seen, raised = 0, []
        while messages := self._received(self.queue):
            for message in messages:
                seen += 1
                try:
                    self._invoke(function, {"Records": [self._record(message)]})
                except Exception as error:  # noqa: BLE001 - whatever it is, the message is seen again
                    raised.append(error)
                else:
                    self._sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return seen, raised

    def _received(self, url: str) -> list[dict[str, Any]]:
        asked = {"MaxNumberOfMessages": 1, "AttributeNames": ["All"]}
        found: list[dict[str, Any]] = self._sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])
        return found

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn(self.queue),
            "awsRegion": self._region,
        }

    def _event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return an event with what moto leaves out of it."""
        filled = {"version": "0", "id": "-", "account": ACCOUNT, "region": self._region, "resources": []}
        return {**filled, "time": "2026-01-01T00:00:00Z", **event}
