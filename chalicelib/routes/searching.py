"""Search in place of one describe an endpoint or package, where the list that was just read vouches for the record.

Search is eventually consistent and a list is not: a record counts where it says of a thing's state what the list says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.aws import sagemaker
from chalicelib.aws.reads import Question
from chalicelib.core.values.doc import dig, docs_at, text_at
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.routes.serving import Asker

SEARCHED = Gap(
    "Searched", "endpoints and packages are told by sagemaker:Search where it says what their lists say (ENABLE_SEARCH)"
)


class Kind(NamedTuple):
    """One kind of thing that is listed, described and searched for.

    `name_key` is what the Describe call names it by; `state` must be alike in list and record, `needs` must be told.
    """

    describe: str
    resource: str
    name_key: str
    arn_key: str
    state: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]

    def vouches(self, item: Doc, record: Doc) -> bool:
        """Return whether a record stands for the description of the thing that a list has as `item`."""
        alike = all(item.get(key) is not None and item.get(key) == record.get(key) for key in self.state)
        return alike and all(dig(record, *path) for path in self.needs)


KINDS = {
    "list_endpoints": Kind(
        "describe_endpoint",
        "Endpoint",
        "EndpointName",
        "EndpointArn",
        ("EndpointStatus", "CreationTime", "LastModifiedTime"),
        (("EndpointConfigName",),),
    ),
    "list_model_packages": Kind(
        "describe_model_package",
        "ModelPackage",
        "ModelPackageArn",
        "ModelPackageArn",
        ("ModelApprovalStatus", "ModelPackageStatus", "CreationTime"),
        (("InferenceSpecification", "Containers"), ("MetadataProperties", "GeneratedBy")),
    ),
}
"""By the operation that lists them."""


class Searching:
    """Asker that searches for what it is asked to describe, and describes what Search lacks.

    `notes` say how things were read: that Search was used, or that it was refused.
    """

    def __init__(self, asker: Asker) -> None:
        self.notes: list[Gap] = []
        self._asker = asker
        self._listed: dict[str, tuple[Kind, Doc]] = {}

    def items(self, question: Question, key: str) -> tuple[list[Doc], Gap | None]:
        """Return every item of a list, page after page, and what ended the reading early, if something did."""
        items, gap = self._asker.items(question, key)
        kind = KINDS.get(question.operation)
        if kind is not None:
            self._listed |= {f"{kind.describe} {text_at(item, kind.name_key)}": (kind, item) for item in items}
        return items, gap

    def responses(self, questions: Sequence[Question]) -> list[Response]:
        """Return the response to each question: what Search tells, else what AWS answers."""
        found = self._found([question for question in questions if _thing(question) in self._listed])
        rest = [question for question in questions if _thing(question) not in found]
        described = iter(self._asker.responses(rest))
        return [found.get(_thing(question)) or next(described) for question in questions]

    def _found(self, questions: Sequence[Question]) -> dict[str, Doc]:
        """Return what Search tells of the things that the questions are about, by thing; all are of one kind."""
        if len(questions) < sagemaker.WORTH_A_SEARCH:
            return {}
        kind = self._listed[_thing(questions[0])][0]
        listed = [(_thing(question), self._listed[_thing(question)][1]) for question in questions]
        items = {text_at(item, kind.arn_key): (thing, item) for thing, item in listed}
        answers = self._asker.responses(sagemaker.search(kind.resource, kind.arn_key, [arn for arn in items if arn]))
        refused = [gap for gap in answers if isinstance(gap, Gap)]
        self.notes += [gap._replace(message=f"{gap.message}: each was described instead") for gap in refused[:1]]
        self.notes += [] if refused else [SEARCHED]
        records = [dig(record, kind.resource) for answer in answers for record in docs_at(answer, "Results")]
        pairs = [(*items.get(text_at(record, kind.arn_key), ("", {})), record) for record in records]
        return {thing: record for thing, item, record in pairs if thing and kind.vouches(item, record)}


def _thing(question: Question) -> str:
    """Return what tells apart the things that are described: the operation and the thing's name."""
    return f"{question.operation} {next(iter(question.arguments.values()), '')}"
