"""X-Ray tracing, where a daemon listens: one trace for each request, with a subsegment for each stage."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any, Protocol

from chalicelib.core.values.errors import BadQuery, NotFound, TooBig

SERVICE = "sagemaker-lineage-api"
ASKED_WRONGLY = (BadQuery, NotFound, TooBig)
"""Exceptions that X-Ray calls an error (the caller's); every other one is a fault (ours)."""

NOT_FOUND = 404


class Trace(Protocol):
    """Trace of one request."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Record the AWS calls made inside in the request's one subsegment called `name`, in whatever thread."""
        ...


class Tracer(Protocol):
    """Source of the traces of requests."""

    def request(
        self, name: str, *, pipeline: str | None = None, region: str | None = None
    ) -> AbstractContextManager[Trace]:
        """Trace the request that is served inside; `pipeline` and `region` become annotations to search by."""
        ...


class NoTracer:
    """Tracer, and trace, that record nothing at no cost."""

    def request(self, name: str, *, pipeline: str | None = None, region: str | None = None) -> nullcontext[Trace]:  # noqa: ARG002
        """Serve the request untraced."""
        return nullcontext(self)

    def stage(self, name: str) -> nullcontext[None]:  # noqa: ARG002
        """Record nothing."""
        return nullcontext()


def make_tracer(environ: Mapping[str, str]) -> Tracer:
    """Return X-Ray's tracer where `AWS_XRAY_DAEMON_ADDRESS` is set (Lambda sets it), else one that records nothing.

    The SDK is imported here alone, so that nobody else pays for it.
    """
    if not environ.get("AWS_XRAY_DAEMON_ADDRESS"):
        return NoTracer()
    logging.getLogger("aws_xray_sdk").setLevel(logging.CRITICAL)  # a lost trace is nothing to log
    from aws_xray_sdk.core import patch, xray_recorder
    from aws_xray_sdk.core.emitters.udp_emitter import UDPEmitter

    class Emitter(UDPEmitter):
        def send_entity(self, entity: Any) -> None:
            mend(entity)
            super().send_entity(entity)

    # Every request is traced (in Lambda, those that Lambda samples): asking a daemon for rules would be a call more.
    xray_recorder.configure(sampling=False, context_missing="IGNORE_ERROR", service=SERVICE, emitter=Emitter())
    patch(("botocore",))
    return XRayTracer(xray_recorder, in_lambda="LAMBDA_TASK_ROOT" in environ)


def mend(entity: Any) -> None:
    """Correct how the SDK reports AWS's calls: 5xx is a fault, 4xx an error, a 404 neither; and no object is named.

    The SDK calls every exception of a client a fault. "Not configured" and "not there" are facts that this service
    looks for; as faults they would make the service map show failures that are none. It also tells the key of an
    object that is read, and AWS's message about one that may not be, which names it as well.
    """
    status = entity.http.get("response", {}).get("status", 0)
    if getattr(entity, "namespace", "") == "aws":
        entity.aws.pop("key", None)
        for exception in entity.cause.get("exceptions", ()):
            exception.message = None
        if 400 <= status < 500:
            vars(entity).pop("fault", None)
        if status == NOT_FOUND:
            vars(entity).pop("error", None)
            entity.cause = {}
    for child in entity.subsegments:
        mend(child)


class XRayTracer:
    """Tracer that sends to the daemon: a subsegment of Lambda's own segment there, a segment elsewhere."""

    def __init__(self, recorder: Any, *, in_lambda: bool) -> None:
        self._recorder = recorder
        self._in_lambda = in_lambda

    @contextmanager
    def request(self, name: str, *, pipeline: str | None = None, region: str | None = None) -> Iterator[Trace]:
        """Trace one request, and close its segment with all that is still open in it when the request ends."""
        recorder = self._recorder
        entity = recorder.begin_subsegment(name) if self._in_lambda else recorder.begin_segment(SERVICE)
        if entity is None or not entity.sampled:
            self._end()
            yield NoTracer()
            return
        for key, value in (("pipeline", pipeline), ("region", region)):
            if value:
                entity.put_annotation(key, value)
        trace = XRayTrace(recorder, entity)
        try:
            yield trace
        except ASKED_WRONGLY:
            entity.add_error_flag()
            raise
        except BaseException:
            entity.add_fault_flag()  # without the message: the log has it, with its stack
            raise
        finally:
            trace.close()
            recorder.set_trace_entity(entity)
            self._end()
            recorder.clear_trace_entities()

    def _end(self) -> None:
        if self._in_lambda:
            self._recorder.end_subsegment()
        else:
            self._recorder.end_segment()


class XRayTrace:
    """Trace of one request; each stage begins when it is first entered and ends when it was last left."""

    def __init__(self, recorder: Any, request: Any) -> None:
        self._recorder = recorder
        self._request = request
        self._lock = threading.Lock()
        self._stages: dict[str, Any] = {}
        self._left: dict[str, float] = {}
        self._closed = False

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Record this thread's AWS calls in the stage; calls made after the request's end are not recorded."""
        recorder = self._recorder
        before = recorder.get_trace_entity()
        stage = self._enter(name)
        if stage is None:
            recorder.clear_trace_entities()
            yield
            return
        recorder.set_trace_entity(stage)
        try:
            yield
        finally:
            self._left[name] = time.time()
            if before is None or not before.in_progress:
                recorder.clear_trace_entities()
            else:
                recorder.set_trace_entity(before)

    def _enter(self, name: str) -> Any:
        with self._lock:
            if self._closed:
                return None
            if name not in self._stages:
                before = self._recorder.get_trace_entity()
                self._recorder.set_trace_entity(self._request)
                self._stages[name] = self._recorder.begin_subsegment(name)
                if before is not None:
                    self._recorder.set_trace_entity(before)
            return self._stages[name]

    def close(self) -> None:
        """End every stage, and mark the calls still under way as faults: nobody waits for them any more."""
        with self._lock:
            self._closed = True
        now = time.time()
        for name, stage in self._stages.items():
            for call in list(stage.subsegments):
                self._abandon(call, now)
            stage.close(self._left.get(name, now))

    @staticmethod
    def _abandon(call: Any, now: float) -> None:
        from aws_xray_sdk.core.exceptions.exceptions import AlreadyEndedException

        if call.in_progress:
            call.add_fault_flag()
            with suppress(AlreadyEndedException):  # it came at this very moment
                call.close(now)
