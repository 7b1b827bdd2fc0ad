"""HTTP server of the account: moto's on loopback, with the emulated SageMaker and S3 in it."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Any

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from sandbox.clusters import PlayedEMR
from sandbox.sagemaker import PlayedSageMaker
from sandbox.storage import PlayedS3, PlayedS3Control
from sandbox.world import World

HOST = "127.0.0.1"
PLAYED: dict[str, Any] = {
    "sagemaker": PlayedSageMaker,
    "s3": PlayedS3,
    "s3control": PlayedS3Control,
    "emr": PlayedEMR,
}
_one_at_a_time = threading.Lock()


def create_played_app(service: Any) -> Any:
    """Return moto's application for a service; our class serves its views where there is one."""
    made = create_backend_app(service)
    if service in PLAYED:
        for view in made.view_functions.values():
            view.callback = getattr(PLAYED[service], view.callback.__name__)
    return made


class Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]
    """Moto's choice of the service that a request is for, which knows S3 under one name in a signature."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass a request on; one about a directory bucket is signed for `s3express`."""
        if "HTTP_AUTHORIZATION" in environ:
            signed = environ["HTTP_AUTHORIZATION"]
            environ["HTTP_AUTHORIZATION"] = signed.replace("/s3express/aws4_request", "/s3/aws4_request")
        return super().__call__(environ, start_response)


class Quiet(MotoRequestHandler):  # type: ignore[misc]
    """Request handler that logs nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class Server:
    """Server of one account; there is one at a time, because moto keeps its state in globals of the process.

    Raises OSError where the port is in use, RuntimeError where another account is open in this process.
    """

    def __init__(self, world: World, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
            self._socket.listen(128)
        except (OSError, OverflowError):
            self._socket.close()
            raise
        if not _one_at_a_time.acquire(blocking=False):
            self._socket.close()
            raise RuntimeError("another sandbox account is open in this process: moto's state is global")
        self.reset()
        for played in PLAYED.values():
            played.world = world
        application = Dispatcher(create_played_app)
        self._server = make_server(
            HOST, self.port, application, threaded=True, request_handler=Quiet, fd=self._socket.fileno()
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Return the port that the server listens on."""
        return int(self._socket.getsockname()[1])

    @property
    def endpoint_url(self) -> str:
        """Return the URL at which a client finds the account."""
        return f"http://{HOST}:{self.port}"

    def reset(self) -> None:
        """Delete everything that moto holds."""
        moto_api_backend.reset()

    def close(self) -> None:
        """End at once, so that another account can be opened."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._socket.close()
        self.reset()
        _one_at_a_time.release()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
