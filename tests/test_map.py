"""The maps that the project draws of itself name every part, and nothing that is not there."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_MODULES = 12
TESTS = ROOT / "tests"
OF_THE_WHOLE = {"api", "corpus", "faults", "sandbox", "scale", "tools"}
"""Folders of tests through the front door, and of what stands beside the service."""
ELSEWHERE = {
    "core": "tests/routes/test_lineage.py",
    "http": "tests/api/test_door.py",
    "logs": "tests/api/test_door.py",
    "service": "tests/test_policy_in_force.py",
    "terminal": "tests/test_cli_definitions.py",
}
"""Tests of what a request shows better than a call: the lineage as a whole, events and replies, lines of log."""


ABOUT_A_ROUTE = {"routes/test_account.py", "formats/test_shapes.py"}
"""Tests of `GET /account` whole, and of all the shapes in `formats/types`; other modules have these names too."""
NO_VERBS = frozenset(
    "a an the this these its it what which whether why how when where who every each all any both no nothing one two"
    " three another whoever whatever".split()
)
"""Words with which noun phrases begin: `Return the name`, and not `The name`. Ruff's D401 knows fewer."""


def parts_of(package: Path) -> set[str]:
    """The modules and packages directly in a package."""
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in package.glob("*/__init__.py")}


def packages(root: Path) -> Iterator[Path]:
    """A package and all packages below it."""
    yield from sorted(path.parent for path in root.rglob("__init__.py"))


def layers_of(container: str) -> set[str]:
    """The parts that import-linter's contract on a package puts in order."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if container in contract.get("containers", ()))
    return {name.strip() for layer in layers for name in layer.split("|")}


@pytest.mark.parametrize("name", ["chalicelib", "chalicelib.core"])
def test_a_packages_docstring_and_its_contract_name_its_parts(name: str) -> None:
    lines = re.findall(r"^(`[a-z_]+`(?:, `[a-z_]+`)*)  ", import_module(name).__doc__ or "", re.MULTILINE)

    named = {word for line in lines for word in re.findall(r"`([a-z_]+)`", line)}

    assert named == parts_of(ROOT / name.replace(".", "/")) == layers_of(name)


def test_no_room_has_more_modules_than_a_reader_takes_in_at_once() -> None:
    crowded = {
        str(package.relative_to(ROOT)): count
        for package in packages(ROOT / "chalicelib")
        if (count := len(list(package.glob("*.py"))) - 1) > MOST_MODULES
    }

    assert not crowded


@pytest.mark.parametrize("root", ["chalicelib", "sandbox", "faults", "bench", "tools", "corpus"])
def test_every_package_says_what_it_is(root: str) -> None:
    silent = [
        str(package.relative_to(ROOT))
        for package in packages(ROOT / root)
        if not (package / "__init__.py").read_text().startswith('"""')
    ]

    assert not silent


@pytest.mark.parametrize("root", ["chalicelib", "sandbox", "faults", "bench", "tools"])
def test_a_functions_docstring_begins_with_a_verb(root: str) -> None:
    begun = {
        f"{path.relative_to(ROOT)}: {node.name}": (ast.get_docstring(node) or "Return").split()[0].strip(",.:;")
        for path in (ROOT / root).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert not {place: word for place, word in begun.items() if word.lower() in NO_VERBS or not word.isalpha()}


def test_the_architecture_names_every_part_and_only_what_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    tree = re.findall(
        r"^ {0,6}([a-z_]+)(?:/|\.py)  +\S", re.split(r"^```.*$", text, flags=re.MULTILINE)[3], re.MULTILINE
    )

    rooms = {package.name for package in packages(ROOT / "chalicelib")}

    assert rooms <= set(tree) | {"types"}
    assert parts_of(ROOT / "chalicelib") <= set(tree)

    for path in re.findall(r"`((?:chalicelib|sandbox|faults|bench|corpus|tools|tests|docs)/[A-Za-z0-9_./]*)`", text):
        assert (ROOT / path).exists(), path


def imports_in(package: Path) -> set[tuple[str, str]]:
    """Which part of a package imports which other."""
    whole = ".".join(package.relative_to(ROOT).parts)
    found = set()
    for path in package.rglob("*.py"):
        part = path.relative_to(package).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{whole}."):
                below = str(node.module).removeprefix(whole).removeprefix(".").partition(".")[0]
                found |= {(part, other) for other in ([below] if below else [name.name for name in node.names])}
    parts = parts_of(package)
    return {(one, other) for one, other in found if one != other and {one, other} <= parts}


def test_the_pictures_arrows_are_the_imports_that_no_others_imply() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text().partition("```mermaid")[2].partition("```")[0]
    drawn = {
        (one.rstrip("_"), other.rstrip("_"))
        for one, other in re.findall(r'^ +([a-z_]+)(?:\["[^"]*"\])? --> ([a-z_]+)', text, re.MULTILINE)
    }

    imported = {
        arrow
        for package in (ROOT / "chalicelib", ROOT / "chalicelib" / "core")
        for arrow in nx.transitive_reduction(nx.DiGraph(imports_in(package))).edges
    }

    assert {arrow for arrow in drawn if not {"app", "dump"} & {*arrow}} == imported


def found_for(module: Path) -> list[Path]:
    """A module's tests: the file of its name, else that of its room, else those in the nearest room that has some."""
    path = module.relative_to(ROOT / "chalicelib").with_suffix("")
    for part in (path, *path.parents):
        own = TESTS / part.parent / f"test_{part.name}.py"
        if own.is_file():
            return [own]
        if part != path and part.name and (inside := sorted((TESTS / part).glob("test_*.py"))):
            return inside
    return [ROOT / ELSEWHERE[part.as_posix()] for part in (path, *path.parents) if part.as_posix() in ELSEWHERE]


def test_a_modules_tests_are_found_by_its_name_or_its_room() -> None:
    modules = [path for path in (ROOT / "chalicelib").rglob("*.py") if path.stem != "__init__"]

    lost = [str(each.relative_to(ROOT)) for each in modules if not any(map(Path.is_file, found_for(each)))]

    assert not lost


def test_tests_that_have_a_modules_name_lie_where_the_module_lies() -> None:
    places: dict[str, set[Path]] = {}
    for module in (ROOT / "chalicelib").rglob("*.py"):
        places.setdefault(f"test_{module.stem}", set()).add(module.relative_to(ROOT / "chalicelib").parent)
    for package in packages(ROOT / "chalicelib"):
        room = package.relative_to(ROOT / "chalicelib")
        places.setdefault(f"test_{package.name}", set()).update((room, room.parent))
    inside = [path.relative_to(TESTS) for path in TESTS.rglob("test_*.py") if path.parent != TESTS]

    lost = {
        str(path)
        for path in inside
        if path.parts[0] not in OF_THE_WHOLE and path.parent not in places.get(path.stem, {path.parent})
    }

    assert lost <= ABOUT_A_ROUTE


def test_a_folder_of_tests_is_a_room_or_looks_at_the_whole() -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - {Path()}

    assert {folder.parts[0] for folder in folders if not (ROOT / "chalicelib" / folder).is_dir()} == OF_THE_WHOLE


def glued_tests(path: Path) -> Iterator[str]:
    """The tests whose first assertion stands right below what is done, without a blank line."""
    source = path.read_text()
    lines = source.splitlines()
    for test in ast.walk(ast.parse(source)):
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            first = next((at for at, line in enumerate(test.body) if isinstance(line, ast.Assert)), 0)
            before, after = test.body[first - 1].end_lineno or 0, test.body[first].lineno - 1
            if first and all(line.strip() for line in lines[before:after]):
                yield f"{path.relative_to(ROOT)}: {test.name}"


def test_in_a_test_what_is_done_and_what_is_asserted_stand_apart() -> None:
    assert [test for path in (ROOT / "tests").rglob("test_*.py") for test in glued_tests(path)] == []
