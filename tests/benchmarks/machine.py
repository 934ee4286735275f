"""The whole platform on one machine: how soon it answers, and what it weighs while nobody asks."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import httpx
import psutil

from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure

SECONDS, MEGABYTES = 10.0, 700.0
SETTLES = 3.0  # seconds


def figures(_: Scene) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        with _up(home):
            pass  # makes the database; the next start is a warm one
        with _up(home) as (seconds, pid):
            time.sleep(SETTLES)
            weight = _weight(pid)
    yield Figure("make up to the first answer", seconds, SECONDS, "limit", 1.0, "s")
    yield Figure("memory of the idle platform (PSS)", weight, MEGABYTES, "limit", 1.0, "MB")


@contextmanager
def _up(home: str) -> Iterator[tuple[float, int]]:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "ASTROLABE_HOME": f"{home}/data"}
    began = time.perf_counter()
    command = [sys.executable, "-m", "infra.cli", "up"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(f"http://127.0.0.1:{port}/v1/health"):
            time.sleep(0.02)
        yield time.perf_counter() - began, process.pid
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
