"""Ways of the data: the shortest paths by which it came to an artifact or a step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.values.model import Artifact, Node

Item = Artifact | Node


class WaysTo:
    """Shortest paths of the data to one `end`, searched back from there no further than what is asked for.

    A path names the artifacts and nodes on the way; it is the end alone where what is asked for is not upstream.
    """

    def __init__(self, end: Item, flow: Flow) -> None:
        self._end = end
        self._flow = flow
        self._onward: dict[str, Item] = {}
        self._reached: list[Item] = []
        self._further = self._search()

    def from_artifact(self, source: Artifact) -> tuple[str, ...]:
        """Return the path from an artifact."""
        begin = name(source)
        while begin not in self._onward and next(self._further, None) is not None:
            pass
        return self._path(source if begin in self._onward else self._end)

    def from_nearest(self, begins: Callable[[Item], bool]) -> tuple[str, ...]:
        """Return the path from the nearest artifact or step for which `begins` is true."""
        return self._path(next(filter(begins, chain(tuple(self._reached), self._further)), self._end))

    def _search(self) -> Iterator[Item]:
        """Yield everything upstream, the nearest first, once each."""
        end = name(self._end)
        waiting = deque([(end, self._end)])
        while waiting:
            here, item = waiting.popleft()
            for called, found in self._flow.before(here, item).items():
                if called not in self._onward and called != end:
                    self._onward[called] = item
                    self._reached.append(found)
                    waiting.append((called, found))
                    yield found

    def _path(self, begin: Item) -> tuple[str, ...]:
        path, here = [name(begin)], begin
        while here is not self._end:
            onward = self._onward[name(here)]
            if isinstance(here, Node) and isinstance(onward, Node):
                between = self._flow.between(here, onward)
                path += [name(between)] if between else []
            path.append(name(onward))
            here = onward
        return tuple(path)
