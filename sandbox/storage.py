"""S3 on this machine: moto's, with the defaults that AWS gives a new bucket today, and with refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.s3.exceptions import S3ClientError
from moto.s3.models import PublicAccessBlock, S3Backend, get_canned_acl, s3_backends
from moto.s3.responses import ACTION_MAP, S3Response
from moto.s3control.responses import S3ControlResponse

from sandbox.names import REGION
from sandbox.values import Unresolvable
from sandbox.world import Fault, World

_S3_URI = re.compile(r"(?i)s3://([^/]+)/?(.*)", re.DOTALL)
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

# moto takes these reads for ListBucket; the names are IAM's, which are not the API's.
IAM_NAMES = {
    "encryption": "GetEncryptionConfiguration",
    "publicAccessBlock": "GetBucketPublicAccessBlock",
    "ownershipControls": "GetBucketOwnershipControls",
    "object-lock": "GetBucketObjectLockConfiguration",
    "replication": "GetReplicationConfiguration",
}
_CONTROL_ACTIONS = {"GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock"}


def split_uri(uri: str) -> tuple[str, str] | None:
    """Bucket and key of an `s3://` location."""
    found = _S3_URI.fullmatch(uri)
    return (found[1], found[2]) if found else None


def backend(account: str, region: str = REGION) -> S3Backend:
    """moto's S3 of one account."""
    return s3_backends[account]["aws-cn" if region.startswith("cn-") else "aws"]


def public_access_block(**flags: bool) -> PublicAccessBlock:
    """The four public access blocks; all are on unless said otherwise."""
    wanted = {name: flags.get(name, True) for name in BLOCKS}
    return PublicAccessBlock(*(wanted[name] for name in BLOCKS))


def give_defaults(bucket: Any) -> None:
    """What a new bucket has since 2023: SSE-S3, all public access blocked, ACLs without effect."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    bucket.encryption = {"Rule": rule}
    bucket.public_access_block = public_access_block()
    bucket.ownership_rule = "BucketOwnerEnforced"


def refusal(fault: Fault) -> ServiceException:
    """A fault as S3's error document says it."""
    error = S3ClientError(fault.code, fault.message)
    error.code = fault.code
    error.status_code = fault.status
    return error


def canned_acl(name: str) -> Any:
    """One of S3's canned ACLs: `public-read`, `log-delivery-write`."""
    return get_canned_acl(name)


class PlayedS3(S3Response):  # type: ignore[misc]
    """moto's S3 with AWS's defaults for new buckets; every call is noted and may be refused."""

    world: World

    def _authenticate_and_authorize_s3_action(
        self, bucket_name: str | None = None, key_name: str | None = None
    ) -> None:
        resource = f"{bucket_name}/{key_name}" if key_name else bucket_name or "*"
        fault = self.world.meet(f"s3:{self.data.get('Action')}", resource)
        if fault:
            raise refusal(fault)
        super()._authenticate_and_authorize_s3_action(bucket_name=bucket_name, key_name=key_name)

    def _bucket_response_put(self, request: Any, bucket_name: str, querystring: Mapping[str, Any]) -> Any:
        known = bucket_name in self.backend.buckets
        answer = super()._bucket_response_put(request, bucket_name, querystring)
        if not known and bucket_name in self.backend.buckets:
            give_defaults(self.backend.buckets[bucket_name])
        return answer


class PlayedS3Control(S3ControlResponse):  # type: ignore[misc]
    """moto's S3 Control; every call is noted and may be refused."""

    world: World

    def call_action(self) -> Any:
        action = self._get_action()
        fault = self.world.meet(_CONTROL_ACTIONS.get(action, f"s3:{action}"), self.current_account)
        if fault:
            error = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
            body = f"<ErrorResponse>{error}</ErrorResponse>"
            return fault.status, {"content-type": "text/xml"}, body
        return super().call_action()


def install(world: World) -> None:
    """Put the played S3 in moto's place, before moto's first S3 call."""
    from moto.s3.urls import url_paths as s3_paths
    from moto.s3control.urls import url_paths as control_paths

    PlayedS3.world = PlayedS3Control.world = world
    ACTION_MAP["BUCKET"]["GET"].update(IAM_NAMES)
    for path, handler in s3_paths.items():
        s3_paths[path] = getattr(PlayedS3, handler.__name__)
    for path in control_paths:
        control_paths[path] = PlayedS3Control.dispatch


class Objects:
    """The objects of the account by `s3://` location; a bucket that a run needs is made, unless it was removed."""

    def __init__(self, world: World, region: str) -> None:
        self._world = world
        self._region = region

    def need(self, uri: str) -> None:
        """Make the bucket of a location, where it may be made."""
        found = split_uri(uri)
        if not found or found[0] in self._world.gone or found[0] in s3_backends.bucket_accounts:
            return
        if re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", found[0]):
            give_defaults(backend(self._world.account).create_bucket(found[0], self._region))

    def _bucket(self, uri: str) -> tuple[S3Backend, str, str] | None:
        self.need(uri)
        found = split_uri(uri)
        if not found or found[0] not in s3_backends.bucket_accounts:
            return None
        partition, account = s3_backends.bucket_accounts[found[0]]
        return s3_backends[account][partition], found[0], found[1]

    def read(self, uri: str) -> str:
        """An object's text; `Unresolvable` where there is none."""
        place = self._bucket(uri)
        found = place[0].get_object(place[1], place[2]) if place else None
        if found is None:
            raise Unresolvable(f"there is no object at {uri}")
        return str(found.value.decode())

    def write(self, uri: str, content: bytes) -> None:
        """Put an object; where the bucket was removed nothing is left."""
        place = self._bucket(uri)
        if place and place[2]:
            place[0].put_object(place[1], place[2], content)

    def list(self, uri: str) -> list[str]:
        """The locations of all objects under a location."""
        place = self._bucket(uri)
        if not place:
            return []
        store, bucket, prefix = place
        return [f"s3://{bucket}/{key}" for key in sorted(store.buckets[bucket].keys) if key.startswith(prefix)]

    def delete(self, uri: str) -> None:
        """Remove all objects under a location."""
        for one in self.list(uri):
            found = split_uri(one)
            if found:
                partition, account = s3_backends.bucket_accounts[found[0]]
                s3_backends[account][partition].delete_object(found[0], found[1])
