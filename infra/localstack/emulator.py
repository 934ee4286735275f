"""What answers on LocalStack's port: MiniStack, or LocalStack itself, as a child that ends with us."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from infra import pythons
from infra.discover import ROOT
from infra.local.postgres.account import EXEC_IF_PARENT_LIVES
from infra.localstack.environments import ready
from infra.localstack.runtime import INTERPRETERS
from infra.localstack.throwaway import end_told_of

Name = Literal["ministack", "localstack"]
IDLE = 300  # seconds without a call after which a function's process ends
STARTING, STOPPING = 60.0, 15.0  # seconds
LOG_TAIL = 15  # lines
# How LocalStack finds what is plugged in: as part of a distribution that is installed on its path.
ENTRY_POINTS = """
[localstack.lambda.runtime_executor]
process = infra.localstack.plugin.executor:ProcessPlugin
"""


class Refused(RuntimeError):
    """The sentence for whoever wants it to run."""


@dataclass(frozen=True)
class Emulator:
    name: Name
    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def wait(self) -> None:
        """As long as it runs; it never ends by itself without being at fault."""
        self.process.wait()
        raise Refused(self.why(f"{self.name} has ended"))

    def why(self, what: str) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL:]
        return "\n".join([f"{what}. The last that it said:", *lines])


@contextmanager
def started(
    name: Name, *, port: int, folder: Path, auth: bool = False, idle: int = IDLE
) -> Iterator[Emulator]:
    """The thread that starts it must stay: they end together. With `auth` it enforces IAM."""
    url = f"http://127.0.0.1:{port}"
    _refuse_impossible(name, auth=auth)
    _refuse_taken(port, url)
    command, settings = _program(name, port=port, folder=folder, auth=auth, idle=idle)
    for each in ("home", "tmp"):
        (folder / each).mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**_environment(folder), **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in a terminal reaches us alone
        )
    emulator = Emulator(name, url, folder, process)
    try:
        _wait_until_it_answers(emulator)
        yield emulator
    finally:
        _stop(process)
        end_told_of(folder)


def _program(
    name: Name, *, port: int, folder: Path, auth: bool, idle: int
) -> tuple[list[str], Mapping[str, str]]:
    version, _ = pythons.for_functions()
    runtimes = {f"python{each}": str(ready("lambda", each)) for each in {version, pythons.running()}}
    if name == "ministack":
        module, settings = "infra.localstack.ministack", _ministack(port, folder, auth=auth, idle=idle)
    else:
        module, settings = "infra.localstack.plugin", _localstack(port, folder, idle=idle)
    # -P: beside these modules lie others with the names of packages.
    words = (str(ready(name, version)), "-P", "-m", module)
    tied = ("setpriv", "--pdeathsig=KILL", "sh", "-c", EXEC_IF_PARENT_LIVES, str(os.getpid()))
    return [*tied, *words], {**settings, INTERPRETERS: json.dumps(runtimes)}


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours: no credentials, no proxy, no setting that an emulator would obey."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(ROOT.parent),
    }


def _ministack(port: int, folder: Path, *, auth: bool, idle: int) -> dict[str, str]:
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # it would listen on every address
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "AUTH": str(auth).lower(),
        "LAMBDA_WARM_TTL_SECONDS": str(idle),
    }


def _localstack(port: int, folder: Path, *, idle: int) -> dict[str, str]:
    distribution = folder / "plugins" / "astrolabe-0.dist-info"
    distribution.mkdir(parents=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: astrolabe\nVersion: 0\n")
    (distribution / "entry_points.txt").write_text(ENTRY_POINTS)
    return {
        "PYTHONPATH": f"{ROOT.parent}:{distribution.parent}",
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "SQS_ENDPOINT_STRATEGY": "path",
        "FILESYSTEM_ROOT": str(folder / "state"),
        "OVERRIDE_IN_DOCKER": "0",  # in a container it would take the whole machine for its own
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "LAMBDA_KEEPALIVE_MS": str(idle * 1000),
        "LAMBDA_SYNCHRONOUS_CREATE": "1",
        "LAMBDA_RETRY_BASE_DELAY": "1",  # seconds, where AWS takes a minute
        "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.02",
        "DISABLE_EVENTS": "1",  # it would tell its makers, and without a network not stop
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _refuse_impossible(name: Name, *, auth: bool) -> None:
    if name == "localstack" and auth:
        raise Refused("localstack enforces no IAM: start ministack instead.")
    if name == "localstack" and not pythons.found(pythons.LATEST):
        raise Refused(f"localstack needs Python {pythons.LATEST}, and none was found here: start ministack.")


def _refuse_taken(port: int, url: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return
        except (OSError, OverflowError) as error:
            reason = error
    if _answers(url):
        raise Refused(f"A local AWS answers at {url} already: use it, or stop it first.")
    raise Refused(f"Port {port} cannot be used ({reason}): choose another, as in PORT=4567 make localstack")


def _answers(url: str) -> bool:
    """Both know this path."""
    try:
        with urlopen(f"{url}/_localstack/health", timeout=2) as answer:
            return "services" in json.load(answer)
    except (HTTPError, URLError, TimeoutError, ConnectionError, ValueError):
        return False


def _wait_until_it_answers(emulator: Emulator) -> None:
    deadline = time.monotonic() + STARTING
    while emulator.process.poll() is None:
        if _answers(emulator.url):
            return
        if time.monotonic() > deadline:
            raise Refused(emulator.why(f"{emulator.name} does not answer after {STARTING:.0f} seconds"))
        time.sleep(0.05)
    raise Refused(emulator.why(f"{emulator.name} did not start"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
