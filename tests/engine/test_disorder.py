"""Whatever goes wrong with messages and functions, the store comes out the same: the one that a scan alone makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.engine.piece import Piece
from tests.builders.engine import Engine, Killed

NAMES = ("etl", "mlops", "score")


@dataclass(frozen=True)
class Happening:
    """Something that happens: to the account, to a message, to a function."""

    what: str
    name: str
    number: int
    lives: int
    dies_after: bool
    twice: bool


WHAT = (
    "begin",
    "end",
    "again",
    "edit",
    "approve",
    "reject",
    "deploy",
    "move",
    "plan",
    "deliver",
    "deliver",
    "deliver",
    "compact",
    "break",
    "mend",
)

JUDGED = ("approve", "reject", "deploy")

happenings = some.lists(
    some.builds(
        Happening,
        what=some.sampled_from(WHAT),
        name=some.sampled_from(NAMES),
        number=some.integers(0, 30),
        lives=some.one_of(some.just(1000), some.integers(0, 8)),
        dies_after=some.booleans(),
        twice=some.booleans(),
    ),
    min_size=5,
    max_size=40,
)


def play(engine: Engine, what: Happening) -> None:
    account, runs = engine.account, engine.account.runs[what.name]
    running = bool(runs) and runs[-1].ended is None
    if what.what == "begin" and not running:
        account.begin(what.name)
    elif what.what == "end" and running:
        engine.notice(account.end(what.name, "Failed" if what.twice else "Succeeded"))
    elif what.what == "again" and runs and not running:
        engine.notice(account.event(what.name, runs[what.number % len(runs)]))
    elif what.what == "edit":
        account.modified[what.name] = engine.clock()
    elif what.what == "move":
        account.move(what.name, f"lake-{what.number % 3}")
    elif what.what in JUDGED and (ended := [run for run in runs if run.ended]):
        getattr(account, what.what)(what.name, ended[what.number % len(ended)])
    elif what.what == "break":
        account.faults["describe_pipeline", what.name] = RuntimeError("nobody knows this error")
    elif what.what == "mend":
        account.faults.clear()
    else:
        call(engine, what)


def call(engine: Engine, what: Happening) -> None:
    """Call a function, that is killed when it has used up its lives."""
    engine.memory.lives, engine.memory.dies_after = what.lives, what.dies_after
    try:
        if what.what == "plan":
            plan_killed(engine, what)
        elif what.what == "compact":
            engine.compact()
        elif what.what == "deliver" and engine.queue:
            engine.deliver(what.number % len(engine.queue), twice=what.twice)
    except Killed:
        pass
    finally:
        engine.memory.lives = float("inf")


def plan_killed(engine: Engine, what: Happening) -> None:
    """Plan, until as many pieces are sent as it has lives."""
    send = engine.send

    def killed(pieces: Iterable[Piece]) -> None:
        for number, piece in enumerate(pieces):
            if number >= what.lives:
                raise Killed
            send([piece])

    engine.plan(killed)


@settings(max_examples=60)
@given(happenings)
def test_messages_late_lost_twice_and_out_of_order_and_functions_killed_anywhere_leave_the_same_bytes(
    happened: list[Happening],
) -> None:
    engine = Engine()
    for name in NAMES:
        engine.account.put(name)
    for each in happened:
        engine.pass_time(7)
        play(engine, each)
    engine.account.faults.clear()
    for name in NAMES:
        if engine.account.runs[name] and engine.account.runs[name][-1].ended is None:
            engine.account.end(name)

    engine.settle()

    whole, kept = engine.folder(), engine.files()

    assert {path for path, content in whole.items() if kept.get(path) != content} == set()
    assert all("/execution=" in path for path in kept.keys() - whole.keys())
    assert engine.state["unread"] == {}
    assert reads(engine) == {name: len(engine.account.runs[name]) for name in NAMES}


def reads(engine: Engine) -> dict[str, Any]:
    """The number of the execution that the state has as each pipeline's last."""
    known = engine.state["pipelines"]
    return {name: int(known[name]["execution"][-8:]) if known[name]["execution"] else 0 for name in known}
