"""Runs where one SDK is installed: writes that generation's definitions, and what the SDK lists as its vocabulary."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from corpus import offline
from corpus.steps import listed, watched

FOLDERS: dict[str, dict[str, tuple[str, ...]]] = {
    "v2": {
        "corpus/emitted/demo": ("demo", "demo_chain", "demo_others"),
        "corpus/emitted/v2": (
            "training",
            "processing",
            "models",
            "checks",
            "conditions",
            "orchestration",
            "functions",
        ),
    },
    "v3": {
        "corpus/emitted/v3": ("jobs", "models", "loops", "services", "functions", "evaluations"),
    },
}
"""Which modules of a generation write into which folder."""

CLEANSED = (
    # The registries of AWS's own images: real account ids that a fixture has no need of.
    (re.compile(rf"\b(?!{offline.ACCOUNT})\d{{12}}(?=\.dkr\.ecr\.)"), "111122223333"),
    # The moment of the emission, in the location of uploaded code.
    (re.compile(r"\b20\d\d(-\d\d){5}-\d{3}\b"), "2026-01-01-00-00-00-000"),
    (re.compile(r"(?<=-)20\d{12}(?=/)"), "20260101000000"),
    # The interpreter that ran the emission, among the arguments of a function's container.
    (re.compile(r'(?<="--client_python_version",)(\s+)"3\.\d+"'), r'\1"3.11"'),
    # The public half of a key made for each emission; to a scanner it looks like a secret.
    (re.compile(r'(?<="REMOTE_FUNCTION_SECRET_KEY": )"[^"]*"'), '"a public key"'),
    # A temporary file that the SDK made of the requirements of a function.
    (re.compile(r"\bsagemaker_requirements_\w{8}\.txt\b"), "sagemaker_requirements.txt"),
)
"""What would differ from one emission to the next, or name somebody, and what stands there instead."""


def main(generation: str, root: Path) -> None:
    """Write every definition of `generation` below `root`, and `<generation>.json` with the SDK's vocabulary."""
    offline.enter()
    language = importlib.import_module(f"corpus.sources.{generation}.vocabulary")
    kinds = listed(language.ROOTS, language.PACKAGE)
    made = watched(kinds)
    session = importlib.import_module(f"corpus.sources.{generation}.parts").session
    for folder, modules in FOLDERS[generation].items():
        target = root / folder
        target.mkdir(parents=True, exist_ok=True)
        for name in modules:
            module = importlib.import_module(f"corpus.sources.{generation}.{name}")
            for pipeline_name, make in module.PIPELINES.items():
                (target / f"{pipeline_name}.json").write_text(text_of(make(session())), encoding="utf-8")
    vocabulary = language.vocabulary()
    vocabulary["stepClasses"] = [kind.__name__ for kind in kinds]
    vocabulary["stepClassesUsed"] = sorted(made)
    (root / f"{generation}.json").write_text(json.dumps(vocabulary, indent=2) + "\n", encoding="utf-8")


def text_of(pipeline: Any) -> str:
    """The definition as it is committed: indented, and without what belongs to one emission or to somebody."""
    text = json.dumps(json.loads(pipeline.definition()), indent=2)
    for pattern, replacement in CLEANSED:
        text = pattern.sub(replacement, text)
    return text + "\n"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
