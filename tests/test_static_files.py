"""The page at the API's root: its own files only, wherever the stage puts it."""

from pathlib import Path

import pytest

from chalicelib.static_files import entry, static_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text('<script src="viewer/app-1a2b.js"></script><link href="viewer/app-3c.css">')
    (tmp_path / "app-1a2b.js").write_text("start()")
    (tmp_path.parent / "secret.js").write_text("no")
    return tmp_path


@pytest.mark.parametrize("path", ["/", "/prod/", ""])
def test_below_a_slash_the_pages_files_are_beside_it(folder: Path, path: str) -> None:
    page = entry(path, folder)

    assert page is not None
    assert b'src="viewer/app-1a2b.js"' in page.content


def test_without_the_slash_the_stage_is_put_before(folder: Path) -> None:
    page = entry("/prod", folder)

    assert page is not None
    assert b'src="prod/viewer/app-1a2b.js"' in page.content
    assert b'href="prod/viewer/app-3c.css"' in page.content


def test_a_hostile_path_changes_nothing(folder: Path) -> None:
    assert entry('/"><script>', folder) == entry("/", folder)


def test_the_page_may_ask_its_own_origin_alone_and_is_asked_about_again(folder: Path) -> None:
    page = entry("/", folder)

    assert page is not None
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-cache"


def test_a_file_with_its_hash_in_its_name_may_be_kept(folder: Path) -> None:
    file = static_file("app-1a2b.js", folder)

    assert file is not None
    assert file.content == b"start()"
    assert "immutable" in file.headers["Cache-Control"]
    assert file.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "name", ["../secret.js", "..%2fsecret.js", "/etc/passwd", "nope.js", "app-1a2b", ".js", "a.py"]
)
def test_nothing_but_the_pages_own_files_is_served(folder: Path, name: str) -> None:
    assert static_file(name, folder) is None


def test_where_the_page_was_not_built_there_is_none(tmp_path: Path) -> None:
    assert entry("/", tmp_path / "nowhere") is None


def test_the_notices_keep_their_name_and_are_asked_about_again(folder: Path) -> None:
    (folder / "third-party-notices.txt").write_text("MIT")

    file = static_file("third-party-notices.txt", folder)

    assert file is not None
    assert file.headers["Cache-Control"] == "no-cache"
