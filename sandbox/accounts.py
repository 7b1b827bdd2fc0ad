"""SageMaker account for development and tests: add pipelines and buckets, run them, and use it over HTTP."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from moto.s3.models import s3_backends
from moto.s3control.models import s3control_backends

from sandbox import buckets, storage
from sandbox.clients import make_client
from sandbox.names import ACCOUNT, EPOCH, REGION, digits, execution_id
from sandbox.permissions import check
from sandbox.play import run_pipeline
from sandbox.run_options import RunOptions
from sandbox.server import Server
from sandbox.world import Call, Execution, Fault, Pipeline, World, denial

ANYONE = ("sandbox", "sandbox")
Wished = Collection[str] | Mapping[str, str]


class Account:
    """Account while it is open; its ids, names, times and contents are the same at every run."""

    def __init__(self, world: World, server: Server, region: str = REGION) -> None:
        self._world = world
        self._server = server
        self.region = region
        world.start_execution = self._start

    def reset(self) -> None:
        """Empty the account; the server keeps its port."""
        self._server.reset()
        fresh = World(self._world.account)
        for one in fields(fresh):
            if one.name not in ("lock", "start_execution"):
                setattr(self._world, one.name, getattr(fresh, one.name))

    # --- how to reach it ------------------------------------------------------------------------------

    @property
    def endpoint_url(self) -> str:
        """Return the URL at which any AWS client finds the account: `AWS_ENDPOINT_URL`."""
        return self._server.endpoint_url

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables that point any AWS client at the account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": ANYONE[0],
            "AWS_SECRET_ACCESS_KEY": ANYONE[1],
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(
        self,
        service: str,
        region: str | None = None,
        *,
        keys: tuple[str, str] = ANYONE,
        validate: bool = True,
        retries: int = 2,
    ) -> Any:
        """Return a boto3 client for the account, whatever the environment says.

        `validate=False` sends even arguments that botocore would reject. `retries` is how often botocore tries again.
        """
        return make_client(service, region or self.region, self.endpoint_url, keys, validate, retries)

    def principal(self, policy: Mapping[str, Any], *, encryption_keys: bool = False) -> tuple[str, str]:
        """Return access key and secret of somebody who may do exactly what the policy permits.

        Anyone without a policy may do everything. With `encryption_keys` an object in a bucket with a KMS key needs
        kms:Decrypt too, as it does in AWS. The secret is not checked. Raises ValueError where the policy says something
        that the sandbox does not enforce.
        """
        check(policy)
        access_key = "AKIA" + digits(f"principal {len(self._world.policies)}", 16).upper()
        self._world.policies[access_key] = policy
        self._world.enforce_keys |= encryption_keys
        return access_key, "sandbox"

    def environment_of(self, keys: tuple[str, str]) -> dict[str, str]:
        """Return the environment variables that point any AWS client at the account with these keys."""
        return {**self.environment, "AWS_ACCESS_KEY_ID": keys[0], "AWS_SECRET_ACCESS_KEY": keys[1]}

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every SageMaker and S3 call so far, by IAM action; `forget_calls` empties the list."""
        return tuple(self._world.calls)

    def forget_calls(self) -> None:
        """Empty `calls`."""
        self._world.calls.clear()

    # --- pipelines ------------------------------------------------------------------------------------

    def put_pipeline(
        self,
        definition: Mapping[str, Any] | str,
        name: str,
        *,
        tags: Mapping[str, str] | None = None,
        region: str | None = None,
        role: str = "SageMakerPipelineRole",
        display_name: str | None = None,
        description: str | None = None,
        domain_id: str | None = None,
        created: datetime | None = None,
        modified: datetime | None = None,
    ) -> Pipeline:
        """Create the pipeline, or change its definition: executions keep the definition they were started with."""
        place, here = self._world.place(region or self.region), self._world.region(region or self.region)
        text = definition if isinstance(definition, str) else json.dumps(definition)
        known = here.pipelines.get(name)
        first = created or EPOCH - timedelta(days=2)
        last = modified or first
        if known and not modified:
            last = max([known.modified, *(one.last_event for one in known.executions.values())]) + timedelta(hours=1)
        here.pipelines[name] = Pipeline(
            name=name,
            arn=place.arn("pipeline", name),
            definition=text,
            role=role if role.startswith("arn:") else place.role(role),
            created=known.created if known else first,
            modified=last,
            tags=dict(tags if tags is not None else known.tags if known else {}),
            display_name=display_name,
            description=description,
            created_by=self._author(domain_id, region or self.region) if domain_id else {},
            executions=known.executions if known else {},
        )
        return here.pipelines[name]

    def run(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        region: str | None = None,
        start: datetime | None = None,
        fail: Wished = (),
        cached: Collection[str] = (),
        executing: Collection[str] = (),
        stopped: Collection[str] = (),
        attempts: Mapping[str, int] | None = None,
        metrics: Mapping[str, Mapping[str, float]] | None = None,
        reports: Mapping[str, Any] | None = None,
        outputs: Mapping[str, Mapping[str, Any]] | None = None,
        select: Collection[str] | None = None,
        source: str | None = None,
        display_name: str | None = None,
        description: str | None = None,
    ) -> Execution:
        """Run a pipeline once; the options, by step name, are explained at `sandbox.run_options.Wishes`.

        Without `start` it starts a day after the account's last execution. Raises KeyError where there is no such
        pipeline, ValueError where an option or a parameter does not fit the definition.
        """
        where = region or self.region
        pipeline = self._world.region(where).pipelines[name]
        reasons = (
            fail
            if isinstance(fail, Mapping)
            else {step: f"AlgorithmError: {step} exited with 1" for step in _names(fail)}
        )
        wishes = RunOptions(
            fail=reasons,
            cached=_names(cached),
            executing=_names(executing),
            stopped=_names(stopped),
            attempts=attempts or {},
            metrics=metrics or {},
            reports=reports or {},
            outputs=outputs or {},
            select=None if select is None else _names(select),
            source=source,
        )
        arn = self._world.place(where).execution_arn(name, execution_id(name, len(pipeline.executions) + 1))
        return run_pipeline(
            pipeline,
            arn,
            self._world.place(where),
            self._world.region(where),
            storage.Objects(self._world, where),
            start or self._next_start(),
            parameters or {},
            wishes,
            display_name,
            description,
        )

    def _start(self, region: str, name: str, given: Mapping[str, Any]) -> Execution:
        return self.run(name, given, region=region)

    def _next_start(self) -> datetime:
        starts = [
            one.start
            for region in self._world.regions.values()
            for pipeline in region.pipelines.values()
            for one in pipeline.executions.values()
        ]
        return max(starts) + timedelta(days=1) if starts else EPOCH

    def _author(self, domain_id: str, region: str) -> dict[str, str]:
        arn = self._world.place(region).arn("user-profile", f"{domain_id}/data-scientist")
        return {"UserProfileArn": arn, "UserProfileName": "data-scientist", "DomainId": domain_id}

    def add_domain(self, name: str, domain_id: str | None = None, *, region: str | None = None) -> str:
        """Add a SageMaker domain and return its id."""
        where = region or self.region
        known = domain_id or "d-" + digits(f"domain {name}", 12)
        self._world.region(where).domains.append(
            {
                "DomainArn": self._world.place(where).arn("domain", known),
                "DomainId": known,
                "DomainName": name,
                "Status": "InService",
                "CreationTime": EPOCH - timedelta(days=30),
                "LastModifiedTime": EPOCH - timedelta(days=30),
                "Url": f"https://{known}.studio.{where}.sagemaker.aws",
            }
        )
        return known

    def describe(self, operation: str, name: str, *, region: str | None = None) -> dict[str, Any]:
        """Return the response that a run has left for a Describe operation, to be changed at will.

        `operation` is SageMaker's name (`DescribeTrainingJob`). Raises KeyError where there is no such response.
        """
        return self._world.region(region or self.region).answers[operation, name.lower()]

    def approve(
        self, package_arn: str, status: str = "Approved", *, by: str = "reviewer", description: str = ""
    ) -> None:
        """Approve a model package (or set another `ModelApprovalStatus`) an hour after it was made.

        Raises KeyError where there is no such package.
        """
        region = package_arn.split(":")[3]
        package = self._world.region(region).answers["DescribeModelPackage", package_arn.lower()]
        package["ModelApprovalStatus"] = status
        package["ApprovalDescription"] = description or f"{status} by {by}"
        package["LastModifiedTime"] = package["CreationTime"] + timedelta(hours=1)
        who = self._world.place(region).arn("user-profile", f"d-reviews/{by}")
        package["LastModifiedBy"] = {"UserProfileArn": who, "UserProfileName": by, "DomainId": "d-reviews"}

    def put_answer(self, operation: str, name: str, document: Mapping[str, Any], *, region: str | None = None) -> None:
        """Set the response of a Describe operation for `name`."""
        self._world.region(region or self.region).keep(operation, name, dict(document))

    def forget(self, operation: str, name: str, *, region: str | None = None) -> None:
        """Delete a resource that a run has made: a job that has been deleted since, for example.

        Raises KeyError where there is none.
        """
        del self._world.region(region or self.region).answers[operation, name.lower()]

    # --- buckets --------------------------------------------------------------------------------------

    def add_bucket(
        self,
        name: str,
        *,
        region: str | None = None,
        owner: str = ACCOUNT,
        encryption: str | None = "AES256",
        kms_key: str | None = None,
        bucket_key: bool = False,
        versioning: str | None = None,
        block: buckets.Block = True,
        ownership: str | None = "BucketOwnerEnforced",
        acl: str | None = None,
        policy: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add a bucket, with AWS's defaults for what is not given.

        `encryption=None`, `block=None` and `ownership=None` mean not configured, as on an old bucket. `block` may be a
        mapping of the four flags. `policy` is a bucket policy, `acl` a canned ACL (`public-read`).
        """
        buckets.make(
            name,
            region or self.region,
            owner=owner,
            encryption=encryption,
            kms_key=kms_key,
            bucket_key=bucket_key,
            versioning=versioning,
            block=block,
            ownership=ownership,
            acl=acl,
            policy=policy,
            tags=tags,
        )
        self._world.gone.discard(name)

    def remove_bucket(self, name: str) -> None:
        """Delete a bucket with all that is in it; no run makes it again. Raises KeyError where there is none."""
        partition, owner = s3_backends.bucket_accounts.pop(name)
        del s3_backends[owner][partition].buckets[name]
        self._world.gone.add(name)

    def put_object(self, uri: str, content: bytes | str) -> None:
        """Put an object; its bucket is made where it is missing."""
        storage.Objects(self._world, self.region).write(uri, content.encode() if isinstance(content, str) else content)

    def block_public_access(self, block: buckets.Block = True) -> None:
        """Set the account's own public access block; `None` means that there is none."""
        held = s3control_backends[self._world.account]["aws"]
        held.public_access_block = None if block is None else buckets.blocks(block)

    # --- what goes wrong ------------------------------------------------------------------------------

    def deny(self, action: str, resource: str = "*") -> None:
        """Refuse an IAM action (`s3:Get*`, `sagemaker:DescribeTrainingJob`) on a bucket, name or ARN; `*` matches."""
        self._world.faults.append(denial(action, resource))

    def fault(
        self,
        action: str,
        resource: str = "*",
        *,
        code: str = "ThrottlingException",
        message: str = "Rate exceeded",
        status: int = 400,
        times: int | None = None,
        delay: float = 0.0,
    ) -> None:
        """Make calls end in an error, `times` times (`None`: always), after `delay` seconds."""
        self._world.faults.append(Fault(action, resource, code, message, status, times, delay))

    def slow(self, action: str, seconds: float, resource: str = "*", times: int | None = None) -> None:
        """Make calls wait `seconds` before their response."""
        self._world.faults.append(Fault(action, resource, None, "", 200, times, seconds))

    def mend(self) -> None:
        """Take back every `deny`, `fault` and `slow`."""
        self._world.faults.clear()


def _names(names: Collection[str]) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names)


@contextmanager
def account(port: int = 0, region: str = REGION) -> Iterator[Account]:
    """Open an empty account on the loopback interface; it is gone at the end.

    Port 0 stands for a free one. Raises RuntimeError where another account is open in this process, OSError where the
    port is in use.
    """
    world = World()
    with Server(world, port) as server:
        yield Account(world, server, region)
