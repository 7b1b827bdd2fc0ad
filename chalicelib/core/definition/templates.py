"""Pieces of templates: what stands in a text for each value that only a run fills in.

Two expressions that a run fills alike have the same text, and two that it fills differently never do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from chalicelib.core.values.model import Doc, Step

MAX_PIECE = 1024
"""Maximum length of what a piece says, in characters; a longer one is told by its digest."""

_JOB_NAMES = {"Execution.TrainingJobName": "TrainingJobName", "Execution.ProcessingJobName": "ProcessingJobName"}
_ALIKE = frozenset({"Execution.PipelineName", "Execution.PipelineArn"})
# A key in brackets without quotes, or with double ones, is the same key.
_KEY = re.compile(r"\[\s*(?:\"([^\"\]]*)\"|([^\]\[\"'\s\d][^\]\[\"']*))\s*\]")
_NOW = "Execution.CurrentDateTime"


def piece(said: str) -> str:
    """Return the piece `${…}` of a `Get`'s path, or of what else is known of a value."""
    if len(said) > MAX_PIECE:
        said = f"sha256:{hashlib.sha256(said.encode(errors='surrogatepass')).hexdigest()}"
    if "}" in said and "${" not in said:
        said = said.replace("}", "%7D")
    if "[" in said and said.startswith("Steps."):
        said = _KEY.sub(r"['\1\2']", said)
    if ".BestTrainingJob." in said:  # a tuning's jobs are ranked: the first of them is the best
        said = said.replace(".BestTrainingJob.", ".TrainingJobSummaries[0].", 1)
    return f"${{{said}}}"


def meant_in(step: Step | None, path: str, run_documents: Mapping[str, Doc]) -> str:
    """Return the path that `path` stands for in an expression of `step`.

    The name of the job is the step's own, the present time may be; an item is its loop's. A step that took over
    another execution's results ran in that one, of which its run document tells, under `Execution` and `Parameters`.
    https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
    """
    if step is None or not path.startswith(("Execution.", "ForEach.", "Parameters.")):
        return path
    if path.startswith("Parameters."):
        return f"Steps.{step.name}.{path}" if "Parameters" in run_documents.get(step.name, ()) else path
    if path.startswith("ForEach."):
        return f"Steps.{step.parent}.{path}" if step.branch == "forEach" else path
    if path in _JOB_NAMES:
        return f"Steps.{step.name}.{_JOB_NAMES[path]}"
    if path not in _ALIKE and (path == _NOW or "Execution" in run_documents.get(step.name, ())):
        return f"Steps.{step.name}.{path}"
    return path
