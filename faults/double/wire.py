"""HTTP/1.1 as boto3 speaks it, over asyncio's bare protocol: so little work a call that latency alone is felt."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Message:
    """A request: header names are in lower case, `query` has every parameter, the empty ones too."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `cut` closes the connection after half of its body."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a request: a response after `delay` seconds; `None` stands for silence, or a `reset`."""

    response: Response | None
    delay: float = 0.0
    reset: bool = False


Handler = Callable[[Message], Outcome]


def parse_message(head: bytes, body: bytes) -> Message:
    """Return the request whose head (without the blank line) and body these are."""
    line, *fields = head.decode("latin-1").split("\r\n")
    method, target, _ = line.split(" ", 2)
    parts = urlsplit(target)
    headers = {name.strip().lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Message(method, unquote(parts.path), query, headers, body)


def encode(response: Response) -> bytes:
    """Return the bytes of a response; a cut one promises its whole length and holds half."""
    fields = {"Content-Length": str(len(response.body)), **response.headers}
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head + (response.body[: len(response.body) // 2] if response.cut else response.body)


class Connection(asyncio.Protocol):
    """One kept-alive connection: requests come one after the other, as HTTP/1.1 clients send them."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, rest = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        length = _content_length(head)
        if len(rest) < length:
            return
        self._received = rest[length:]
        message = parse_message(head, rest[:length])
        outcome = self._handler(message)
        if outcome.reset:
            self._reset()
        elif outcome.response is not None:
            asyncio.get_running_loop().call_later(outcome.delay, self._send, message.method, outcome.response)

    def _send(self, method: str, response: Response) -> None:
        if self._transport is None:
            return
        data = encode(response)
        self._transport.write(data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else data)
        if response.cut:
            self._transport.close()

    def _reset(self) -> None:
        """Break the connection off with a TCP reset, as a host does that knows nothing of it."""
        if self._transport is None:
            return
        plug: socket.socket = self._transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


def _content_length(head: bytes) -> int:
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
