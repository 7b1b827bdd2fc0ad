"""Commands that copy from one place to another, or remove: which of their operands is read, written or removed.

https://docs.aws.amazon.com/cli/latest/reference/s3/cp.html
https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-common/FileSystemShell.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal

REMOVED: Literal["removed object"] = "removed object"
NAMED: Literal["named place"] = "named place"
Done = Literal["source", "destination", "removed object", "named place"]
"""What a command does with an operand; none is the name of a flag."""

MAX_WORDS = 4096
"""Maximum number of words of one command that are looked at."""

_COPIES = re.compile(r"\bs3\s+(?:cp|mv|sync|rm|rb|mb)\b|\b(?:s5cmd|s3cmd|distcp|hadoop|hdfs)\b")
_COMMAND = re.compile(r"[^;|&\n]+(?:&(?!&)[^;|&\n]*)*")
_WORD = re.compile(r"\S+")
_VERBS = {
    "s3": frozenset({"cp", "mv", "sync", "rm", "rb", "mb"}),
    "s5cmd": frozenset({"cp", "mv", "sync", "rm", "rb", "mb"}),
    "s3cmd": frozenset({"put", "get", "cp", "mv", "sync", "del", "rm", "rb", "mb"}),
    "fs": frozenset(
        {"-cp", "-mv", "-put", "-get", "-copyFromLocal", "-copyToLocal", "-moveFromLocal", "-rm", "-rmr", "-rmdir"}
        | {"-appendToFile", "-mkdir", "-touchz"}
    ),
}
_REMOVES = frozenset({"rm", "rb", "del", "-rm", "-rmr", "-rmdir"})
_MAKES_EMPTY = frozenset({"mb", "-mkdir", "-touchz"})
_VERBS["dfs"] = _VERBS["fs"]
_CALLERS = {"s3": ("aws",), "fs": ("hadoop", "hdfs"), "dfs": ("hadoop", "hdfs")}
"""Names of programs of which the command must be a part; `s5cmd` is one of its own."""
_WITHOUT_VALUE = frozenset(
    {"--recursive", "--quiet", "--dryrun", "--only-show-errors", "--no-progress", "--delete", "--exact-timestamps"}
    | {"--size-only", "--follow-symlinks", "--no-follow-symlinks", "--no-guess-mime-type", "--force-glacier-transfer"}
    | {"--ignore-glacier-warnings", "--debug", "--no-verify-ssl", "--no-sign-request", "--no-paginate"}
    | {
        "-f",
        "-r",
        "-R",
        "-skipTrash",
        "-safely",
        "--force",
        "-p",
        "-d",
        "-l",
        "-update",
        "-overwrite",
        "-append",
        "-skipcrccheck",
        "-i",
        "-crc",
        "-ignoreCrc",
    }
)


@lru_cache(maxsize=64)
def copied_in(text: str) -> tuple[tuple[int, int, Done], ...]:
    """Return the operands of copying and removing commands in a shell's text, as (start, end, what is done)."""
    return tuple(_copied_in(text)) if _COPIES.search(text) else ()


def _copied_in(text: str) -> Iterator[tuple[int, int, Done]]:
    for command in _COMMAND.finditer(text):
        words = list(islice(_WORD.finditer(text, command.start(), command.end()), MAX_WORDS))
        for index, done in copied([word[0].strip("\"'()`") for word in words]).items():
            yield words[index].start(), words[index].end(), done


def copied(words: Sequence[object]) -> dict[int, Done]:
    """Return the operands of a copying or removing command by their position among its words: what is done with each.

    The last operand of a copy is the destination; other words than text are operands, too.
    """
    words = words[:MAX_WORDS]
    start = _after_verb(words)
    operands = list(_operands(words, start)) if start else []
    if start and words[start - 1] in _REMOVES:
        return dict.fromkeys(operands, REMOVED)
    if start and words[start - 1] in _MAKES_EMPTY:
        return dict.fromkeys(operands, NAMED)
    return {at: "destination" if at == operands[-1] else "source" for at in operands} if len(operands) > 1 else {}


def _after_verb(words: Sequence[object]) -> int:
    """Return the position of the first word after the command's name and verb; 0 where it is no such command."""
    before: set[str] = set()
    for index, word in enumerate(words[:-1]):
        if not isinstance(word, str):
            continue
        name = word.rpartition("/")[2]
        verb = words[index + 1]
        if name == "distcp":
            return index + 1
        called = name not in _CALLERS or not before.isdisjoint(_CALLERS[name])
        if called and isinstance(verb, str) and verb in _VERBS.get(name, ()):
            return index + 2
        before.add(name)
    return 0


def _operands(words: Sequence[object], start: int) -> Iterator[int]:
    skip = False
    for index in range(start, len(words)):
        word = words[index]
        if skip:
            skip = False
        elif isinstance(word, str) and word.startswith("-") and word != "-":
            skip = "=" not in word and word not in _WITHOUT_VALUE
        else:
            yield index
