"""Check the SARIF of every definition in the corpus with Microsoft's SARIF multitool, by its rules and GitHub's."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from chalicelib.formats.exports.export import Answer
from chalicelib.formats.exports.sarif import write
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage
from tools.npm import InstallFailed, install

ROOT = Path(__file__).resolve().parent.parent
MULTITOOL = ROOT / "tools" / "multitool"
PROGRAM = MULTITOOL / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
COMPLAINT = re.compile(r": (?:error|warning|note) [A-Z]+\d+: ")


class CheckFailed(Exception):
    """The check could not be made; the message says why."""


def why_not() -> str | None:
    """Return why the check cannot be made on this machine, or `None` where it can."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return "the SARIF multitool is a program for Linux on x86-64"
    return None if shutil.which("npm") else "npm, which brings the SARIF multitool, is not installed"


def complaints(logs: list[Path]) -> list[str]:
    """Return what the multitool has to say of some logs."""
    command = [str(PROGRAM), "validate", *map(str, logs), "--rule-kind", "Sarif;Gh", "--threads", "2"]
    # Its runtime would ask for a library of languages that it does not need.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if "Analysis completed successfully." not in done.stdout:
        raise CheckFailed(f"the multitool did not get through: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return [line for line in done.stdout.splitlines() if COMPLAINT.search(line)]


def answers() -> list[Answer]:
    """Return every definition of the corpus, as the command line would read it."""
    found = []
    for path in sorted((ROOT / "corpus" / "emitted").rglob("*.json")):
        text = path.read_text(encoding="utf-8")
        if "Steps" in json.loads(text):
            lineage = to_lineage(offline_lineage(text, path.stem, {}))
            found.append(Answer(lineage, path.relative_to(ROOT).as_posix(), text))
    return found


def check(folder: Path) -> list[str]:
    """Return complaints about the one log of all definitions; one that is wrong beside it must be complained of too."""
    log, broken = folder / "all.sarif", folder / "broken.sarif"
    log.write_text(write(answers()), encoding="utf-8")
    document = json.loads(log.read_text(encoding="utf-8"))
    del document["runs"][0]["results"][0]["locations"]
    broken.write_text(json.dumps(document), encoding="utf-8")
    found = complaints([log, broken])
    if not any("GH1015" in line and str(broken) in line for line in found):
        raise CheckFailed("the multitool does not see a result without a location")
    return [line for line in found if str(broken) not in line]


def main() -> int:
    """Make the check; 1 where it fails."""
    reason = why_not()
    if reason:
        print(f"sarif: {reason}", file=sys.stderr)
        return 1
    try:
        install(MULTITOOL)
        PROGRAM.chmod(0o755)
        with tempfile.TemporaryDirectory() as folder:
            found = check(Path(folder))
    except (CheckFailed, InstallFailed) as failed:
        print(f"sarif: {failed}", file=sys.stderr)
        return 1
    print("\n".join(found) or "sarif: nothing to complain of")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
