"""A store in S3: conditional writes, one clear error, and the folder's very bytes; asked over HTTP by real boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import sandbox
from chalicelib import program
from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.store import opening
from chalicelib.store.blobs import Conflict
from chalicelib.store.layout import Store
from chalicelib.store.opening import open_store
from chalicelib.web.handlers import get_impact
from chalicelib.web.respond import local_text
from tests.builders.played import definition, processing
from tests.builders.sessions import start_session
from tools import policy

BUCKET = "kept-lineage"
STORE = f"s3://{BUCKET}/answers"
REGION = "ap-northeast-2"


@pytest.fixture(scope="module")
def opened() -> Iterator[sandbox.Account]:
    with sandbox.account() as account:
        yield account


@pytest.fixture
def account(opened: sandbox.Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[sandbox.Account]:
    opened.reset()
    opened.add_bucket(BUCKET)
    become(opened.environment, monkeypatch)
    yield opened
    become({}, monkeypatch)


def become(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Be somebody else: a process keeps its credentials, and its client of a store."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    start_session()
    opening._in_s3.cache_clear()


def store(account: sandbox.Account) -> Store:
    assert account.endpoint_url
    return open_store(STORE)


def run(*arguments: str) -> int:
    return program.main(list(arguments))


def play(account: sandbox.Account) -> None:
    account.put_pipeline(definition(processing("Clean", {"in": "s3://lake/raw"}, {"out": "s3://lake/clean"})), "etl")
    account.run("etl")


def test_an_object_is_written_only_over_what_its_writer_saw(account: sandbox.Account) -> None:
    blobs = store(account).blobs
    first = blobs.write("a/b", b"1", None)

    with pytest.raises(Conflict):
        blobs.write("a/b", b"2", None)
    second = blobs.write("a/b", b"2", first)
    with pytest.raises(Conflict):
        blobs.write("a/b", b"3", first)

    assert blobs.read("a/b") == (b"2", second)


def test_an_object_that_was_deleted_in_between_is_a_conflict(account: sandbox.Account) -> None:
    blobs = store(account).blobs
    seen = blobs.write("a/b", b"1", None)
    blobs.delete("a/b")

    with pytest.raises(Conflict):
        blobs.write("a/b", b"2", seen)

    assert blobs.read("a/b") is None


def test_paths_and_names_are_those_below_the_prefix(account: sandbox.Account) -> None:
    blobs = store(account).blobs
    for path in ("v1/account=1/x", "v1/account=2/y", "v1/z"):
        blobs.write(path, b"", None)
    account.put_object(f"s3://{BUCKET}/another/v1/account=3/x", "")

    assert list(blobs.paths("v1/")) == ["v1/account=1/x", "v1/account=2/y", "v1/z"]
    assert (blobs.names(""), blobs.names("v1")) == (["v1"], ["account=1", "account=2"])


def test_a_scan_into_a_bucket_has_the_bytes_of_one_into_a_folder(
    account: sandbox.Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(account)

    codes = [run("scan", "--store", where, "--region", REGION) for where in (STORE, str(tmp_path))]

    kept, folder = store(account).blobs, open_store(str(tmp_path)).blobs
    paths = [path for path in folder.paths("") if not path.endswith("scan.json")]

    assert codes == [0, 0], capsys.readouterr().err
    assert sorted(kept.paths("")) == sorted(folder.paths(""))
    assert [path for path in paths if (kept.read(path) or (b"",))[0] != (folder.read(path) or (b"",))[0]] == []


def test_what_a_bucket_keeps_answers_the_command_line(
    account: sandbox.Account, capsys: pytest.CaptureFixture[str]
) -> None:
    play(account)
    run("scan", "--store", STORE, "--region", REGION)
    capsys.readouterr()

    code = run("impact", "--store", STORE, "--start", "s3://lake/raw")

    body: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert code == 0
    assert [node["id"] for node in body["nodes"]] == ["step:etl/Clean", "data:s3://lake/clean"]


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:ListBucket"])
def test_a_store_that_may_not_be_read_is_one_clear_error(account: sandbox.Account, action: str) -> None:
    store(account).blobs.write("v1/account=123456789012/region=eu-west-1/scan.json", b"{}", None)
    account.deny(action, f"{BUCKET}*")

    with pytest.raises(StoreUnreadable, match=f"{STORE}/: {action} was answered with AccessDenied"):
        [region.read("scan.json") for region in store(account).regions()]


def test_a_bucket_that_is_not_there_is_one_clear_line(
    account: sandbox.Account, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("impact", "--store", "s3://no-such-store/x", "--start", "s3://lake/raw")

    assert code == 1
    assert capsys.readouterr().err.strip().endswith("s3:ListBucket was answered with NoSuchBucket")
    assert account.calls


def test_the_apis_own_policy_is_enough_to_answer_from_the_store_and_writes_nothing(
    account: sandbox.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(account)
    run("scan", "--store", STORE, "--region", REGION)
    config = json.loads((policy.CHALICE / "config.json").read_text())
    config["stages"]["dev"]["environment_variables"] = {"LINEAGE_STORE": STORE}
    scope = json.loads((policy.CHALICE / "scope.json").read_text())
    keys = account.principal(policy.policy("dev", (policy.ROOT / "app.py").read_text(), config, scope))
    become(account.environment_of(keys), monkeypatch)
    account.forget_calls()
    made = make_service(Settings(lineage_store=STORE), {})

    body = json.loads(local_text(get_impact, "/impact", {"start": ["s3://lake/raw"], "region": [REGION]}, made))

    assert [node["id"] for node in body["nodes"]] == ["step:etl/Clean", "data:s3://lake/clean"]
    assert {call.action for call in account.calls} == {"s3:GetObject", "s3:ListBucket"}
    with pytest.raises(StoreUnreadable, match="s3:PutObject was answered with AccessDenied"):
        open_store(STORE).blobs.write("v1/x", b"", None)
    with pytest.raises(StoreUnreadable, match="s3:ListBucket was answered with AccessDenied"):
        open_store(f"s3://{BUCKET}/another").regions()
