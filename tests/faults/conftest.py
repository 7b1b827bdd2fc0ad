"""An account to plant faults in, and the service, each in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults.double.running import Double, running
from faults.remote import Remote, service


@pytest.fixture(scope="session")
def double() -> Iterator[Double]:
    """The account."""
    with running() as it:
        yield it


@pytest.fixture(scope="session")
def remote(double: Double) -> Iterator[Remote]:
    """The service, with its own settings; it asks with the access key `remote`."""
    with service(double, "remote") as it:
        yield it
