"""An hour of virtual time in which functions are killed, and events and messages come twice, late, or not at all."""

from __future__ import annotations

from bench.virtual.disorder import play


def test_an_hour_of_disorder_leaves_the_bytes_that_a_scan_of_the_folder_writes() -> None:
    hour = play(12, seed=1)

    assert (hour.different, hour.unread) == ([], {})
    assert hour.compared > 2 * 12
    happened = hour.happened
    assert all(happened[what] > 0 for what in ("events lost", "work killed", "compact killed", "conflicts", "late"))
    assert happened["runs"] > 50
    assert happened["work killed"] > 10
