"""An empty account for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import sandbox


@pytest.fixture
def account() -> Iterator[sandbox.Account]:
    with sandbox.account() as opened:
        yield opened


@pytest.fixture
def sagemaker(account: sandbox.Account) -> Any:
    return account.client("sagemaker")
