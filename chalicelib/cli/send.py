"""Sending of events to where OpenLineage is read, with the caller's own rights. The API never sends."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit

Event = Mapping[str, Any]

KEY_VARIABLE = "OPENLINEAGE_API_KEY"
"""Environment variable that OpenLineage's own clients take a key from."""

PATH = "/api/v1/lineage"
"""Path that OpenLineage's own clients send to; DataHub's, say, is given with the URL."""

TIMEOUT_SEC = 10
PAUSES_SEC = (1.0, 2.0, 4.0)
MOST_PAUSE_SEC = 30.0
MOST_TOLD = 20

_LATER = (429, 502, 503, 504)
_THIS_EVENT_ONLY = (400, 409, 413, 415, 422, 500, 501)
"""Answers that say nothing of the next event; any other would be the same for all of them."""


class Delivery(NamedTuple):
    """Outcome of sending events or findings: how many were taken, a line for each refused, and what ended it early.

    `unsent` counts those that were not tried after that.
    """

    taken: int
    refused: Sequence[str]
    ended: str | None = None
    unsent: int = 0
    what: str = "events"

    def lines(self, url: str) -> list[str]:
        """Return the report, a sentence a line."""
        total = self.taken + len(self.refused) + self.unsent
        told = [f"{self.taken} of {total} {self.what} sent to {url.partition('?')[0]}"]
        told += [f"refused: {line}" for line in self.refused[:MOST_TOLD]]
        if len(self.refused) > MOST_TOLD:
            told.append(f"and {len(self.refused) - MOST_TOLD} more refused")
        return told + ([f"stopped, {self.unsent} not sent: {self.ended}"] if self.ended else [])

    @property
    def whole(self) -> bool:
        """Return whether every event was taken."""
        return not self.refused and not self.ended


class _Ended(Exception):
    """Nothing more can be sent; the message says why."""


class _Refused(Exception):
    """One event was refused; the message says how."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: it would turn a POST into a GET, and carry the key elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPEN = urllib.request.build_opener(_NoRedirect).open


def endpoint_of(url: str) -> str:
    """Return where events are posted: the URL, with OpenLineage's own path where it has none.

    Raises ValueError where it is no URL that can be sent to.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL that begins with http:// or https://")
    if parts.username or parts.password or parts.fragment:
        raise ValueError(f"must have no user, password or fragment; a key goes into {KEY_VARIABLE}")
    return parts._replace(path=parts.path.rstrip("/") or PATH).geturl()


def send(
    events: Iterable[Event], endpoint: str, key: str | None, pause: Callable[[float], None] = time.sleep
) -> Delivery:
    """Post the events in their order, each until it is taken or refused; stop where all others would fare the same.

    An event that is sent again, in this call or the next, has the ids that it had: it is the same event to its reader.
    """
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    waiting, taken, refused = list(events), 0, []
    for number, event in enumerate(waiting):
        body = json.dumps(event).encode()
        request = urllib.request.Request(endpoint, body, headers, method="POST")  # noqa: S310 its scheme was looked at
        try:
            _post(request, pause)
            taken += 1
        except _Refused as error:
            refused.append(f"{_name(event)}: {error}")
        except _Ended as error:
            return Delivery(taken, refused, str(error), len(waiting) - number)
    return Delivery(taken, refused)


def _post(request: urllib.request.Request, pause: Callable[[float], None]) -> None:
    for wait in (*PAUSES_SEC, None):
        try:
            with _OPEN(request, timeout=TIMEOUT_SEC):
                return
        except HTTPError as error:
            with error:
                problem, asked = f"HTTP {error.code}", error.headers.get("Retry-After", "")
                if error.code in _THIS_EVENT_ONLY:
                    raise _Refused(f"{problem} {_excerpt(error)}".strip()) from None
                if error.code not in _LATER:
                    raise _Ended(problem) from None
        except (OSError, HTTPException) as error:
            problem, asked = str(getattr(error, "reason", error)) or type(error).__name__, ""
        if wait is None:
            raise _Ended(f"{problem}, {len(PAUSES_SEC) + 1} times")
        pause(min(float(asked), MOST_PAUSE_SEC) if asked.isdecimal() else wait)


def _excerpt(error: HTTPError) -> str:
    """Return the beginning of what the server says, in one line."""
    try:
        return " ".join(error.read(200).decode("utf-8", "replace").split())
    except (OSError, HTTPException):
        return ""


def _name(event: Event) -> str:
    kind = event.get("eventType") or event["schemaURL"].rpartition("/")[2]
    return f"{kind} of {(event.get('job') or event['dataset'])['name']}"
