"""The README's tour, by copy and paste: what a stranger types is what runs here."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import httpx
import pytest

from tests import web
from tests.infra.runtime import eventually

ROOT = Path(__file__).resolve().parents[2]
SHELL = re.compile(r"```sh\n(.*?)```", re.S)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[dict[str, str]]:
    """`make up`, as its own command, on a port and in a home of its own."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {"PATH": os.environ["PATH"], "PORT": port, "ASTROLABE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "infra.cli", "up"]
    with (tmp_path / "up.log").open("w") as log:
        up = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        eventually(lambda: _answers(f"http://127.0.0.1:{port}/v1/health"), limit=60)
        yield environment
    finally:
        up.send_signal(signal.SIGINT)
        assert up.wait(10) == 0, (tmp_path / "up.log").read_text()


def _answers(url: str) -> bool:
    try:
        return web.get(url).is_success
    except httpx.TransportError:
        return False


def tour() -> str:
    """The commands under the heading "A tour"."""
    readme = (ROOT / "README.md").read_text()
    found = SHELL.findall(readme.split("## A tour")[1].split("\n## ")[0])
    return "\n".join(found)


def test_the_tour_works_by_copy_and_paste(platform: dict[str, str]) -> None:
    commands = tour().replace("http://127.0.0.1:8000", f"http://127.0.0.1:{platform['PORT']}")
    shell = ["bash", "-e", "-u", "-c", f"{commands}"]
    done = subprocess.run(shell, cwd=ROOT, env=platform, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert '"status":"check_your_mail"' in said
    assert "Confirm your address" in said
    assert said.count('"username":"ada"') == 2  # to the person, and to her key
    assert '"code":"forbidden"' in said  # the key does not touch keys
    assert '"balance":"250.00"' in said
    assert '"amount":"-100.00"' in said  # the exchange, among the movements
    assert "No fault in the books." in said
    assert said.count('"ip_address":"127.0.0.1"') == 1  # one session
