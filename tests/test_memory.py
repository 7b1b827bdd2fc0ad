"""A warm process remembers no more than it may, and no longer than it may."""

from chalicelib.aws.reads import FOR_EVER
from chalicelib.memory import Memory


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_remembered_for_as_long_as_it_may_be_believed() -> None:
    clock = Clock()
    memory = Memory(10, clock)
    memory.keep("posture", "open", 5)
    clock.now = 4.9
    entry = memory.recall("posture")
    assert entry is not None
    assert (entry.answer, memory.age(entry)) == ("open", 4.9)
    clock.now = 5.0
    assert memory.recall("posture") is None
    assert len(memory) == 0


def test_what_never_changes_stays() -> None:
    clock = Clock()
    memory = Memory(10, clock)
    memory.keep("job", "done", FOR_EVER)
    clock.now = 1e9
    assert memory.recall("job") is not None


def test_nothing_is_kept_for_no_time() -> None:
    memory = Memory(10, Clock())
    memory.keep("posture", "open", 0)
    assert len(memory) == 0


def test_the_least_recently_used_answer_makes_room() -> None:
    memory = Memory(2, Clock())
    memory.keep("a", 1, FOR_EVER)
    memory.keep("b", 2, FOR_EVER)
    memory.recall("a")
    memory.keep("c", 3, FOR_EVER)
    assert memory.recall("b") is None
    assert memory.recall("a") is not None
    assert memory.recall("c") is not None
