"""Heuristics for locations that no rule covers: the words before a location decide what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from chalicelib.core.definition.paths import GET, JOIN

_OUTWARD = frozenset(
    {"output", "outputs", "out", "destination", "dest", "dst", "target", "result", "results", "export", "sink", "write"}
    | {"save", "upload", "dump", "log", "logs", "checkpoint", "checkpoints", "into", "unload", "overwrite", "publish"}
)
# What is read keeps its direction beside an outward word: `resume_from_checkpoint`, `model-checkpoint-to-load`.
_INWARD = frozenset(
    {"input", "inputs", "in", "source", "src", "from", "load", "read", "resume", "restore", "init", "initial"}
    | {"pretrained", "import", "fetch", "download"}
)
# One word with what it is a place of, as `--outdir` and `--savepath` have it.
_GLUED = re.compile(r"(?P<way>[a-z]+?)(?:dir|directory|path|file|folder|prefix|uri|url|loc|location)s?")
_WRITTEN_SETTINGS = frozenset({"external_location", "s3_staging_dir", "spark.sql.warehouse.dir"})
"""Settings under which rows are written: of Athena's CREATE TABLE AS, of its client, and of Spark's own tables."""
_CODE_NAMES = frozenset(
    {"code", "entrypoint", "entry-point", "script", "scripts", "bootstrap", "notebook", "notebooks", "recipe"}
    | {"source-dir", "sourcedir", "source-code", "submit-directory", "sagemaker-submit-directory"}
    | {"jar", "jars", "py-files", "pyfiles", "conf", "sm-drivers", "requirements"}
    | {"pre-exec-script-and-dependencies", "sagemaker-headless-execution-pipelinestep", "analysis-config"}
)
# What Spark distributes beside the program: https://spark.apache.org/docs/latest/configuration.html
_CODE_NAMES |= {"spark.jars", "spark.files", "spark.archives", "spark.submit.pyfiles"}
_CODE_PREFIXES = ("sagemaker-remote-function", "sm-rf-")
_CODE_SUFFIXES = (".py", ".sh", ".ipynb", ".jar", ".whl", ".egg", ".scala", ".r", ".flow", ".hql", ".pig", ".q")
_CODE_FILES = ("/sourcedir.tar.gz", "/workspace.zip")
_CODE_FOLDERS = ("/code", "/entrypoint")

_LOCATION_PROPERTIES = ("Uri", "Url", "S3OutputPath", "S3ModelArtifacts", "S3OutputLocation", "S3FailurePath")

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LEADING = re.compile(r"([\w.-]+)[\s=:'\"(\\]*$")
_DIRECTORY = r"(?i)overwrite(?:\s+local)?\s+directory[\s'\"]*$"
_STATEMENT = 4096
"""Maximum length of an SQL statement before a location, in characters, that is looked at."""
_MAKES_TABLE = re.compile(
    r"(?i)(?:[\s'\"(]++|--[^\n]*+\n|/\*(?:[^*]++|\*(?!/))*+\*/)*+create\s+(?:or\s+replace\s+)?table\b"
)


@lru_cache(maxsize=4096)
def leads_out(name: str) -> bool | None:
    """Return whether a key, flag or SQL word says that something is written there, or read; `None` if it says neither.

    `OutputPath`, `--dest`, `--write-to`, `-o`, `TO`; `--resume_from_checkpoint`. A `to` within words is part of what
    they name: `--path_to_data`.
    """
    words = [_way_of(word.lower()) for word in _WORDS.findall(name)]
    if words and (words[-1] == "to" or words == ["o"] or name.lower().replace("-", "_") in _WRITTEN_SETTINGS):
        return True
    if not _INWARD.isdisjoint(words):
        return False
    return True if not _OUTWARD.isdisjoint(words) or words[:1] == ["to"] else None


def _way_of(word: str) -> str:
    """Return the word, or the way that a glued one names: `out` of `outdir`."""
    glued = _GLUED.fullmatch(word)
    return glued["way"] if glued and glued["way"] in _OUTWARD | _INWARD else word


@lru_cache(maxsize=4096)
def is_code_name(name: str) -> bool:
    """Return whether a channel's name means scripts, packages or notebooks: the SDKs' names, and usual ones."""
    plain = name.lower().replace("_", "-")
    return plain in _CODE_NAMES or plain.startswith(_CODE_PREFIXES)


def is_code(name: str, uri: str | None, local_path: object = None) -> bool:
    """Return whether an input is code: by the channel's name, the file's suffix, or its path in the container."""
    if is_code_name(name) or (uri is not None and uri[-17:].lower().endswith((*_CODE_SUFFIXES, *_CODE_FILES))):
        return True
    return isinstance(local_path, str) and local_path.rstrip("/").endswith(_CODE_FOLDERS)


def leading_word(text: str, end: int) -> str | None:
    """Return the word or flag before position `end` of a text; `None` where there is none.

    Examples: `--output s3://…`, `"path": "s3://…"`, `TO 's3://…'`.
    """
    before = text[max(0, end - 80) : end]
    match = _LEADING.search(before)
    if re.search(_DIRECTORY, before):
        return "overwrite"
    word = match[1] if match else None
    # A table that is not EXTERNAL writes its rows, or those of Iceberg's, where it says.
    if word in ("LOCATION", "location") and _MAKES_TABLE.match(text, _statement_start(text, end), end):
        return "external_location"
    return word


def _statement_start(text: str, end: int) -> int:
    """Return where the SQL statement before `end` starts: after the semicolon before it, as far as is looked at."""
    earliest = max(0, end - _STATEMENT)
    return max(text.rfind(";", earliest, end) + 1, earliest)


def is_location(expression: Mapping[str, Any]) -> bool:
    """Return whether an unresolved function is a location: a join that begins as one, or a step's property of one."""
    path = expression.get(GET)
    if type(path) is str:
        return path.startswith("Steps.") and path.endswith(_LOCATION_PROPERTIES)
    join = expression.get(JOIN)
    parts = join.get("Values") if type(join) is dict else None
    first = parts[0] if type(parts) is list and parts else None
    return type(first) is str and first.lower().startswith(("s3:/", "s3a:/"))
