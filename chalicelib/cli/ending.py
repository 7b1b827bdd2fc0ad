"""End of a command that asks about the account: its exit code, and one line on stderr where something was wrong."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.cli.dump import complain
from chalicelib.core.values.errors import BadQuery, LineageError
from chalicelib.settings import BadSetting

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended: https://tldp.org/LDP/abs/html/exitcodes.html"""

PLACE = "a folder or s3://BUCKET/PREFIX"
"""What a store may be."""


def ended(work: Callable[[], None], program: str, store: str | None) -> int:
    """Do a command's work and return its exit code: 0, 1 with one line on stderr, 2 for a bad command line."""
    try:
        work()
    except BadQuery as error:
        return complain(program, str(error), 2)
    except (LineageError, BadSetting) as error:
        return complain(program, str(error), 1)
    except OSError as error:
        return complain(program, f"{error.filename or store}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        return complain(program, "stopped; the same command goes on from here", INTERRUPTED)
    return 0
