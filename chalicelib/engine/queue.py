"""The queue of pieces of work: SQS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.engine.piece import Piece

MOST_ENTRIES = 10
MOST_BYTES = 256 * 1024
"""What one SendMessageBatch takes in all. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""

MOST_RECEIVES = 5
"""How often a message is received before it goes to the dead-letter queue: the redrive policy of the template."""


class NotSent(Exception):
    """Messages that the queue did not take."""


class Queue:
    """A queue by its name, of the account and the region of whoever sends."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._url: str | None = None

    def send(self, pieces: Iterable[Piece]) -> None:
        """Send pieces, as many at once as the queue takes; raises `NotSent` where it refused any."""
        for texts in _batches(piece.text() for piece in pieces):
            entries = [{"Id": str(at), "MessageBody": text} for at, text in enumerate(texts)]
            refused = self._client.send_message_batch(QueueUrl=self._place(), Entries=entries).get("Failed", ())
            if refused:
                raise NotSent(f"{len(refused)} of {len(entries)} messages: {refused[0].get('Code')}")

    def _place(self) -> str:
        if self._url is None:
            self._url = str(self._client.get_queue_url(QueueName=self._name)["QueueUrl"])
        return self._url


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == MOST_ENTRIES or size + len(text.encode()) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text.encode())
    if batch:
        yield batch
