"""Coroutines over concurrent reads, in one thread and without an event loop: straight code that waits for responses."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Story = Coroutine[Any, Any, T]
"""Coroutine that awaits nothing but a `Future`."""


class Future(Generic[T]):
    """Result that will be there later; any number of coroutines may await it, as often as they like.

    It knows no error: whatever a coroutine raises ends the whole run (see `start`).
    """

    __slots__ = ("_value", "_waiting")

    def __init__(self) -> None:
        self._value: list[T] = []
        self._waiting: list[Callable[[], None]] = []

    @property
    def done(self) -> bool:
        """Return whether the result is there."""
        return bool(self._value)

    @property
    def value(self) -> T:
        """Return the result; raise a `RuntimeError` where it is not there."""
        if not self._value:
            raise RuntimeError("the result is not there, and nothing will bring it")
        return self._value[0]

    def settle(self, value: T) -> None:
        """Set the result, and continue each coroutine that awaits it, in the order in which they began to wait."""
        self._value = [value]
        waiting, self._waiting = self._waiting, []
        for go_on in waiting:
            go_on()

    def when_done(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` once the result is there: by whoever settles it."""
        self._waiting.append(go_on)

    def __await__(self) -> Generator[Future[Any], None, T]:
        if not self.done:
            yield self
        return self.value


def start(story: Story[T]) -> Future[T]:
    """Run a coroutine up to its first wait, and return the future of its result; each wait's end runs it further.

    An error leaves through whoever ran it further: this call, or the `settle` that ended its wait. So it ends the run
    at once, whether or not somebody awaits the result.
    """
    result: Future[T] = Future()

    def go_on() -> None:
        try:
            awaited = story.send(None)
        except StopIteration as end:
            value = end.value
        else:
            awaited.when_done(go_on)
            return
        result.settle(value)

    go_on()
    return result


async def all_of(futures: Iterable[Future[T]]) -> list[T]:
    """Await every result; the futures' reads are under way together."""
    return [await each for each in futures]
