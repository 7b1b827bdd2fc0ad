"""Postures of buckets, read anew: each once, whatever pipelines touch it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.aws import s3
from chalicelib.aws.reads import Question
from chalicelib.core.posture.bucket import build_posture
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import Response
from chalicelib.formats.posture import to_posture, to_s3
from chalicelib.scan.reader import Reader

BATCH = 20
"""Buckets under way at once."""

Json = dict[str, Any]


def read_postures(reader: Reader, buckets: Collection[str], account: str) -> Iterator[tuple[str, Json]]:
    """Yield (bucket, entry of `buckets.json.gz`) of each bucket, as it is now.

    Each costs eight reads, nine where all are denied, and sixteen where it is another account's.
    """
    wanted = sorted(buckets)
    for start in range(0, len(wanted), BATCH):
        yield from _read(reader, wanted[start : start + BATCH], account)


def _read(reader: Reader, buckets: Sequence[str], account: str) -> Iterator[tuple[str, Json]]:
    of_account = reader.responses([s3.account_question(account)])[0]
    first = [q for bucket in buckets for q in s3.bucket_questions(bucket, False, account, reader.region)]
    expected = _responses(reader, buckets, first)
    again: dict[str, dict[str, Response]] = {bucket: {} for bucket in buckets}
    while more := [q for bucket in buckets for q in s3.questions_again(bucket, False, expected[bucket], again[bucket])]:
        for bucket, responses in _responses(reader, buckets, more).items():
            again[bucket] |= responses
    for bucket in buckets:
        posture = build_posture(bucket, expected[bucket], of_account, account, again[bucket], reader.region)
        yield bucket, {"s3": dict(to_s3(bucket, posture)), "posture": dict(to_posture(posture))}


def _responses(reader: Reader, buckets: Sequence[str], questions: Sequence[Question]) -> dict[str, dict[str, Response]]:
    found: dict[str, dict[str, Response]] = {bucket: {} for bucket in buckets}
    for question, response in zip(questions, reader.responses(questions), strict=True):
        found[question.resource][question.operation] = response
    return found


def postures_in(answer: Mapping[str, Any]) -> dict[str, Json]:
    """Return the entries of `buckets.json.gz` that an answer holds: of the buckets that were asked about."""
    found: dict[str, Json] = {}
    for artifact in docs_at(answer, "graph", "artifacts"):
        bucket, posture = text_at(artifact, "bucket"), artifact.get("posture") or {}
        if bucket is not None and (posture.get("evaluated") or posture.get("errors")):
            found[bucket] = {"s3": artifact.get("s3"), "posture": posture}
    return found
