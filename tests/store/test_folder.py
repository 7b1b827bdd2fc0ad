"""A store in a folder: whole files, conditional writes, nothing left behind."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.store.blobs import Conflict, tag_of
from chalicelib.store.folder import Folder
from chalicelib.store.layout import Region, Store
from chalicelib.store.opening import open_store
from tests.builders.accounts import ACCOUNT, REGION, answer, node

BUSY_WRITER = """
import sys, time
from pathlib import Path
from chalicelib.store import folder
folder.os.fsync = lambda _: (print("writing", flush=True), time.sleep(60))
folder.Folder(Path(sys.argv[1])).write("a/b", b"half", None)
"""


def region(folder: Path) -> Region:
    return Store(Folder(folder)).region(ACCOUNT, REGION)


def test_a_file_is_written_only_over_what_its_writer_saw(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    first = folder.write("a/b", b"1", None)

    with pytest.raises(Conflict):
        folder.write("a/b", b"2", None)
    with pytest.raises(Conflict):
        folder.write("a/b", b"2", tag_of(b"0"))
    folder.write("a/b", b"2", first)

    assert folder.read("a/b") == (b"2", tag_of(b"2"))
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b"]


def test_two_writers_of_one_document_lose_nothing_of_each_other(tmp_path: Path) -> None:
    ours, theirs = region(tmp_path), region(tmp_path)
    asked: list[object] = []

    def ours_last(there: dict[str, object] | None) -> dict[str, object]:
        if not asked:
            theirs.put("scan.json", {"theirs": 1})
        asked.append(there)
        return {**(there or {}), "ours": 1}

    ours.update("scan.json", ours_last)

    assert asked == [None, {"theirs": 1}]
    assert ours.read("scan.json") == {"theirs": 1, "ours": 1}


def test_the_same_document_has_the_same_bytes_and_is_not_written_twice(tmp_path: Path) -> None:
    kept = region(tmp_path)

    assert kept.put("serving.json.gz", {"a": "é"})
    first = (tmp_path / kept.folder / "serving.json.gz").read_bytes()
    assert not kept.put("serving.json.gz", {"a": "é"})

    assert first[3:8] == bytes(5)  # neither a name nor a time: https://www.rfc-editor.org/rfc/rfc1952
    assert json.loads(gzip.decompress(first)) == {"a": "é"}


def test_an_older_answer_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    kept = region(tmp_path)
    newer = answer("p", node("A"), execution="e2", start="2026-03-02T00:00:00+00:00")

    kept.keep_latest("p", newer)

    assert not kept.keep_latest("p", answer("p", node("A"), execution="e1"))
    assert kept.answer("p") == newer


def test_the_parts_of_a_killed_writer_go_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-c", BUSY_WRITER, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"

        assert Folder(tmp_path).tidy() == 0
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert Folder(tmp_path).tidy() == 1

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    started = time.monotonic()
    Folder(tmp_path).write("a/b", b"whole", None)  # no lock outlives its process
    assert time.monotonic() - started < 30


def test_a_store_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="nowhere: no such store"):
        open_store(f"file://{tmp_path}/nowhere")


def test_a_newer_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "v2" / "account=123456789012").mkdir(parents=True)

    with pytest.raises(StoreUnreadable, match="version 2, and this product reads 1"):
        open_store(str(tmp_path)).regions()


@pytest.mark.parametrize("damage", [b"", b"{}", gzip.compress(b"[]", mtime=0), gzip.compress(b"{", mtime=0)])
def test_a_damaged_file_is_one_line_that_names_it(tmp_path: Path, damage: bytes) -> None:
    kept = region(tmp_path)
    kept.put("graph.json.gz", {})
    (tmp_path / kept.folder / "graph.json.gz").write_bytes(damage)

    with pytest.raises(StoreUnreadable, match=r"graph.json.gz in the store is damaged"):
        kept.read("graph.json.gz")


def test_the_regions_and_answers_of_a_store_are_listed_in_order(tmp_path: Path) -> None:
    store = Store(Folder(tmp_path))
    for name in ("us-east-1", "eu-west-1"):
        store.region(ACCOUNT, name).keep("b", "e1", answer("b"))
        store.region(ACCOUNT, name).keep_latest("a", answer("a"))

    assert [each.name for each in store.regions()] == ["eu-west-1", "us-east-1"]
    assert list(store.regions()[0].answers()) == [("a", None), ("b", "e1")]
