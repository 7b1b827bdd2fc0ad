"""An account that really runs pipelines, and a store in a folder to scan it into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import sandbox
from chalicelib.aws.reads import Reads
from chalicelib.core.account.graph import AccountGraph, parse_graph
from chalicelib.core.account.query import parse_impact_query
from chalicelib.routes.impact import answer_impact
from chalicelib.routes.known import from_store
from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.run import scan
from chalicelib.settings import Settings
from chalicelib.store.layout import Region
from chalicelib.store.opening import open_store
from sandbox.names import ACCOUNT, REGION

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass
class Scanner:
    """Scans the account into a folder; `now` is a matter of the test, and `said` what the terminal shows."""

    account: sandbox.Account
    folder: Path
    now: datetime = BEGIN
    said: StringIO = field(default_factory=StringIO)

    def reads(self, region: str) -> Reads:
        clients = {name: self.account.client(name, region, retries=0) for name in ("sagemaker", "s3", "s3control")}
        further = {
            "account_public_access_block": clients["s3control"].get_public_access_block,
            "directory_bucket_encryption": clients["s3"].get_bucket_encryption,
            "directory_bucket_tags": clients["s3control"].list_tags_for_resource,
            "directory_bucket_policy": clients["s3"].get_bucket_policy,
            "directory_bucket_lifecycle": clients["s3"].get_bucket_lifecycle_configuration,
        }
        clients["s3control"].meta.events.register("before-sign.s3-control", _by_address)
        names = [name for name in Reads._fields if name not in further]
        s3 = {name for name in names if hasattr(clients["s3"], name)}
        methods = {name: getattr(clients["s3" if name in s3 else "sagemaker"], name) for name in names}
        return Reads(**methods, **further)

    def scan(self, later: timedelta = timedelta(0), *, enable_search: bool = False, **options: Any) -> Any:
        """Scan so much later than the last time; gives the coverage. Only this scan's calls are in `account.calls`."""
        self.now += later
        self.account.forget_calls()
        settings = Settings(enable_search=enable_search)
        return scan(
            open_store(str(self.folder), create=True),
            [REGION],
            self.reads,
            settings,
            Options(sensitive_tags=settings.sensitive_tags, **options),
            now=lambda: self.now,
            progress=Progress(self.said),
        )

    def ask_impact(self, start: str) -> Any:
        """Ask the store `GET /impact`."""
        query = parse_impact_query({"start": [start]}, [REGION])
        return answer_impact(from_store(open_store(str(self.folder)), None, lambda _files, _tags, read: read()), query)

    @property
    def asked(self) -> set[str]:
        """The operations of the last scan, without the service's name."""
        return {call.action.partition(":")[2] for call in self.account.calls}

    @property
    def region(self) -> Region:
        return open_store(str(self.folder)).region(ACCOUNT, REGION)

    @property
    def graph(self) -> AccountGraph:
        return parse_graph(self.region.read("graph.json.gz") or {})

    @property
    def state(self) -> dict[str, Any]:
        return self.region.read("scan.json") or {}

    def files(self) -> dict[str, bytes]:
        """Every file of the store, by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


def _by_address(request: Any, **_: Any) -> None:
    request.url = request.url.replace(f"{ACCOUNT}.127.0.0.1", "127.0.0.1")


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    with sandbox.account() as opened:
        for bucket in ("lake", "models", "play-data"):
            opened.add_bucket(bucket)
        yield Scanner(opened, tmp_path / "store")
