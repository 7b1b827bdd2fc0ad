"""The same account gives the same bytes, however often it was scanned and whatever it was in between."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as some

from chalicelib.scan.options import Options
from tests.builders.engine import SETTINGS, Engine

NAMES = ("etl", "mlops")
EAGER = Options(sensitive_tags=SETTINGS.sensitive_tags, posture_max_age=timedelta(0))

changes = some.lists(
    some.tuples(
        some.sampled_from(("run", "approve", "reject", "deploy", "move", "versioning", "scan", "scan")),
        some.sampled_from(NAMES),
        some.integers(0, 5),
    ),
    min_size=3,
    max_size=20,
)


def change(engine: Engine, what: str, name: str, number: int) -> None:
    """Change the account, or scan it into the engine's store."""
    account, runs = engine.account, engine.account.runs[name]
    if what == "run":
        account.begin(name)
        engine.pass_time(60)
        account.end(name)
    elif what == "move":
        account.move(name, f"lake-{number % 3}")
    elif what == "versioning":
        account.versioning = ("Enabled", "Suspended")[number % 2]
    elif what == "scan":
        engine.scan(engine.memory, EAGER)
    elif runs:
        getattr(account, what)(name, runs[number % len(runs)])


@settings(max_examples=40)
@given(changes)
@example([("run", "etl", 0), ("scan", "etl", 0), ("approve", "etl", 0)])
@example([("run", "etl", 0), ("approve", "etl", 0), ("scan", "etl", 0), ("reject", "etl", 0)])
@example([("run", "etl", 0), ("scan", "etl", 0), ("run", "etl", 0), ("scan", "etl", 0), ("approve", "etl", 0)])
@example([("run", "etl", 0), ("deploy", "etl", 0), ("run", "etl", 0), ("scan", "etl", 0), ("reject", "etl", 0)])
@example([("run", "etl", 0), ("approve", "etl", 0), ("run", "etl", 0), ("scan", "etl", 0), ("move", "etl", 1)])
@example([("run", "etl", 0), ("deploy", "etl", 0), ("run", "etl", 0), ("scan", "etl", 0), ("versioning", "etl", 1)])
@example([("move", "etl", 1), ("run", "etl", 0), ("scan", "etl", 0), ("move", "etl", 2), ("run", "etl", 0)])
def test_an_account_scanned_at_many_times_leaves_what_one_scan_at_the_end_does(
    happened: list[tuple[str, str, int]],
) -> None:
    engine = Engine()
    for name in NAMES:
        engine.account.put(name)
    for what in happened:
        engine.pass_time(3600)
        change(engine, *what)

    engine.pass_time(3600)
    engine.scan(engine.memory, EAGER)

    whole, kept = engine.folder(EAGER), engine.files()

    assert {path for path, content in whole.items() if kept.get(path) != content} == set()
    assert all("/execution=" in path for path in kept.keys() - whole.keys())
