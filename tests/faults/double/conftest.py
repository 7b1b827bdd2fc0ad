"""One double for the tests that look at it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults.double.running import Double, running


@pytest.fixture(scope="session")
def double() -> Iterator[Double]:
    """A double in a process of its own; a test that plants faults uses an access key of its own."""
    with running() as it:
        yield it
