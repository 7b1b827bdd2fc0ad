"""Once AWS refuses for asking too fast, the reads of that family go out at a pace."""

from itertools import pairwise

from chalicelib.fetch.rate_limit import FIRST_RATE, RateLimiter


def test_nothing_waits_until_something_was_refused() -> None:
    limiter = RateLimiter()

    assert [limiter.slot(7.0) for _ in range(100)] == [7.0] * 100


def test_after_a_refusal_reads_go_out_one_by_one() -> None:
    limiter = RateLimiter()
    limiter.refused(sent_at=0.0, now=1.0)
    slots = [limiter.slot(1.0) for _ in range(4)]
    gaps = [after - before for before, after in pairwise(slots)]

    assert slots[0] > 1.0
    assert all(abs(gap - 1 / FIRST_RATE) < 1e-9 for gap in gaps)


def test_the_rest_of_the_burst_that_was_refused_says_nothing_new() -> None:
    one, many = RateLimiter(), RateLimiter()
    one.refused(sent_at=0.0, now=1.0)
    for moment in (1.0, 1.01, 1.02):
        many.refused(sent_at=0.0, now=moment)

    assert one.slot(2.0) == many.slot(2.0)
    assert one.slot(2.0) == many.slot(2.0)


def gap(limiter: RateLimiter, now: float) -> float:
    first = limiter.slot(now)
    return limiter.slot(now) - first


def test_one_refusal_among_many_answers_slows_it_down_a_little_and_many_much() -> None:
    little, much = RateLimiter(), RateLimiter()
    for limiter in (little, much):
        limiter.refused(sent_at=0.0, now=1.0)
    for moment in range(20):
        little.answered(1.0 + moment / 10)
    for limiter in (little, much):
        limiter.refused(sent_at=3.0, now=3.1)

    assert 1 / FIRST_RATE < gap(little, 10.0) < 1.1 / FIRST_RATE < 1.3 / FIRST_RATE < gap(much, 10.0)


def test_refusals_of_moments_that_were_reserved_at_the_rate_before_say_nothing_new() -> None:
    one, many = RateLimiter(), RateLimiter()
    for limiter in (one, many):
        limiter.refused(sent_at=0.0, now=1.0)
        limiter.refused(sent_at=3.0, now=3.1)
    for moment in (3.2, 3.5, 4.0):
        many.refused(sent_at=moment, now=moment + 0.05)

    assert gap(one, 10.0) == gap(many, 10.0)


def test_a_refusal_at_the_present_pace_slows_it_down_and_a_calm_while_speeds_it_up() -> None:
    limiter = RateLimiter()
    limiter.refused(sent_at=0.0, now=1.0)
    first = gap(limiter, 10.0)
    limiter.refused(sent_at=11.0, now=11.1)
    slower = gap(limiter, 20.0)

    assert slower > first

    limiter.answered(30.0)

    assert gap(limiter, 40.0) < slower
