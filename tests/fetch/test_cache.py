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


def test_the_bytes_of_all_answers_are_bounded() -> None:
    cache = Cache(1000, Clock(), most_bytes=100_000)

    for number in range(50):
        cache.put(number, {"Definition": "x" * 10_000}, FOR_EVER)

    assert 80_000 < cache.held_bytes <= 100_000
    assert [number for number in range(50) if cache.get(number)] == list(range(41, 50))


def test_a_huge_answer_is_not_kept_and_pushes_no_other_out() -> None:
    cache = Cache(1000, Clock(), most_bytes=100_000)
    cache.put("small", {"Status": "Completed"}, FOR_EVER)

    cache.put("huge", {"Steps": [{"Name": f"step-{number}"} for number in range(10_000)]}, FOR_EVER)

    assert cache.get("huge") is None
    assert cache.get("small") is not None


def test_what_is_told_to_be_worth_it_may_take_more_than_others_and_no_more_than_there_is() -> None:
    cache = Cache(1000, Clock(), most_bytes=100_000)

    cache.put("graph", "x" * 90_000, FOR_EVER, share=1)
    cache.put("larger", "x" * 110_000, FOR_EVER, share=1)

    assert cache.get("graph") is not None
    assert cache.get("larger") is None
    assert cache.held_bytes <= 100_000


def test_an_answer_that_grew_huge_takes_the_place_of_none() -> None:
    cache = Cache(10, Clock(), most_bytes=100_000)
    cache.put("answer", "small", FOR_EVER)

    cache.put("answer", "x" * 90_000, FOR_EVER)

    assert cache.get("answer") is None
    assert cache.held_bytes == 0


def test_what_is_replaced_or_has_expired_weighs_nothing() -> None:
    clock = Clock()
    cache = Cache(10, clock)
    cache.put("answer", "x" * 1000, 5)
    cache.put("answer", "x" * 2000, 5)
    once = cache.held_bytes
    clock.now = 6.0

    assert cache.get("answer") is None
    assert (2000 < once < 2200, cache.held_bytes) == (True, 0)
