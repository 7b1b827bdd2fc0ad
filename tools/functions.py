"""The scan's functions as Lambda calls them, in this process: the app of a stage that scans, loaded anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from chalice.local import LambdaContext

from tools.environment import ROOT
from tools.scan import FUNCTIONS


def invoker(environment: Mapping[str, str]) -> Callable[[str, Mapping[str, Any]], object]:
    """Return what invokes a function of the app by name; the app sees this environment, with these variables."""
    os.environ.update(environment)
    spec = spec_from_file_location("app_that_scans", ROOT / "app.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(ROOT / "app.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = module.app.handler_map

    def invoke(name: str, event: Mapping[str, Any]) -> object:
        said = FUNCTIONS[name]
        context = LambdaContext(name, said["lambda_memory_size"], max_runtime_ms=1000 * said["lambda_timeout"])
        return functions[name](event, context)

    return invoke
