"""`python -m sandbox`: the account in the foreground, until interrupted."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.accounts import Account, account
from sandbox.demo import fill
from sandbox.names import check_pipeline_name, pipeline_name

DEFAULT_PORT = 5510


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A SageMaker account on this machine, played by moto, for any AWS client to ask.",
    )
    made.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port on 127.0.0.1; 0 takes a free one (%(default)s)"
    )
    made.add_argument(
        "--definition", type=Path, metavar="FILE", help="run this pipeline definition instead of the demo's"
    )
    made.add_argument("--name", help="the pipeline's name (the file's, made a valid one)")
    made.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="a parameter's value")
    made.add_argument("--fail", action="append", default=[], metavar="STEP", help="let this step fail")
    made.add_argument("--cached", action="append", default=[], metavar="STEP", help="let this step hit the cache")
    made.add_argument(
        "--executing", action="append", default=[], metavar="STEP", help="let this step be executing still"
    )
    return made


def main(argv: Sequence[str], over: threading.Event) -> int:
    """Open the account, fill it, say how to reach it, and wait until `over`; 2 for what cannot be done."""
    arguments = parser().parse_args(argv)
    try:
        document = read(arguments.definition) if arguments.definition else None
        with account(arguments.port) as opened:
            if document is None:
                fill(opened, say)
            else:
                play(opened, document, arguments)
            say(welcome(opened))
            over.wait()
    except OSError as wrong:
        return complain(f"port {arguments.port} cannot be used: {wrong.strerror}")
    except (OverflowError, ValueError) as wrong:
        return complain(str(wrong))
    return 0


def read(path: Path) -> dict[str, Any]:
    """Return a definition document; raise ValueError with what is wrong with the file."""
    try:
        document = json.loads(path.read_text())
    except OSError as wrong:
        raise ValueError(f"{path} cannot be read: {wrong.strerror}") from None
    except ValueError as wrong:
        raise ValueError(f"{path} is no JSON: {wrong}") from None
    if not isinstance(document, dict) or not isinstance(document.get("Steps"), list):
        raise ValueError(f"{path} is no pipeline definition: it has no list of Steps")  # noqa: TRY004 - what the caller sees
    return document


def play(opened: Account, document: dict[str, Any], arguments: argparse.Namespace) -> None:
    """Put the user's pipeline into the account and run it; a cached step is run once before."""
    name = pipeline_name(arguments.definition.stem) if arguments.name is None else check_pipeline_name(arguments.name)
    given = {}
    for pair in arguments.parameter:
        key, found, value = pair.partition("=")
        if not found:
            raise ValueError(f"--parameter {pair} is not NAME=VALUE")
        given[key] = value
    opened.put_pipeline(document, name)
    if arguments.cached:
        opened.run(name, given)
    made = opened.run(name, given, fail=arguments.fail, cached=arguments.cached, executing=arguments.executing)
    for step in made.steps:
        say(f"  {step['StepStatus']:<10} {step['StepName']}")
    say(f"{name}: {made.status}")
    say(f"The pipeline's name: {name}")


def welcome(opened: Account) -> str:
    """Return how any AWS client finds the account."""
    lines = [f"  export {name}={value}" for name, value in opened.environment.items()]
    return "\n".join(["The account is up; point any AWS client at it:", *lines, "Stop it with Ctrl-C."])


def say(line: str) -> None:
    """Print one line to the terminal, at once."""
    print(line, flush=True)


def complain(line: str) -> int:
    """Print one clear line on stderr."""
    print(f"sandbox: {line}", file=sys.stderr)
    return 2


def until_interrupted() -> threading.Event:
    """Return what is set by Ctrl-C, or by a polite kill."""
    over = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _number, _frame: over.set())
    return over


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], until_interrupted()))
