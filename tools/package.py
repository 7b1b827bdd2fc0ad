"""Build what is deployed: a SAM template and a zip of a stage, the same bytes every time.

Chalice itself makes the template and gathers the files. Here the dependencies come from the lock file by their hashes,
for the function's own processor; botocore's data of what is never asked goes; everything is compiled, because
`/var/task` is read-only and Python could not keep what it compiles there; the zip is written in order, without times.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chalice.analyzer import get_client_calls_for_app

from tools import environment, viewer
from tools.policy import as_text, policies, policy, scan_policies, stage_environment
from tools.scan import scans, with_places, with_scan
from tools.slim import slim
from tools.template import merge_template

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
BUILD = ROOT / "build" / "package"
SAM = ROOT / ".make" / "sam"
TASK_ROOT = "/var/task"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}


class PackageFailed(Exception):
    """The package could not be built; the message says why in a line."""


def run(command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Run a program silently; its whole output is shown where it fails."""
    surroundings = dict(os.environ if env is None else env)
    done = subprocess.run(
        command,
        cwd=cwd,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout.rstrip(), file=sys.stderr)
        raise PackageFailed(f"{Path(command[0]).name} {' '.join(command[1:3])} failed (see above)")
    return done.stdout


def config() -> dict[str, Any]:
    """Return Chalice's configuration of all stages."""
    read: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text())
    return read


# --- Gathering -----------------------------------------------------------------------------------------


def gather_sources(target: Path) -> None:
    """Copy what the function runs, and what Chalice needs to know of it, into a folder of its own."""
    shutil.rmtree(target, ignore_errors=True)
    without = shutil.ignore_patterns("__pycache__", "*.pyc", ".DS_Store")
    shutil.copytree(ROOT / "chalicelib", target / "chalicelib", ignore=without)
    shutil.copy(ROOT / "app.py", target)
    (target / ".chalice").mkdir()
    for path in sorted((ROOT / ".chalice").glob("*.json")):
        shutil.copy(path, target / ".chalice")
    (target / "requirements.txt").touch()  # the dependencies are in vendor/ already


def gather_dependencies(target: Path, architecture: str, *, cut: bool, scan: bool) -> None:
    """Install the locked dependencies for Lambda's Linux on `architecture`, each checked by its hash."""
    tags = [f"manylinux2014_{MACHINES[architecture]}", f"manylinux_2_17_{MACHINES[architecture]}"]
    places = [flag for tag in tags for flag in ("--platform", tag)]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    run(
        [
            *(str(BIN / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-compile"),
            *("--only-binary", ":all:", "--implementation", "cp", "--python-version", python, *places),
            *("--target", str(target / "vendor"), "--requirement", str(ROOT / "requirements.txt")),
        ]
    )
    shutil.rmtree(target / "vendor" / "bin", ignore_errors=True)
    for record in (target / "vendor").glob("*.dist-info/RECORD"):
        record.unlink()  # it knows the place of the programs in bin/, and not what is cut from here
    if cut:
        slim(target / "vendor" / "botocore", get_client_calls_for_app((ROOT / "app.py").read_text()), scan=scan)


def chalice_package(source: Path, stage: str, out: Path, configuration: Mapping[str, Any]) -> None:
    """Have Chalice write the template and the zip of a stage."""
    merged = source / "merge.json"
    environment = stage_environment(stage, configuration)
    merged.write_text(json.dumps(merge_template({**configuration, **configuration["stages"][stage]}, environment)))
    # The region is in no file: Chalice wants to know one all the same, and asks for no credentials.
    surroundings = {**os.environ, "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}
    command = [str(BIN / "chalice"), "package", "--stage", stage, "--merge-template", str(merged), str(out)]
    run(command, cwd=source, env=surroundings)
    template = json.loads((out / "sam.json").read_text())
    (out / "sam.json").write_text(json.dumps(with_places(template), indent=2, sort_keys=True) + "\n")


def write_scan(source: Path, stage: str, configuration: Mapping[str, Any]) -> None:
    """Write the configuration of a stage that scans, and the policy of each of its functions, for Chalice to read."""
    chalice = source / ".chalice"
    scope = json.loads((chalice / "scope.json").read_text())
    app = (source / "app.py").read_text()
    (chalice / "config.json").write_text(json.dumps(configuration))
    (chalice / configuration["stages"][stage]["iam_policy_file"]).write_text(
        as_text(policy(stage, app, configuration, scope))
    )
    for name, document in scan_policies(stage, app, configuration, scope):
        (chalice / name).write_text(as_text(document))


# --- The zip -------------------------------------------------------------------------------------------


def compile_sources(folder: Path) -> None:
    """Put a `.pyc` beside every module, valid wherever the files lie and whatever their times."""
    mode = ("--invalidation-mode", "unchecked-hash")
    named = ("-s", str(folder), "-p", TASK_ROOT)
    run(
        [sys.executable, "-m", "compileall", "-q", *mode, *named, str(folder)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


def write_zip(folder: Path, target: Path) -> None:
    """Zip a folder in order, without times and owners: the same files are the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def repack(archive: Path, unpacked: Path, *, compiled: bool) -> None:
    """Unpack what Chalice has zipped, compile it, and zip it again."""
    shutil.rmtree(unpacked, ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacked)
    if compiled:
        compile_sources(unpacked)
    write_zip(unpacked, archive)


def build(stage: str, out: Path, *, dependencies: bool = True, finished: bool = True, scan: bool = False) -> Path:
    """Build a stage's template and zip in `out`, and leave the zip's content in `out`/content; gives `out`.

    With `scan` the scan's functions are in it, as they are where the stage asks for them by itself. Without
    `dependencies` there is only our own code in the zip, without `finished` it is neither cut nor compiled.
    """
    configuration = config()
    if stage not in configuration["stages"]:
        raise PackageFailed(f"no stage {stage} in .chalice/config.json: there is {', '.join(configuration['stages'])}")
    for path, text in policies():
        if not path.is_file() or path.read_text() != text:
            raise PackageFailed(f".chalice/{path.name} does not fit app.py: run `make policy`")
    shutil.rmtree(out, ignore_errors=True)
    source = out / "source"
    gather_sources(source)
    scan = scan or scans(configuration, stage)
    if dependencies:
        architecture = configuration["stages"][stage].get("lambda_architecture", "x86_64")
        gather_dependencies(source, architecture, cut=finished, scan=scan)
    if scan:
        configuration = with_scan(configuration, stage)
        write_scan(source, stage, configuration)
    chalice_package(source, stage, out, configuration)
    shutil.rmtree(source)
    repack(out / "deployment.zip", out / "content", compiled=finished)
    return out


# --- Checking ------------------------------------------------------------------------------------------


def sam() -> str:
    """Return SAM's command line, in an environment of its own: its pins and Chalice's do not agree."""
    environment.fill(SAM, ROOT / "tools" / "sam.txt", quiet=True)
    return str(SAM / "bin" / "sam")


def check(template: Path) -> None:
    """Lint a template with cfn-lint and with SAM; neither asks the network."""
    run([str(BIN / "cfn-lint"), "--include-checks", "W", "--", str(template)])
    offline = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    run([sam(), "validate", "--lint", "--template", str(template)], env=offline)


def check_all() -> None:
    """Build every stage's template without the dependencies, which no template speaks of, and lint it."""
    for stage in config()["stages"]:
        for scan in (False, True):
            out = build(stage, BUILD / "check" / f"{stage}{'-scan' if scan else ''}", dependencies=False, scan=scan)
            check(out / "sam.json")
            what = f"{stage}, with the scan," if scan else stage
            print(f"package: the template of {what} passes cfn-lint and sam validate")


def build_page() -> None:
    """Build the page where that can be done; without it the API's root says how to get it."""
    reason = viewer.why_not()
    if reason:
        print(f"package: without the page: {reason}", flush=True)
    else:
        viewer.build()


def main(arguments: list[str]) -> int:
    """Build a stage, or check all of them; 1 with a line where that fails."""
    parser = argparse.ArgumentParser(prog="make package", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json (%(default)s)")
    parser.add_argument("--scan", action="store_true", help="with the scan's functions, their queue and their store")
    parser.add_argument("--check", action="store_true", help="lint the templates of all stages, and build no zip")
    parser.add_argument("--fetch", action="store_true", help="install what lints the templates, and nothing more")
    options = parser.parse_args(arguments)
    try:
        if options.fetch:
            sam()
            return 0
        if options.check:
            check_all()
            return 0
        build_page()
        out = build(options.stage, BUILD / options.stage, scan=options.scan)
        check(out / "sam.json")
    except (PackageFailed, environment.EnvironmentFailed, viewer.ViewerFailed) as failed:
        print(f"package: {failed}", file=sys.stderr)
        return 1
    size = (out / "deployment.zip").stat().st_size / 1e6
    print(f"package: {out.relative_to(ROOT)}/sam.json and deployment.zip ({size:.1f} MB)")
    print(f"package: deploy with: sam deploy{'' if options.stage == 'prod' else f' --config-env {options.stage}'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
