"""Redaction of secrets: what looks like a credential is replaced, everything else stays exactly as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

REDACTED = "[redacted]"

# Words of a name that make its value a secret; a name is split at punctuation and at camel case.
_SECRET_WORD = re.compile(
    r"secrets|passwords?|credentials?|passphrase|pwd|(?:api|auth|access)?token|(?:access|private)key|authorization"
    r"|bearer|dsn|cookie|.*(?:password|passwd|secret|apikey|secretkey)"
)
_SECRET_PAIRS = frozenset(
    {("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("account", "key"), ("signing", "key")}
    | {("auth", "key"), ("license", "key"), ("connection", "string"), ("webhook", "url"), ("amz", "signature")}
    | {("db", "pass"), ("user", "pass"), ("admin", "pass"), ("github", "pat")}
)
# Beside one of these words, `token` means text for a model, or a number of such tokens.
_TOKEN_OF_TEXT = re.compile(
    r"max|min|num|n|number|pad|eos|bos|unk|cls|sep|mask|special|start|stop|end|length|count|limit|type|size|ids?"
    r"|billable|per|embeddings?|level|classification|classifier"
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_QUERY = re.compile(r"\?[^\s\"'<>\\]*")
_SIGNED = re.compile(r"(?i)[?&](?:x-amz-(?:signature|credential|security-token)|awsaccesskeyid|signature|sig)=")
# The name and sign of an assignment: `name=`, `"name": `, where a word starts. After a slash it would be a partition of
# a data set.
_NAME_AND_SIGN = re.compile(
    r"(?<![^\s\"'\\&?;:,=|(\[{<>])-{0,2}(?P<name>[A-Za-z][\w.-]{0,63})(?:=|\\?[\"']\s{0,3}[:=]\s{0,3})\\?[\"']?"
)
_ASSIGNED = re.compile(r"[^\s\"'\\&,;<>(){}]+")
# Credentials that give themselves away wherever they stand; each needs the literal beside it (a cheap first look).
_TELLTALES = (
    ("IA", re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b")),
    (
        "-----BEGIN",
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    ),
    ("eyJ", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")),
    ("_", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|hf_[A-Za-z0-9]{20,})")),
    ("-", re.compile(r"\b(?:xox[abprs]-[\w-]{10,}|glpat-[\w-]{16,}|sk-[\w-]{20,})")),
    ("earer ", re.compile(r"(?<=[Bb]earer )[\w.~+/-]{8,}=*")),
    ("@", re.compile(r"(?<=://)[^\s/:@]*:[^\s/@]+(?=@)")),
)
_OPAQUE = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
_ARN_OR_LOCATION = re.compile(r"(?:arn:[\w-]+:|s3://)\S+")


def redact(value: Any) -> Any:
    """Return a copy of a JSON value without its secrets.

    Secrets are presigned queries, texts in the shape of a known credential, and values under a secret's name. A
    `{"Name": …, "Value": …}` object is read as a named value too. Numbers, ARNs and `s3://` locations stay, but a
    number under a secret's name goes. Recurses once for each level of nesting.
    """
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return _redact_object(value)
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value


def redact_named(name: str, value: Any) -> Any:
    """Return the value of an environment variable, hyperparameter or output parameter called `name`, redacted."""
    if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "" and is_secret_name(name):
        keeps = isinstance(value, str) and _ARN_OR_LOCATION.fullmatch(value) and not _SIGNED.search(value)
        return redact_text(value) if keeps and isinstance(value, str) else REDACTED
    return redact(value)


def redact_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return an environment or a set of hyperparameters, redacted.

    Opaque values (long random text) go too.
    """
    return {
        name: REDACTED if isinstance(value, str) and _is_opaque(value) else redact_named(name, value)
        for name, value in settings.items()
    }


def redact_text(text: str) -> str:
    """Return `text` without its secrets.

    These are presigned query strings, what is assigned to a secret's name, and texts in the shape of a known
    credential.
    """
    if "?" in text or "&" in text:
        text = _QUERY.sub(lambda query: f"?{REDACTED}" if _SIGNED.search(query[0]) else query[0], text)
    if "=" in text or ":" in text:
        text = _redact_assignments(text)
    for literal, shape in _TELLTALES:
        if literal in text:
            text = shape.sub(REDACTED, text)
    return text


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether the name is that of a credential: `HF_TOKEN`, `dbPassword`, `api-key`; not `MAX_TOKENS`."""
    words = [word.lower() for word in _WORD.findall(name)]
    found = {word for word in words if _SECRET_WORD.fullmatch(word)}
    if found == {"token"}:
        return not any(map(_TOKEN_OF_TEXT.fullmatch, words))
    return bool(found) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


def _redact_object(value: Mapping[str, Any]) -> dict[str, Any]:
    named = value.get("Name", value.get("name", value.get("Key")))
    held = "Value" if "Value" in value else "value"
    if isinstance(named, str) and held in value:
        return {key: redact_named(named if key == held else key, item) for key, item in value.items()}
    return {key: redact_named(key, item) for key, item in value.items()}


def _redact_assignments(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for match in _NAME_AND_SIGN.finditer(text):
        value = None
        if match.start() >= done and is_secret_name(match["name"]):
            value = _ASSIGNED.match(text, match.end())
        if value and value[0] != REDACTED:
            pieces += [text[done : match.end()], REDACTED]
            done = value.end()
    return "".join([*pieces, text[done:]])


def _is_opaque(text: str) -> bool:
    """Return whether a text is long random base64: its kind of letter changes often, that of words and paths seldom.

    Random text of this alphabet changes at 64% of its places, and camel-case English at about 30%.
    """
    if not _OPAQUE.fullmatch(text) or not all(map(set(text).intersection, (ascii_lowercase, ascii_uppercase, digits))):
        return False
    kinds = [letter.isdigit() + 2 * letter.isupper() + 3 * (not letter.isalnum()) for letter in text.rstrip("=")]
    changes = sum(before != after for before, after in pairwise(kinds))
    as_long_as_an_aws_secret_key = len(text) == 40 and not text.startswith("/")
    return changes > (0.3 if as_long_as_an_aws_secret_key else 0.5) * (len(kinds) - 1)
