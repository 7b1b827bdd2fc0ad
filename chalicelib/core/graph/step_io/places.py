"""URIs and ARNs of data outside S3, built from the names in a definition.

All functions raise `BadDefinition` where an expression nests too deep, as `expressions.resolve` does.
"""

from __future__ import annotations

from typing import Any

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import expression_text
from chalicelib.core.definition.scope import LITERAL, Resolved, Scope, latest
from chalicelib.core.definition.templates import piece


def athena(dataset: Any, scope: Scope) -> Resolved:
    """Return an Athena database's URI in OpenLineage's naming.

    Its form is `awsathena://athena.REGION.amazonaws.com/CATALOG.DATABASE`.
    """
    catalog = resolve(dataset.get("Catalog") or "AwsDataCatalog", scope)
    database = resolve(dataset.get("Database"), scope)
    shown = f"{_shown(catalog)}.{_shown(database)}"
    return _assembled(shown, "awsathena://athena.", _region(scope), ".amazonaws.com/", catalog, ".", database)


def redshift(dataset: Any, scope: Scope) -> Resolved:
    """Return a Redshift database's URI in OpenLineage's naming: `redshift://CLUSTER.REGION:5439/DATABASE`."""
    cluster, database = resolve(dataset.get("ClusterId"), scope), resolve(dataset.get("Database"), scope)
    shown = f"{_shown(cluster)}/{_shown(database)}"
    return _assembled(shown, "redshift://", cluster, ".", _region(scope), ":5439/", database)


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
    prefix = (f"arn:{scope.partition}:sagemaker:", _region(scope), ":", _account(scope), f":{resource}/")
    lower = Resolved(True, resolved.value.lower(), resolved.resolution)
    return _assembled(resolved.value, *prefix, lower)


def _region(scope: Scope) -> Resolved:
    return Resolved(scope.region is not None, scope.region, template=piece("AWS::Region"))


def _account(scope: Scope) -> Resolved:
    return Resolved(scope.account is not None, scope.account, template=piece("AWS::AccountId"))


def _assembled(shown: str, *parts: str | Resolved) -> Resolved:
    """Return the parts joined to one text; `shown` is the expression where a part is not known."""
    texts: list[str] = []
    resolution, known = LITERAL, True
    for part in parts:
        if not isinstance(part, Resolved):
            texts.append(part)
        elif part.known and isinstance(part.value, str):
            texts.append(part.value)
            resolution = latest(resolution, part.resolution)
        else:
            known = False
            texts.append(part.template or piece(_shown(part)))
    text = "".join(texts)
    return Resolved(True, text, resolution) if known else Resolved(False, None, resolution, shown, text)


def _shown(part: Resolved) -> str:
    return str(part.value) if part.known else part.expression or expression_text(part.value)


def written_by_emr(value: Any, _scope: Scope) -> Resolved:
    """Return the location at which a cluster of EMR keeps its logs, which EMR names by Hadoop's older scheme."""
    text = value if isinstance(value, str) else ""
    return Resolved(True, f"s3://{text[6:]}" if text.startswith(("s3n://", "s3a://")) else text, LITERAL)
