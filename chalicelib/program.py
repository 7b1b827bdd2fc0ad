"""The command line as a program, under both its names: its subcommands, over the environment's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from chalicelib import __version__
from chalicelib.cli import diff
from chalicelib.cli import dump as dumping
from chalicelib.core.query.parsing import Params
from chalicelib.settings import parse_settings

if TYPE_CHECKING:
    from chalicelib.web.request import Service

PROGRAM = "sagemaker-lineage"

Command = Callable[[Sequence[str], str], int]
"""A subcommand: its arguments and the program's name in; an exit code out."""


def ask(params: Params) -> str:
    """Answer `GET /lineage` with the environment's settings and credentials; return the body."""
    from chalicelib.web.handlers import get_lineage  # what asks AWS is imported where AWS is asked
    from chalicelib.web.respond import local_text

    return local_text(get_lineage, "/lineage", params, _service())


def _account(command: str) -> Command:
    """Return a subcommand that asks about the whole account."""

    def run(arguments: Sequence[str], program: str) -> int:
        from chalicelib.cli import account  # what asks AWS is imported where AWS is asked

        return account.main(command, arguments, _service, program)

    return run


def scan(arguments: Sequence[str], program: str) -> int:
    """Read the account into a store."""
    from chalicelib.cli import scan as scanning  # what asks AWS is imported where AWS is asked

    return scanning.main(arguments, _service, program)


def _service() -> Service:
    from chalicelib.service import make_service

    return make_service(parse_settings(os.environ), os.environ)


def dump(arguments: Sequence[str], program: str) -> int:
    """Print the lineage of a pipeline, or of a definition file."""
    return dumping.main(arguments, ask, program=program, environment=os.environ)


SUMMARIES: Mapping[str, str] = {
    "dump": "tell the lineage of one pipeline, or of definition files (flags alone mean this)",
    "diff": "tell what changed between two answers, or two executions",
    "scan": "read what changed in the account into a store: a folder, or s3://BUCKET/PREFIX",
    "impact": "tell what a place, pipeline or model reaches, or was made from",
    "account": "sum the account up, what needs attention first",
}
"""What each subcommand does, for the program's own help."""

COMMANDS: Mapping[str, Command] = {
    "dump": dump,
    "diff": diff.main,
    "scan": scan,
    **{name: _account(name) for name in ("impact", "account")},
}


def overview(program: str) -> str:
    """Return the list of subcommands, which stands before the flags of `dump` in the program's help."""
    lines = [f"  {name:<8} {summary}\n" for name, summary in SUMMARIES.items()]
    return f"Commands, each with a --help of its own ({program} COMMAND --help):\n{''.join(lines)}\n"


def _write_any_text(stream: TextIO) -> None:
    """Let a stream take every text: a file or pipe as UTF-8, a terminal in its own encoding as far as that goes."""
    if isinstance(stream, TextIOWrapper):
        encoding = stream.encoding if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def main(arguments: Sequence[str] | None = None, program: str = PROGRAM) -> int:
    """Run a command line; flags alone mean `dump`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _write_any_text(sys.stdout)
    if given[:1] == ["--version"]:
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        return 0
    if given[:1] in (["-h"], ["--help"]):
        sys.stdout.write(overview(program))
    if given and not given[0].startswith("-"):
        command = COMMANDS.get(given[0])
        if command is None:
            sys.stderr.write(f"{program}: no command of this name; there is {', '.join(COMMANDS)}\n")
            return 2
        return command(given[1:], f"{program} {given[0]}")
    return dump(given, program)


if __name__ == "__main__":
    sys.exit(main())
