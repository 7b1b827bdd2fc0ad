"""The demo: an account on this machine, the API before it, and one lineage printed so that a person can read it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from chalicelib.store.opening import open_store
from tools import viewer
from tools.digest import diff_words, digest, impact_words

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
OUT = ROOT / "build" / "demo"
STORE = OUT / "store"
HOST = "127.0.0.1"
PIPELINE = "mlops-pipeline"
PLACE = "s3://my-mlops-public-assets/"
START_TIMEOUT_SEC = 90.0
STOP_TIMEOUT_SEC = 5.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach this machine's loopback


class DemoFailed(Exception):
    """The demo cannot go on; the message says why, in one line."""


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C or a signal."""


def require_free(port: int) -> None:
    """Fail with a way out where somebody listens on the port already."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = error.strerror or error
            raise DemoFailed(f"port {port} cannot be used ({why}); choose another: make demo PORT={port + 1}") from None


def surroundings() -> dict[str, str]:
    """Return the children's environment: nothing in it of the user's own AWS account, and no proxy before loopback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO_"))}
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": f"{HOST},localhost",
        "PYTHONUNBUFFERED": "1",
    }


def start(name: str, command: Sequence[str], env: Mapping[str, str], running: ExitStack) -> subprocess.Popen[bytes]:
    """Start a child whose words go to build/demo/<name>.log, and which ends when `running` is closed."""
    with (OUT / f"{name}.log").open("wb") as log:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the demo alone, which then stops its children in order
        )
    running.callback(stop, child)
    return child


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a child, kindly first."""
    child.terminate()
    try:
        child.wait(STOP_TIMEOUT_SEC)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def wait_for(name: str, child: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> None:
    """Wait until the child is ready; fail where it ends before, or takes too long."""
    deadline = time.monotonic() + START_TIMEOUT_SEC
    while not is_ready():
        if child.poll() is not None:
            last = said(name)[-1:] or ["it said nothing"]
            raise DemoFailed(f"the {name} ended at once: {last[0]} (details in build/demo/{name}.log)")
        if time.monotonic() > deadline:
            raise DemoFailed(
                f"the {name} is not ready after {START_TIMEOUT_SEC:.0f} s (details in build/demo/{name}.log)"
            )
        time.sleep(0.1)


def said(name: str) -> list[str]:
    """Return the lines that a child has said so far."""
    return (OUT / f"{name}.log").read_text(errors="replace").strip().splitlines()


def exports(lines: Sequence[str]) -> dict[str, str]:
    """Return the variables in a sandbox's welcome: how a client finds the account."""
    pairs = (line.strip().removeprefix("export ").partition("=") for line in lines if line.startswith("  export "))
    return {name: value for name, _, value in pairs}


def answers(url: str) -> bool:
    """Return whether the URL gives any HTTP answer."""
    try:
        DIRECT.open(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def ask(url: str, name: str) -> dict[str, Any]:
    """Return the API's answer; whatever it is, keep it in build/demo by a name."""
    try:
        with DIRECT.open(url, timeout=60) as response:
            text = response.read()
    except urllib.error.HTTPError as error:
        raise DemoFailed(f"the API answered {error.code}: {error.read().decode(errors='replace')[:300]}") from None
    except OSError as error:
        raise DemoFailed(f"the API did not answer: {error} (details in build/demo/api.log)") from None
    (OUT / f"{name}.json").write_bytes(text)
    answer: dict[str, Any] = json.loads(text)
    return answer


def scan(found: Mapping[str, str]) -> None:
    """Scan the account into the demo's store."""
    shutil.rmtree(STORE, ignore_errors=True)  # of an account that is no more
    print("demo: scanning the account into a folder ...", flush=True)
    lines = scan_into(str(STORE), found)
    print(*(f"demo:   {line}" for line in (lines[0], lines[-1])), sep="\n", flush=True)


def scan_into(store: str, found: Mapping[str, str]) -> list[str]:
    """Scan an account into a store by the command line, and return what that said."""
    command = [str(BIN / "python"), str(ROOT / "lineage_dump.py"), "scan", "--store", store]
    done = subprocess.run(
        [*command, "--region", found["AWS_DEFAULT_REGION"]],
        env={**surroundings(), **found},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.strip().splitlines()
    if done.returncode:
        raise DemoFailed(f"the scan ended with {done.returncode}: {lines[-1] if lines else 'it said nothing'}")
    return lines


def open_account(running: ExitStack) -> dict[str, str]:
    """Start the account; the variables by which a client finds it."""
    print("demo: starting an AWS account on this machine, and running its pipelines ...", flush=True)
    account = start("sandbox", [str(BIN / "python"), "-m", "sandbox", "--port", "0"], surroundings(), running)
    wait_for("sandbox", account, lambda: "AWS_ENDPOINT_URL" in exports(said("sandbox")[:-1]))
    print(*(f"demo:   {line}" for line in said("sandbox") if ":" in line and "AWS" not in line), sep="\n")
    return exports(said("sandbox"))


def serve(port: int, running: ExitStack, variables: Mapping[str, str]) -> str:
    """Start the API with these variables before an account; the API's base URL."""
    print("demo: starting the API ...", flush=True)
    local = [str(BIN / "chalice"), "local", "--host", HOST, "--port", str(port), "--no-autoreload"]
    base = f"http://{HOST}:{port}"
    api = start("api", local, {**surroundings(), **variables}, running)
    wait_for("api", api, lambda: answers(f"{base}/lineage"))
    return base


def keep_earlier(base: str) -> None:
    """Put the pipeline's earlier executions into the store, as scans that ran after each of them would have."""
    [region] = open_store(str(STORE)).regions()
    listed = ask(f"{base}/executions?pipeline={PIPELINE}", "executions")["executions"]
    for arn in (each["arn"] for each in listed[1:]):
        name = arn.rpartition("/")[2]
        region.keep(PIPELINE, name, ask(f"{base}/lineage?pipeline={PIPELINE}&execution={name}", "earlier"))


def show(base: str) -> None:
    """Ask for the demo's lineage, and print its digest and where everything is."""
    keep_earlier(base)
    url = f"{base}/lineage?pipeline={PIPELINE}"
    print(f"demo: asking for the lineage of {PIPELINE} ...\n", flush=True)
    print(*digest(ask(url, PIPELINE)), sep="\n")
    impact = f"{base}/impact?start={PLACE}&types=model,endpoint"
    print("", *impact_words(ask(impact, "impact"), PLACE), sep="\n")
    changed = f"{base}/diff?pipeline={PIPELINE}"
    print("", *diff_words(ask(changed, "diff")), sep="\n")
    print(f"\nThe whole answer   {(OUT / f'{PIPELINE}.json').relative_to(ROOT)}")
    print(f"Ask it yourself    {url}")
    print(f"                   curl '{url}'")
    print(f"                   curl '{impact}'")
    print(f"                   curl '{changed}'")
    print(f"The page           {base}/")
    print(f"The scanned store  {STORE.relative_to(ROOT)}")
    print("The account        build/demo/sandbox.log says how any AWS client finds it", flush=True)


def by_events(account: Mapping[str, str], port: int, running: ExitStack) -> Callable[[], object]:
    """Scan by the engine's functions, and show an event that changes the graph; what goes on until the end."""
    from tools import demo_scan  # it loads the app, which only this demo needs in this process

    os.environ.update(surroundings())
    print("demo: scanning the account as on AWS's engine: a schedule, a queue, functions, a bucket ...", flush=True)
    engine = demo_scan.Engine(account)
    engine.scan()
    base = serve(port, running, {**account, "LINEAGE_STORE": demo_scan.STORE})
    demo_scan.show(engine, base, ask)
    print(f"The page           {base}/", flush=True)
    return engine.serve


def page() -> None:
    """Build the page where that can be done; the demo goes on without."""
    reason = viewer.why_not()
    try:
        if reason is None:
            viewer.build()
    except viewer.ViewerFailed as failed:
        reason = str(failed)
    if reason is not None:
        print(f"demo: without the page: {reason}", flush=True)


def raise_stopped(_number: int, _frame: FrameType | None) -> None:
    for number in ENDINGS:  # impatience must not keep the children from being stopped
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def main(arguments: list[str]) -> int:
    """Run the demo until it is interrupted; 0 then, 1 where it cannot run."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the API listens (default: 8000)")
    parser.add_argument("--scan", action="store_true", help="scan as on AWS's engine: by events, into a store in S3")
    parser.add_argument("--once", action="store_true", help="end after printing")
    options = parser.parse_args(arguments)
    for number in ENDINGS:
        signal.signal(number, raise_stopped)
    try:
        require_free(options.port)
        OUT.mkdir(parents=True, exist_ok=True)
        page()
        with ExitStack() as running:
            account = open_account(running)
            go_on = by_events(account, options.port, running) if options.scan else None
            if go_on is None:
                scan(account)
                show(serve(options.port, running, {**account, "LINEAGE_STORE": STORE.as_uri()}))
                go_on = signal.pause
            if not options.once:
                print("\nThe API stays up until Ctrl-C.", flush=True)
                go_on()
    except DemoFailed as failed:
        print(f"demo: {failed}", file=sys.stderr)
        return 1
    except Stopped:
        print("\ndemo: stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
