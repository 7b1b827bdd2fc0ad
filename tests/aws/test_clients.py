"""What the clients hand over is what `Reads` names."""

from __future__ import annotations

from chalicelib.aws.clients import Clients

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


def test_a_regions_reads_are_made_once() -> None:
    assert CLIENTS.reads("eu-west-1") is CLIENTS.reads("eu-west-1")
    assert CLIENTS.reads("eu-west-1") is not CLIENTS.reads("us-east-1")


def test_sagemaker_is_known_in_every_partition() -> None:
    assert {"eu-west-1", "cn-north-1", "us-gov-west-1"} <= set(CLIENTS.regions())
