"""URIs and ARNs of data outside S3, built from the names in a definition.

All functions raise `BadDefinition` where an expression nests too deep, as `expressions.resolve` does.
"""

from __future__ import annotations

from typing import Any

from chalicelib.core.definition.expressions import LITERAL, Resolved, Scope, expression_text, latest, resolve


def athena(dataset: Any, scope: Scope) -> Resolved:
    """Return an Athena database's URI in OpenLineage's naming.

    Its form is `awsathena://athena.REGION.amazonaws.com/CATALOG.DATABASE`.
    """
    catalog = resolve(dataset.get("Catalog") or "AwsDataCatalog", scope)
    database = resolve(dataset.get("Database"), scope)
    shown = f"{_shown(catalog)}.{_shown(database)}"
    return _assembled(shown, "awsathena://athena.", scope.region, ".amazonaws.com/", catalog, ".", database)


def redshift(dataset: Any, scope: Scope) -> Resolved:
    """Return a Redshift database's URI in OpenLineage's naming: `redshift://CLUSTER.REGION:5439/DATABASE`."""
    cluster, database = resolve(dataset.get("ClusterId"), scope), resolve(dataset.get("Database"), scope)
    shown = f"{_shown(cluster)}/{_shown(database)}"
    return _assembled(shown, "redshift://", cluster, ".", scope.region, ":5439/", database)


def file_system(source: Any, scope: Scope) -> Resolved:
    """Return a file system's URI: `fsx://fs-…/path` or `efs://fs-…/path`."""
    system, path = resolve(source.get("FileSystemId"), scope), resolve(source.get("DirectoryPath") or "", scope)
    kind = resolve(source.get("FileSystemType"), scope)
    scheme = "efs" if kind.value == "EFS" else "fsx"
    if path.known:
        path = Resolved(True, str(path.value).lstrip("/"), path.resolution)
    return _assembled(f"{_shown(system)}/{_shown(path)}", f"{scheme}://", system, "/", path)


def feature_group(name: Any, scope: Scope) -> Resolved:
    """Return a feature group's ARN, in which SageMaker writes the name in lower case."""
    return _arn("feature-group", name, scope)


def model_package(name: Any, scope: Scope) -> Resolved:
    """Return a model package's ARN, from its name or from the ARN itself."""
    return _arn("model-package", name, scope)


def cleaned_step(source: Any, scope: Scope) -> Resolved:
    """Return the expression `Steps.NAME` for all outputs of the step that a Cleanup names, unless it lists URIs."""
    name = resolve(source.get("StepName"), scope)
    listed = bool(source.get("S3Uris"))
    return Resolved(listed, expression=None if listed else f"Steps.{_shown(name)}")


def _arn(resource: str, name: Any, scope: Scope) -> Resolved:
    resolved = resolve(name, scope)
    if not resolved.known or not isinstance(resolved.value, str) or ":" in resolved.value:
        return resolved  # not a name, which has no colon: an ARN, or not known
    prefix = (f"arn:{scope.partition}:sagemaker:", scope.region, ":", scope.account, f":{resource}/")
    lower = Resolved(True, resolved.value.lower(), resolved.resolution)
    return _assembled(resolved.value, *prefix, lower)


def _assembled(shown: str, *parts: str | Resolved | None) -> Resolved:
    """Return the parts joined to one text; `shown` is the expression where a part is not known."""
    texts = [part.value if isinstance(part, Resolved) and part.known else part for part in parts]
    if not all(isinstance(text, str) for text in texts):
        return Resolved(False, expression=shown)
    resolution = LITERAL
    for part in parts:
        if isinstance(part, Resolved):
            resolution = latest(resolution, part.resolution)
    return Resolved(True, "".join(map(str, texts)), resolution)


def _shown(part: Resolved) -> str:
    return str(part.value) if part.known else part.expression or expression_text(part.value)
