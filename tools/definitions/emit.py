"""Runs inside an environment that has one SDK: writes the definitions of the given modules, and the SDK's own lists."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from definitions import offline


def main(target: Path, *modules: str) -> None:
    offline.enter()
    for name in modules:
        module = importlib.import_module(f"definitions.{name}")
        for pipeline_name, make in module.PIPELINES.items():
            document = json.loads(make(module.session()).definition())
            (target / f"{pipeline_name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
