"""Coroutines run as far as they can, and go on when what they wait for is there."""

from __future__ import annotations

import pytest

from chalicelib.fetch.tasks import Future, all_of, start


def test_a_coroutine_runs_to_its_first_wait_and_goes_on_once_that_is_settled() -> None:
    asked: Future[int] = Future()
    steps: list[str] = []

    async def story() -> int:
        steps.append("asked")
        value = await asked
        steps.append("answered")
        return value + 1

    told = start(story())
    before = list(steps), told.done
    asked.settle(41)

    assert before == (["asked"], False)
    assert steps == ["asked", "answered"]
    assert told.value == 42


def test_whoever_awaits_what_is_there_does_not_wait() -> None:
    there: Future[str] = Future()
    there.settle("there")

    async def story() -> tuple[str, str]:
        return await there, await there

    assert start(story()).value == ("there", "there")


def test_one_future_continues_all_that_await_it_in_their_order() -> None:
    asked: Future[str] = Future()
    order: list[str] = []

    async def story(name: str) -> None:
        order.append(name + await asked)

    for name in "abc":
        start(story(name))
    asked.settle("!")

    assert order == ["a!", "b!", "c!"]


def test_a_coroutine_may_await_others_that_it_started() -> None:
    asked: list[Future[int]] = [Future(), Future()]

    async def double(future: Future[int]) -> int:
        return 2 * await future

    async def story() -> list[int]:
        return await all_of([start(double(future)) for future in asked])

    told = start(story())
    asked[1].settle(2)
    asked[0].settle(1)

    assert told.value == [2, 4]


def test_an_error_leaves_through_whoever_ended_the_wait() -> None:
    asked: Future[int] = Future()

    async def story() -> None:
        await asked
        raise LookupError("no such thing")

    told = start(story())

    with pytest.raises(LookupError, match="no such thing"):
        asked.settle(1)

    assert not told.done


def test_a_result_that_nothing_will_bring_is_an_error_and_no_wait() -> None:
    with pytest.raises(RuntimeError, match="nothing will bring it"):
        _ = Future[int]().value


def test_ten_thousand_waits_in_a_row_do_not_nest() -> None:
    there: Future[int] = Future()
    there.settle(1)

    async def story() -> int:
        return sum([await there for _ in range(10_000)])

    assert start(story()).value == 10_000
