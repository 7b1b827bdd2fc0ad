"""Membership of a pipeline in SageMaker domains, by its tags and its creator."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.core.values.doc import text_at
from chalicelib.core.values.model import Doc

DOMAIN_ID = r"(?i)d-[a-z0-9]{1,63}"


class Membership(NamedTuple):
    """The domains that a pipeline says it belongs to, by id and by name."""

    ids: frozenset[str]
    names: frozenset[str]

    def has(self, domain: str) -> bool:
        """Return whether `domain` is one of them; ids are compared without regard to case, names exactly."""
        return domain.lower() in self.ids or domain in self.names

    def could_be(self, domain: str) -> bool:
        """Return whether a list of the region's domains might show that `domain` is the name of one of the ids."""
        return bool(self.ids) and not self.has(domain) and not re.fullmatch(DOMAIN_ID, domain)


def membership(tags: Mapping[str, str], pipeline: Doc | None = None) -> Membership:
    """Return the domains named by the tags `DomainId`, `DomainName` and `sagemaker:domain-arn`, and by `CreatedBy`.

    `pipeline` is the DescribePipeline response that holds `CreatedBy`.
    """
    ids = {
        tags.get("DomainId"),
        tags.get("sagemaker:domain-arn", "").rpartition("domain/")[2],
        text_at(pipeline, "CreatedBy", "DomainId"),
    }
    name = tags.get("DomainName")
    return Membership(frozenset(i.lower() for i in ids if i), frozenset([name] if name else []))


def ids_named(domain: str, domains: Sequence[Doc]) -> frozenset[str]:
    """Return the ids, in lower case, of the domains called `domain` in a ListDomains response."""
    return frozenset(str(d.get("DomainId", "")).lower() for d in domains if d.get("DomainName") == domain)
