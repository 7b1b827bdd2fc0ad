"""Emit the committed pipeline definitions with the locked SageMaker SDKs, offline, or check them.

    python tools/emit_definitions.py            writes corpus/emitted and the manifests anew
    python tools/emit_definitions.py --check    emits elsewhere, and says what is unknown or different

Each SDK gets a virtual environment of its own below build/definitions, from its lock in corpus; `make lock`
brings those to the newest SDKs. The emission itself runs without a network and without credentials.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from corpus.emit import FOLDERS  # noqa: E402
from corpus.words import words  # noqa: E402
from tools import environment  # noqa: E402 -- this file is run from anywhere

LOCKS = {generation: ROOT / "corpus" / "sources" / f"{generation}.txt" for generation in ("v2", "v3")}
MANIFEST = Path("corpus/manifest.json")
SANDBOX_MANIFEST = Path("corpus/emitted/demo/manifest.json")
EXCERPT = 20
"""How many lines of a difference are shown."""


def main(arguments: list[str]) -> int:
    """Run the command; 1 where a check found something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; report what is unknown or different")
    parser.add_argument("--environments", type=Path, default=ROOT / "build" / "definitions", help="where the SDKs live")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        for generation, lock in LOCKS.items():
            try:
                python = environment.fill(options.environments / generation, lock, quiet=True)
            except environment.EnvironmentFailed as failed:
                sys.exit(f"definitions: {failed}")
            _emit(python, generation, target)
        _write_manifests(target)
        if options.check:
            return report(target)
        _install(target)
    return 0


def _emit(python: Path, generation: str, target: Path) -> None:
    """Let that Python write its generation's definitions below `target`."""
    print(f"emitting {generation}", flush=True)
    scratch = target / "scratch"
    scratch.mkdir(exist_ok=True)
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(scratch), "PYTHONPATH": str(ROOT)}
    _run([str(python.absolute()), "-m", "corpus.emit", generation, str(target)], cwd=scratch, env=environment)


def _run(command: list[str], **options: Any) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def _write_manifests(target: Path) -> None:
    vocabularies = {name: json.loads((target / f"{name}.json").read_text(encoding="utf-8")) for name in LOCKS}
    _write(target / MANIFEST, vocabularies)
    pipelines = sorted(path.stem for path in (target / SANDBOX_MANIFEST.parent).glob("*.json"))
    _write(target / SANDBOX_MANIFEST, {"sagemaker": vocabularies["v2"]["sagemaker"], "pipelines": pipelines})


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _emitted(root: Path) -> dict[str, str]:
    """Return every emitted file below `root`, by its path from there."""
    folders = [root / folder for folders in FOLDERS.values() for folder in folders]
    paths = [path for folder in folders for path in folder.glob("*.json")] + [root / MANIFEST]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths if path.exists()}


def _install(target: Path) -> None:
    """Put what was emitted in the place of what is committed."""
    new, old = _emitted(target), _emitted(ROOT)
    for name in old.keys() - new.keys():
        (ROOT / name).unlink()
    for name, text in new.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
    changed = sorted(name for name in new.keys() | old.keys() if new.get(name) != old.get(name))
    print("\n".join(f"wrote {name}" for name in changed) or "nothing to write: all is as it was")


def report(target: Path) -> int:
    """Say what the locked SDKs emit or list that the committed files do not have."""
    new, old = _emitted(target), _emitted(ROOT)
    lines = [f"unknown {kind}: {word}" for kind, word in sorted(vocabulary_of(new) - vocabulary_of(old))]
    for name in sorted(new.keys() | old.keys()):
        difference = difflib.unified_diff(
            old.get(name, "").splitlines(),
            new.get(name, "").splitlines(),
            f"committed/{name}",
            f"emitted/{name}",
            n=1,
            lineterm="",
        )
        shown = list(difference)
        lines += shown[:EXCERPT] + ([f"… {len(shown) - EXCERPT} more lines"] if len(shown) > EXCERPT else [])
    print("\n".join(lines) or "the locked SDKs emit exactly what is committed")
    return 1 if lines else 0


def vocabulary_of(files: dict[str, str]) -> set[tuple[str, str]]:
    """Return each kind of word with each word: what the definitions use, and what the SDKs list."""
    found: set[tuple[str, str]] = set()
    for name, text in files.items():
        document = json.loads(text)
        if name == MANIFEST.as_posix():
            lists = [
                item for vocabulary in document.values() for item in vocabulary.items() if isinstance(item[1], list)
            ]
            found |= {(kind, word) for kind, listed in lists for word in listed}
        elif "Steps" in document:
            found |= {(kind, word) for kind, used in words(document).items() for word in used}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
