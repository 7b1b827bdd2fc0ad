"""The lineage of a pipeline on the command line: the API's answer without deploying anything."""

import sys

from chalicelib.program import main

if __name__ == "__main__":
    sys.exit(main(program="lineage_dump.py"))
