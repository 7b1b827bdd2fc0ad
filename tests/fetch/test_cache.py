"""A warm process remembers no more than it may, and no longer than it may."""

from chalicelib.aws.reads import FOR_EVER
from chalicelib.fetch.cache import Cache


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_remembered_for_as_long_as_it_may_be_believed() -> None:
    clock = Clock()
    cache = Cache(10, clock)
    cache.put("posture", "open", 5)
    clock.now = 4.9
    entry = cache.get("posture")
    assert entry is not None
    assert (entry.response, cache.age(entry)) == ("open", 4.9)
    clock.now = 5.0
    assert cache.get("posture") is None
    assert len(cache) == 0


def test_what_never_changes_stays() -> None:
    clock = Clock()
    cache = Cache(10, clock)
    cache.put("job", "done", FOR_EVER)
    clock.now = 1e9
    assert cache.get("job") is not None


def test_nothing_is_kept_for_no_time() -> None:
    cache = Cache(10, Clock())
    cache.put("posture", "open", 0)
    assert len(cache) == 0


def test_the_least_recently_used_answer_makes_room() -> None:
    cache = Cache(2, Clock())
    cache.put("a", 1, FOR_EVER)
    cache.put("b", 2, FOR_EVER)
    cache.get("a")
    cache.put("c", 3, FOR_EVER)
    assert cache.get("b") is None
    assert cache.get("a") is not None
    assert cache.get("c") is not None
