"""The lineage of a pipeline on the command line: the API's answer without deploying anything."""

import sys

from chalicelib.cli import main
from chalicelib.core.query import Params


def ask(params: Params) -> str:
    """Asks AWS with the app's own clients; they are made only where they are needed."""
    import app
    from chalicelib import web

    return web.lineage_text(params, app.SERVICE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ask))
