"""S3 on this machine: moto's, with the defaults that AWS gives a new bucket today, and with refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from moto.core.responses import ActionResult
from moto.s3.models import S3Backend, s3_backends
from moto.s3.responses import ACTION_MAP, S3Response
from moto.s3control.responses import S3ControlResponse

from sandbox.buckets import backend, give_defaults
from sandbox.names import EPOCH
from sandbox.values import Unresolvable
from sandbox.world import Fault, World, denial

_S3_URI = re.compile(r"(?i)s3://([^/]+)/?(.*)", re.DOTALL)

# moto would take these reads for ListBucket; the names are IAM's, which differ from the API's.
IAM_NAMES = {
    "encryption": "GetEncryptionConfiguration",
    "publicAccessBlock": "GetBucketPublicAccessBlock",
    "ownershipControls": "GetBucketOwnershipControls",
    "object-lock": "GetBucketObjectLockConfiguration",
    "replication": "GetReplicationConfiguration",
    "lifecycle": "GetLifecycleConfiguration",
}
_CONTROL_ACTIONS = {
    "GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "ListTagsForResource": "s3express:ListTagsForResource",
}

# What S3 offers of the settings of a directory bucket, by IAM's names.
_DIRECTORY_SETTINGS = {"GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetBucketPolicy"}


def split_uri(uri: str) -> tuple[str, str] | None:
    """Return bucket and key of an `s3://` location; `None` for any other text."""
    found = _S3_URI.fullmatch(uri)
    return (found[1], found[2]) if found else None


class Refused(Exception):
    """Error that ends a call in a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class PlayedS3(S3Response):  # type: ignore[misc]
    """S3 of moto with AWS's defaults for new buckets; every call is recorded and may be refused."""

    world: World

    def _authenticate_and_authorize_s3_action(
        self, bucket_name: str | None = None, key_name: str | None = None
    ) -> None:
        resource = f"{bucket_name}/{key_name}" if key_name else bucket_name or "*"
        directory = is_directory(bucket_name or "") and not key_name
        arn = f"arn:aws:s3:::{resource}" if bucket_name else "*"
        if directory:
            arn = f"arn:aws:s3express:{self.region}:{self.world.account}:bucket/{bucket_name}"
        action = f"{'s3express' if directory else 's3'}:{self.data.get('Action')}"
        listed = parse_qs(urlsplit(self.uri).query).get("prefix", [""])[0]
        fault = self.world.meet(action, resource, self.access_key, arn, {"s3:prefix": listed})
        if fault:
            raise Refused(fault)
        if directory:
            self._check_directory(action, resource)
        if self.data.get("Action") == "GetObject" and self.access_key in self.world.policies:
            self._check_object(str(bucket_name), str(key_name))
        expected = self.headers.get("x-amz-expected-bucket-owner")
        _, owner = s3_backends.bucket_accounts.get(bucket_name, (None, None))
        if expected and owner and expected != owner:
            raise Refused(denial("s3:*", resource))
        super()._authenticate_and_authorize_s3_action(bucket_name=bucket_name, key_name=key_name)

    def _check_directory(self, action: str, bucket: str) -> None:
        """Refuse what S3 does not do for a directory bucket: most reads of settings, and to compare its owner."""
        if "x-amz-expected-bucket-owner" in self.headers:
            raise Refused(Fault(action, bucket, "NotImplemented", "Not implemented for directory buckets", 501))
        name = action.partition(":")[2]
        if name.startswith("Get") and name not in _DIRECTORY_SETTINGS:
            raise Refused(Fault(action, bucket, "MethodNotAllowed", "Not allowed for directory buckets", 405))

    def _check_object(self, bucket: str, key: str) -> None:
        """Check what S3 demands beside s3:GetObject; raise `Refused` where the caller lacks it.

        That is kms:Decrypt for the bucket's key, and s3:ListBucket to be told that an object does not exist.
        """
        held = self.backend.buckets.get(bucket)
        if held is None:
            return
        arn = f"arn:aws:s3:::{bucket}"
        if key not in held.keys and not self.world.permits(self.access_key, "s3:ListBucket", arn):
            raise Refused(denial("s3:ListBucket", bucket))
        rule = (held.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
        kms_key = rule.get("KMSMasterKeyID")
        context = {"kms:ViaService": f"s3.{held.region_name}.amazonaws.com"}
        if (
            kms_key
            and self.world.enforce_keys
            and not self.world.permits(self.access_key, "kms:Decrypt", kms_key, context)
        ):
            raise Refused(denial("s3:GetObject", bucket))

    def _bucket_response(self, request: Any, full_url: str) -> Any:
        try:
            return super()._bucket_response(request, full_url)
        except Refused as refused:
            return error_document(refused.fault, request.method)

    def _key_response(self, request: Any, full_url: str) -> Any:
        try:
            return super()._key_response(request, full_url)
        except Refused as refused:
            return error_document(refused.fault, request.method)

    def _bucket_response_put(self, request: Any, bucket_name: str, querystring: Mapping[str, Any]) -> Any:
        known = bucket_name in self.backend.buckets
        answer = super()._bucket_response_put(request, bucket_name, querystring)
        if not known and bucket_name in self.backend.buckets:
            give_defaults(self.backend.buckets[bucket_name])
        return answer


def is_directory(bucket: str) -> bool:
    """Return whether a name is that of a directory bucket."""
    return bucket.endswith("--x-s3")


def error_document(fault: Fault, method: str = "GET") -> tuple[int, dict[str, str], str]:
    """Return a fault in S3's form (status, headers and body); a HEAD has no body."""
    error = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
    return fault.status, {"content-type": "application/xml"}, "" if method == "HEAD" else error


class PlayedS3Control(S3ControlResponse):  # type: ignore[misc]
    """S3 Control of moto; every call is recorded and may be refused."""

    world: World

    def call_action(self) -> Any:
        """Respond to one call, or refuse it."""
        action = self._get_action()
        named = _CONTROL_ACTIONS.get(action, f"s3:{action}")
        tagged = str(self._get_param("ResourceArn") or "")
        resource = tagged.rpartition("/")[2] or self.current_account
        fault = self.world.meet(named, resource, self.access_key, tagged or "*")
        if fault:
            status, headers, error = error_document(fault)
            return status, headers, f"<ErrorResponse>{error}</ErrorResponse>"
        return super().call_action()

    def list_tags_for_resource(self) -> Any:
        """Respond with the tags of a directory bucket, which moto keeps as those of any other."""
        bucket = str(self._get_param("ResourceArn")).rpartition("/")[2]
        store = s3_backends[self.current_account][self.partition]
        if bucket not in store.buckets:
            status, headers, error = error_document(denial("s3express:ListTagsForResource", bucket))
            return status, headers, f"<ErrorResponse>{error}</ErrorResponse>"
        tags = store.tagger.list_tags_for_resource(store.buckets[bucket].arn)["Tags"]
        return ActionResult({"Tags": tags})


ACTION_MAP["BUCKET"]["GET"].update(IAM_NAMES)
ACTION_MAP["BUCKET"]["HEAD"]["DEFAULT"] = "ListBucket"


class Objects:
    """Objects of the account by `s3://` location; a bucket that a run needs is made, unless it was removed."""

    def __init__(self, world: World, region: str) -> None:
        self._world = world
        self._region = region

    def need(self, uri: str) -> None:
        """Make the bucket of a location where it is missing and may be made."""
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
        """Return an object's text; raise `Unresolvable` where there is none."""
        place = self._bucket(uri)
        found = place[0].get_object(place[1], place[2]) if place else None
        if found is None:
            raise Unresolvable(f"there is no object at {uri}")
        return str(found.value.decode())

    def write(self, uri: str, content: bytes, when: datetime = EPOCH) -> None:
        """Put an object, at this time; nothing is written where the bucket was removed."""
        place = self._bucket(uri)
        if place and place[2]:
            made = place[0].put_object(place[1], place[2], content)
            made.last_modified = when.astimezone(UTC).replace(tzinfo=None)

    def list(self, uri: str) -> list[str]:
        """Return the locations of all objects under a location."""
        place = self._bucket(uri)
        if not place:
            return []
        store, bucket, prefix = place
        return [f"s3://{bucket}/{key}" for key in sorted(store.buckets[bucket].keys) if key.startswith(prefix)]

    def delete(self, uri: str) -> None:
        """Delete all objects under a location."""
        for one in self.list(uri):
            found = split_uri(one)
            if found:
                partition, account = s3_backends.bucket_accounts[found[0]]
                s3_backends[account][partition].delete_object(found[0], found[1])
