"""EMR on this machine: moto's, with the clusters on which steps have run."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.emr.exceptions import InvalidRequestException
from moto.emr.responses import ElasticMapReduceResponse

from sandbox.sagemaker import error_document
from sandbox.world import World


class PlayedEMR(ElasticMapReduceResponse):  # type: ignore[misc]
    """EMR of moto, which looks first at the clusters that runs have named, and may refuse a call."""

    world: World

    def get_region_from_url(self, request: Any, full_url: str) -> str:
        """Return the Region that a call was signed for: here every Region has the same host."""
        return str(BaseResponse.get_region_from_url(self, request, full_url))

    def call_action(self) -> Any:
        """Record one call, and return a planted fault, or the response."""
        action = self._get_action()
        named = str(self.params.get("ClusterId", "*"))
        arn = f"arn:aws:elasticmapreduce:{self.region}:{self.world.account}:cluster/{named}"
        fault = self.world.meet(f"elasticmapreduce:{action}", named, self.access_key, arn)
        if fault:
            return error_document(fault.code, fault.message, fault.status)
        return super().call_action()

    def describe_cluster(self) -> ActionResult:
        """Handle DescribeCluster: what was put or run on, else moto's own; EMR calls an unknown one a bad request."""
        asked = str(self._get_param("ClusterId"))
        found = self.world.region(self.region).described("DescribeCluster", asked)
        if found is not None:
            return ActionResult(found)
        try:
            return super().describe_cluster()
        except KeyError:
            raise InvalidRequestException(f"Cluster id '{asked}' is not valid.") from None
