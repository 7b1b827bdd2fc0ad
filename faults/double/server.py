"""The double's server: one account an access key (or key and region), with its own latency, limit, faults and log."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from faults.double import s3, sagemaker
from faults.double.account import ACCOUNT, DIRECTORY
from faults.double.faults import FAULTS, Bucket, Call, missing, refuse, throttled
from faults.double.search import ODD, NotSearched
from faults.double.wire import Connection, Message, Outcome, Response

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
CONTROL = "/_double"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(slots=True)
class Planted:
    """A fault: for which operation (`*`: all but those in `spares`), on which resources, how often."""

    fault: str
    operation: str
    contains: str = ""
    times: int | None = None
    spares: tuple[str, ...] = ()

    def hits(self, call: Call) -> bool:
        """Return whether this call meets it; meeting it uses it up."""
        named = self.operation == call.operation or (self.operation == "*" and call.operation not in self.spares)
        if not named or self.contains not in call.resource or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(slots=True)
class Entry:
    """One line of the call log; times are of this machine's monotonic clock, in seconds."""

    operation: str
    resource: str
    region: str
    arguments: str
    start: float
    end: float | None
    status: int | None


@dataclass(slots=True)
class Account:
    """What one access key meets."""

    latency: float = 0.0
    limits: list[tuple[str, Bucket]] = field(default_factory=list)
    faults: list[Planted] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)

    def configure(self, wanted: Mapping[str, Any]) -> None:
        """Take new settings; the log begins anew."""
        self.latency = wanted.get("latency_ms", 0) / 1000
        limit = wanted.get("limit") or []
        limits = limit if isinstance(limit, list) else [limit]
        self.limits = [(each["operations"], Bucket(each["rate"], each["burst"])) for each in limits]
        self.faults = [Planted(**{**one, "spares": tuple(one.get("spares", ()))}) for one in wanted.get("faults", ())]
        self.log = []

    def meets(self, call: Call, now: float) -> Outcome:
        """Return what becomes of a call, and write a line in the log."""
        outcome = self._outcome(call, now)
        outcome = replace(outcome, delay=self.latency)
        end = now + self.latency if outcome.response else None
        status = outcome.response.status if outcome.response else None
        self.log.append(Entry(call.operation, call.resource, call.region, call.arguments, now, end, status))
        return outcome

    def _outcome(self, call: Call, now: float) -> Outcome:
        if any(call.operation.startswith(named) and not bucket.takes(now) for named, bucket in self.limits):
            return throttled(call)
        planted = next((one for one in self.faults if one.hits(call)), None)
        if planted is None:
            return truth(call)
        if planted.fault in ODD:
            found = truth(call).response
            return _json(ODD[planted.fault](json.loads(found.body))) if found and found.status == 200 else truth(call)
        if planted.fault != "cut":
            return FAULTS[planted.fault](call)
        whole = truth(call)
        return replace(whole, response=whole.response and replace(whole.response, cut=True))


def truth(call: Call) -> Outcome:
    """Return what the account really holds."""
    try:
        return _sagemaker(call) if call.protocol == "json" else _s3(call)
    except sagemaker.NotThere:
        return missing(call)
    except NotSearched:
        return refuse(call, 400, "ValidationException", "Unknown property name")
    except s3.Refusal as refusal:
        return refuse(call, refusal.status, refusal.code, "Refused")


def _sagemaker(call: Call) -> Outcome:
    answerer = sagemaker.OPERATIONS.get(call.operation)
    if answerer is None:
        return refuse(call, 400, "UnknownOperationException", "No such operation")
    return _json(answerer(json.loads(call.arguments), call.region))


def _json(body: Mapping[str, Any]) -> Outcome:
    return Outcome(Response(200, json.dumps(body).encode(), {"Content-Type": "application/x-amz-json-1.1"}))


def _s3(call: Call) -> Outcome:
    bucket, _, key = call.resource.partition("/")
    if call.operation == "GetAccountPublicAccessBlock":
        return _xml(s3.account_block())
    if not s3.exists(bucket):
        raise s3.Refusal(404, "NoSuchBucket")
    if call.operation == "ListTagsForResource":
        return _xml(s3.resource_tags(bucket))
    if bucket.endswith(DIRECTORY) and "ExpectedBucketOwner" in call.arguments:
        raise s3.Refusal(501, "NotImplemented")
    if json.loads(call.arguments or "{}").get("ExpectedBucketOwner", ACCOUNT) != ACCOUNT:
        raise s3.Refusal(403, "AccessDenied")
    if call.operation == "GetObject":
        return Outcome(Response(200, s3.object_of(bucket, key), {"Content-Type": "application/json"}))
    if call.operation == "HeadBucket":
        return Outcome(Response(200, b"", {"x-amz-bucket-region": call.region}))
    answerer = next(answer for operation, answer in s3.SUBRESOURCES.values() if operation == call.operation)
    if call.operation == "GetBucketPolicy":
        return Outcome(Response(200, answerer(bucket, call.region).encode(), {"Content-Type": "application/json"}))
    return _xml(answerer(bucket, call.region))


def _xml(text: str) -> Outcome:
    return Outcome(Response(200, (XML_HEAD + text).encode(), {"Content-Type": "application/xml"}))


def call_of(message: Message, region: str) -> Call:
    """Return the AWS call that a request is."""
    target = message.headers.get("x-amz-target")
    if target:
        arguments = sagemaker.arguments_of(message.body)
        resource = sagemaker.resource_of(arguments)
        return Call(target.rpartition(".")[2], "json", resource, region, json.dumps(arguments))
    if message.path.startswith("/v20180820/tags/"):
        arn = unquote(message.path.removeprefix("/v20180820/tags/"))
        arguments = {"AccountId": message.headers.get("x-amz-account-id", ""), "ResourceArn": arn}
        return Call("ListTagsForResource", "xml", arn.rpartition("/")[2], region, json.dumps(arguments))
    if message.path.startswith("/v20180820/"):
        return Call("GetAccountPublicAccessBlock", "xml", message.headers.get("x-amz-account-id", ""), region)
    resource = message.path.lstrip("/")
    if message.method == "HEAD":
        return Call("HeadBucket", "xml", resource, region)
    operation = next((s3.SUBRESOURCES[name][0] for name in message.query if name in s3.SUBRESOURCES), None)
    operation = operation or ("GetObject" if "/" in resource.rstrip("/") else "ListObjects")
    return Call(operation, "xml", resource, region, _bucket_arguments(resource, message.headers))


def _bucket_arguments(resource: str, headers: Mapping[str, str]) -> str:
    """Return the arguments of a read of S3, as JSON, so that whoever reads the log can make the call again."""
    bucket, _, key = resource.partition("/")
    said = {"Bucket": bucket, "Key": key, "ExpectedBucketOwner": headers.get("x-amz-expected-bucket-owner")}
    return json.dumps({name: value for name, value in said.items() if value})


class Server:
    """Takes every request of every account; `/_double/<key>` configures one (POST) and reads its log (GET).

    `<key>:<region>` is an account of its own once it has been configured.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def handle(self, message: Message) -> Outcome:
        """Return what becomes of a request."""
        if message.path.startswith(CONTROL):
            return self._control(message)
        scope = CREDENTIAL.search(message.headers.get("authorization", ""))
        if scope is None:
            return Outcome(Response(403, b"", {}))
        of_region = self._accounts.get(f"{scope[1]}:{scope[2]}")
        return (of_region or self._account(scope[1])).meets(call_of(message, scope[2]), time.monotonic())

    def _account(self, key: str) -> Account:
        return self._accounts.setdefault(key, Account())

    def _control(self, message: Message) -> Outcome:
        account = self._account(message.path.rpartition("/")[2])
        if message.method == "POST":
            account.configure(json.loads(message.body or b"{}"))
            return Outcome(Response(200, b"{}", {}))
        log = [asdict(entry) for entry in account.log]
        return Outcome(Response(200, json.dumps(log).encode(), {"Content-Type": "application/json"}))


async def serve(port: int = 0) -> None:
    """Serve on loopback until cancelled; say the port on standard output when it is ready."""
    server = Server()
    listening = await asyncio.get_running_loop().create_server(
        lambda: Connection(server.handle), "127.0.0.1", port, backlog=1024
    )
    print(listening.sockets[0].getsockname()[1], flush=True)
    async with listening:
        await listening.serve_forever()
