"""The whole platform on one machine: how soon it answers and is gone, what it weighs while nobody asks."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import NamedTuple

import httpx
import psutil

from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure

SECONDS, GONE, MEGABYTES = 10.0, 3.0, 700.0
SETTLES = 3.0  # seconds


def figures(_: Scene) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        with up(home):
            pass  # makes the database; the next start is a warm one
        with up(home) as platform:
            time.sleep(SETTLES)
            weight = _weight(platform.pid)
            asked = time.perf_counter()
        gone = time.perf_counter() - asked
    yield Figure("make up to the first answer", platform.seconds, SECONDS, "limit", 1.0, "s")
    yield Figure("make up, from Ctrl-C to its end", gone, GONE, "limit", 1.0, "s")
    yield Figure("memory of the idle platform (PSS)", weight, MEGABYTES, "limit", 1.0, "MB")


class Platform(NamedTuple):
    url: str
    pid: int
    seconds: float  # to its first answer


@contextmanager
def up(home: str, **settings: str) -> Iterator[Platform]:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"PATH": os.environ["PATH"], "PORT": str(port), "ASTROLABE_HOME": f"{home}/data"}
    url = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    command = [sys.executable, "-m", "infra.cli", "up"]
    process = subprocess.Popen(command, env=own | settings, stdout=subprocess.DEVNULL)
    try:
        while not _answers(f"{url}/v1/health"):
            time.sleep(0.02)
        yield Platform(url, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def _weight(pid: int) -> float:
    root = psutil.Process(pid)
    tree = [root, *root.children(recursive=True)]
    return sum(process.memory_full_info().pss for process in tree) / 1024 / 1024
