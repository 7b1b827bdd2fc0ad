"""Names under which a credential is kept: `HF_TOKEN`, `dbPassword`, `STRIPE_KEY`; not `MAX_TOKENS` or `TokenColumn`."""

from __future__ import annotations

import re
from functools import lru_cache

REDACTED = "[redacted]"
"""Text that stands where a secret was."""

MAX_NAME = 256
"""Length from which a text is no name: SageMaker permits none that is longer."""

_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[가-힣]+"

PARTS = (
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "cookie", "dsn", "bearer", "jwt", "conn", "signature",
    "webhook", "otp", "psk", "psw", "mnemonic", "pat=", "pat:", "pat ", 'pat"', "pat'", "pw",
)  # fmt: skip
"""Letters of which some stand in every name of a credential, in lower case."""

KOREAN_PARTS = ("비밀", "암호", "인증키", "패스워드")

# Words that mean a credential, and what glued words end in (`dbpassword`).
_SECRET_WORD = (
    r"secrets?|passwords|credentials?|creds?|pass(?:phrase|code|key|wd)|pwd|authorization|bearer|jwt|dsn|cookies?|webhook"
    r"|비밀번호|비밀키|암호|인증키|패스워드|otp|psk|pw|psw|pswd|passwrd|mnemonic|conn(?:ection)?str(?:ing)?|(?:api|auth|access|secret|private|master|license|signing|encryption)key"
    r"|.*(?:passwor[dt]|passwd|passphrase|secret|(?:api|auth|access|refresh|bearer|session)token|apikey|secretkey"
    r"|(?:access|private)key)|db(?:pass|pwd)"
    r"|(?:hf|hub|github|gitlab|slack|bot|user|login|csrf|jwt|sas|vault|npm|pypi|wandb|my|client|personal|service|admin)token"
)
_SECRET_PAIRS = frozenset(
    {
        ("connection", "string"),
        ("conn", "str"),
        ("id", "token"),
        ("amz", "signature"),
        ("goog", "signature"),
        ("access", "signature"),
        ("pass", "word"),
    }
    | {(first, "auth") for first in ("basic", "http", "proxy", "redis", "smtp", "docker", "registry", "npm")}
    | {(first, "pat") for first in ("github", "gitlab", "gh", "git", "azure", "ado", "devops", "databricks")}
)
_SECRET_KEYS = frozenset({"api", "access", "private", "secret", "account", "signing", "auth", "license", "master"})

# A word after the credential's says what the value really is: the column of a token, the policy of passwords.
_ABOUT = frozenset(
    {"column", "columns", "col", "cols", "field", "fields", "feature", "features", "table", "schema", "header"}
    | {"policy", "policies", "rule", "rules", "name", "names", "type", "types", "kind", "format", "pattern", "regex"}
    | {"length", "len", "size", "count", "counts", "limit", "limits", "budget", "number", "num", "min", "max", "index"}
    | {
        "path",
        "paths",
        "file",
        "files",
        "filename",
        "dir",
        "folder",
        "arn",
        "arns",
        "uri",
        "url",
        "endpoint",
        "location",
    }
    | {"rotation", "expiry", "expiration", "expires", "ttl", "timeout", "lifetime", "age", "days", "hours", "minutes"}
    | {"seconds", "sec", "ms", "enabled", "required", "disabled", "optional", "provider", "manager", "store", "backend"}
    | {"version", "level", "method", "mode", "scheme", "strategy", "issuer", "audience", "algorithm", "algo", "spec"}
    | {"usage", "rate", "ratio", "cost", "price", "classification", "classifier", "embedding", "embeddings", "status"}
    | {
        "stdin",
        "strength",
        "validation",
        "validator",
        "reset",
        "resets",
        "request",
        "requests",
        "metrics",
        "accuracy",
        "loss",
    }
    | {"정책", "규칙", "길이", "이름", "경로"}
)
# `id` names a thing, and is half of these credentials.
_ID_IS_SECRET = frozenset({"key", "secret"})
# Beside one of these words, `token` means text for a model, or a number of such tokens, or a place in a list.
_TOKEN_OF_TEXT = (
    r"max|min|num|n|number|pad|eos|bos|unk|cls|sep|mask|special|start|stop|end|length|count|limit|type|size|ids?"
    r"|billable|per|embeddings?|level|classification|classifier|next|continuation|pagination|page|first|last|per|mean"
    r"|image|audio|video|vision|visual|speech|class|patch|text|words?|soft|decoder|encoder|registers?|language|modality"
    r"|drop|dropout|merge|merging|mixer|mixing|shift|pruning|overlap|prob|probs|probability|logits?|freq|frequency"
)
_WHICH = frozenset(
    {"prod", "production", "dev", "staging", "stg", "test", "live", "old", "new", "current", "main", "default", "id"}
    | {"value", "text", "string", "base", "b", "hex", "pem", "primary", "secondary", "v", "backup", "plain"}
)
_KMS = frozenset({"kms", "cmk", "sse"})
# Kinds of keys that unlock nothing: of tables, objects and lists.
_PLAIN_KEYS = frozenset(
    {"primary", "foreign", "partition", "sort", "join", "hash", "range", "merge", "group", "grouping", "composite"}
    | {"unique", "surrogate", "natural", "business", "candidate", "lookup", "dedup", "row", "column", "record", "index"}
    | {"s", "object", "prefix", "file", "path", "manifest", "artifact", "model", "data", "dataset", "input", "output"}
    | {
        "bucket",
        "resource",
        "volume",
        "public",
        "json",
        "yaml",
        "dict",
        "map",
        "item",
        "tag",
        "label",
        "target",
        "feature",
    }
    | {"config", "cache", "metric", "order", "event", "time", "date", "timestamp", "customer", "idempotency", "context"}
    | {"source", "destination", "src", "dst", "sample", "train", "test", "validation", "eval", "report", "result", "by"}
    | {"distribution", "dist", "cluster", "shard", "routing", "message", "query", "value", "text", "image", "document"}
    | {
        "parameter",
        "variable",
        "option",
        "setting",
        "entity",
        "parent",
        "child",
        "first",
        "last",
        "each",
        "any",
        "no",
        "shuffle",
        "split",
        "on",
        "attribute",
    }
)
# Beside one of these, `pass` is a turn, a filter or a result.
_PLAIN_PASSES = frozenset(
    {
        "first",
        "second",
        "third",
        "single",
        "multi",
        "two",
        "one",
        "num",
        "n",
        "max",
        "min",
        "high",
        "low",
        "band",
        "all",
    }
    | {
        "by",
        "forward",
        "backward",
        "per",
        "each",
        "full",
        "test",
        "tests",
        "did",
        "must",
        "final",
        "last",
        "pre",
        "post",
    }
)


def is_secret_name(name: str) -> bool:
    """Return whether a name is that of a credential; one longer than `MAX_NAME` is no name.

    A name is split into words at punctuation and camel case. A word that means a credential counts, unless a later
    one says that the value is something about it.
    """
    return len(name) <= MAX_NAME and _is_secret(name)


def is_only_auth(name: str) -> bool:
    """Return whether a name says no more than `auth`: below it stand the settings of a method, which have names."""
    return words_of(name)[-1:] == ["auth"]


def is_about(name: str) -> bool:
    """Return whether a name says that its value is something about a credential and not the credential itself."""
    return not _ABOUT.isdisjoint(words_of(name))


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    if name in ("PWD", "OLDPWD"):  # where a process of Unix is
        return False
    words = words_of(name)
    return any(_means_secret(words, at) and not _about(words, at) for at in range(len(words)))


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case, split at punctuation, digits and camel case."""
    return [word.lower() for word in re.findall(_WORD, name)]


def _means_secret(words: list[str], at: int) -> bool:
    word, before = words[at], words[at - 1] if at else ""
    is_last = at == len(words) - 1
    if word == "token" and before == "id":
        return True
    if word == "token":
        return not any(re.fullmatch(_TOKEN_OF_TEXT, each) for each in words)
    if word in ("key", "keys"):
        return not _KMS.intersection(words) and (before in _SECRET_KEYS or (word == "key" and _may_unlock(words, at)))
    if word == "auth" and is_last:
        return True
    if word == "pass":
        return is_last and before not in _PLAIN_PASSES
    return re.fullmatch(_SECRET_WORD, word) is not None or (before, word) in _SECRET_PAIRS


def _may_unlock(words: list[str], at: int) -> bool:
    """Return whether the key at `at` is of no plain kind, and the name ends with it, or with which one it is."""
    return at > 0 and words[at - 1] not in _PLAIN_KEYS and _WHICH.issuperset(words[at + 1 :])


def _about(words: list[str], at: int) -> bool:
    """Return whether a word after the credential's says that the value is something about it.

    A webhook's URL is the credential itself.
    """
    after = words[at + 1 :]
    if words[at] == "webhook":
        after = [word for word in after if word not in ("url", "uri", "endpoint")]
    return not _ABOUT.isdisjoint(after) or ("id" in after and words[at] not in _ID_IS_SECRET)
