"""Notice: an event of AWS's as a piece of work."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.query.arns import EXECUTION_ARN
from chalicelib.core.runs.execution import OVER
from chalicelib.core.values.doc import text_at
from chalicelib.engine.piece import Piece, Send
from chalicelib.engine.schedule import EXECUTION, SERVING
from chalicelib.formats.run import to_time


def notice(event: Mapping[str, Any], send: Send, regions: Collection[str]) -> None:
    """Send the piece of work that an event of one of these regions asks for, if it asks for any.

    The same event may come several times: whoever does the work sees whether it is done. That an execution has begun
    asks for nothing: there is nothing of it to be read yet, and the next plan finds it in the list.
    """
    kind = text_at(event, "detail-type")
    account, region, at = text_at(event, "account"), text_at(event, "region"), _time(text_at(event, "time"))
    if account is None or region is None or region not in regions or at is None:
        return
    if kind in SERVING:
        package = text_at(event, "detail", "ModelPackageArn")
        send([Piece("serving", account, region, at, {"packages": [package]} if package else {})])
    arn = re.fullmatch(EXECUTION_ARN, text_at(event, "detail", "pipelineExecutionArn") or "")
    status = text_at(event, "detail", "currentPipelineExecutionStatus")
    if kind == EXECUTION and arn is not None and status in OVER:
        send([Piece("pipeline", account, region, at, {"name": arn["name"], "times": None, "execution": arn[0]})])


def _time(text: str | None) -> str | None:
    """Return an event's time as the store writes times."""
    try:
        return to_time(datetime.fromisoformat(text or ""))
    except ValueError:
        return None
