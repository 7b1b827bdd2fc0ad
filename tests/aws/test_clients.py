"""What the clients hand over is what `Reads` names."""

from __future__ import annotations

import pytest
from botocore.awsrequest import AWSPreparedRequest

from chalicelib.aws.clients import Clients
from tests.builders.sessions import start_session

CLIENTS = Clients(default_region="eu-west-1", s3_timeout_ms=3000, connections=64)


def test_each_read_is_the_clients_method_of_that_name() -> None:
    reads = CLIENTS.reads("eu-west-1")

    names = {name: read.__name__ for name, read in reads._asdict().items()}

    assert names.pop("account_public_access_block") == "get_public_access_block"
    assert {name: names.pop(name) for name in list(names) if name.startswith("directory_bucket")} == {
        "directory_bucket_encryption": "get_bucket_encryption",
        "directory_bucket_tags": "list_tags_for_resource",
        "directory_bucket_policy": "get_bucket_policy",
        "directory_bucket_lifecycle": "get_bucket_lifecycle_configuration",
    }
    assert {name for name, method in names.items() if name != method} == set()


def test_no_session_is_asked_for_a_directory_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings are asked of S3's Regional endpoint; a session would be for its objects."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    start_session()  # another test's may know another endpoint
    reads = Clients(default_region="eu-west-1", s3_timeout_ms=3000, connections=1).reads("eu-west-1")
    sent: list[str] = []

    def hold_back(request: AWSPreparedRequest, **_: object) -> None:
        sent.append(request.url)
        raise ConnectionError

    reads.get_object.__self__.meta.events.register("before-send.s3", hold_back)  # type: ignore[attr-defined]
    for read, further in ((reads.directory_bucket_encryption, {}), (reads.get_object, {"Key": "report.json"})):
        with pytest.raises(ConnectionError):
            read(Bucket="fast--euw1-az1--x-s3", **further)

    assert sent == [
        "https://s3express-control.eu-west-1.amazonaws.com/fast--euw1-az1--x-s3?encryption",
        "https://fast--euw1-az1--x-s3.s3express-euw1-az1.eu-west-1.amazonaws.com/report.json",
    ]


def test_a_regions_reads_are_made_once() -> None:
    assert CLIENTS.reads("eu-west-1") is CLIENTS.reads("eu-west-1")
    assert CLIENTS.reads("eu-west-1") is not CLIENTS.reads("us-east-1")


def test_sagemaker_is_known_in_every_partition() -> None:
    assert {"eu-west-1", "cn-north-1", "us-gov-west-1"} <= set(CLIENTS.regions())
