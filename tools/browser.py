"""Try the page in a real browser: on canned answers, and node by node against the API over the demo account."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from contextlib import ExitStack

from tools import demo, viewer

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def why_not() -> str | None:
    """Return why the page cannot be tried in a browser on this machine, or `None` where it can."""
    named = os.environ.get("CHROMIUM")
    found = named or any(map(shutil.which, CHROMIUMS))
    return viewer.why_not() or (None if found else "Chromium is not installed")


def free_port() -> int:
    """Return a port of loopback that nobody holds just now."""
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Build the page, serve it over the demo account, and drive Chromium; 1 where that fails."""
    reason = why_not()
    if reason:
        print(f"browser: {reason}", file=sys.stderr)
        return 1
    try:
        viewer.build()
        viewer.install()
        demo.OUT.mkdir(parents=True, exist_ok=True)
        with ExitStack() as running:
            base = demo.serve(free_port(), running, demo.open_account(running))
            viewer.npm("run", "e2e", show=True, variables={"VIEWER_BASE_URL": base})
    except (viewer.ViewerFailed, demo.DemoFailed) as failed:
        print(f"browser: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
