"""Which classes of steps an SDK has, and which of them an emission made use of."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

ABSTRACT = {"Step", "ConfigurableRetryStep", "StepCollection"}


def listed(roots: tuple[type, ...], package: ModuleType) -> list[type]:
    """All classes that `package` derives from `roots`, but those that nobody makes a step of."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    kinds = {kind.__name__: kind for root in roots for kind in _derived(root)}
    return [kinds[name] for name in sorted(kinds.keys() - ABSTRACT)]


def watched(kinds: list[type]) -> set[str]:
    """A set that from now on gathers the names of those `kinds` of which a step is made."""
    made: set[str] = set()
    for kind in kinds:
        kind.__init__ = _telling(kind.__init__, made)  # type: ignore[misc]
    return made


def _telling(initialise: Callable[..., None], made: set[str]) -> Callable[..., None]:
    def tell(self: Any, *arguments: Any, **options: Any) -> None:
        made.add(type(self).__name__)
        initialise(self, *arguments, **options)

    return tell


def _derived(root: type) -> Iterator[type]:
    yield root
    kinds: list[type] = root.__subclasses__()
    for kind in kinds:
        yield from _derived(kind)
