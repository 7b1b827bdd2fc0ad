"""`python -m faults.double [PORT]`: the double on its own, for any AWS client to point at."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from faults.double.server import serve

with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
