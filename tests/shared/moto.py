"""AWS by moto's server: a process of its own, so that every call crosses a socket."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared import aws as clients
from shared import secrets
from shared.settings import settings
from tests import web

REGION = "eu-west-1"
LIMIT = 60.0  # seconds to start in: two thirds of one where nobody else is at work
Set = Callable[..., None]


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """On a port that it finds itself; the address is what it logs."""
    tied = ["setpriv", "--pdeathsig=KILL"]  # to us, however we end
    command = [*tied, sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with log.open("wb") as written:
        server = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
    try:
        yield _address(server, log)
    finally:
        server.terminate()
        server.wait()


def _address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and server.poll() is None:
        if (found := log.read_text().partition("Running on ")[2]).endswith("quit\x1b[0m\n"):
            return found.split()[0]
        time.sleep(0.02)
    raise AssertionError(f"moto did not start: {log.read_text()}")


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    with serving(tmp_path_factory.mktemp("moto") / "log") as address:
        yield address


@pytest.fixture
def aws(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """An empty account, which the settings of a test are set to."""

    def set_to(**environment: str) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    web.post(f"{moto}/moto-api/reset").raise_for_status()
    for name in ("SECRETS_DIR", "MAIL_DIR", "STORAGE_DIR", "KMS_KEY_ID", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    forget()
    set_to(
        AWS_ENDPOINT_URL=moto,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION=REGION,
    )
    yield set_to
    monkeypatch.undo()
    forget()


def forget() -> None:
    settings.cache_clear()
    clients.client.cache_clear()
    secrets._held.clear()
