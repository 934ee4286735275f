"""Fresh processes: until the first result, and how much memory it takes."""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from tests.benchmarks.engine import market
from tests.benchmarks.engine.desk import SCREAMER, SCRIPTS, Desk, interpreter
from tests.benchmarks.engine.whole import FEWER, MILLION
from tests.benchmarks.table import Figure

ROUNDS = 7
LOOK = 0.002  # seconds between two looks at a process
ROOT = Path(__file__).parents[3]
ABOVE_NUMPY = 40.0  # ms
LOADED = """
import sys, numpy
with numpy.load(sys.argv[1]) as columns:
    [columns[name] for name in ("time", "open", "high", "low", "close", "volume")]
"""
READ = "import sys, numpy; numpy.loadtxt(sys.argv[1], delimiter=',', skiprows=1)"
COLUMNS = ("time", "open", "high", "low", "close", "volume")


class Spent(NamedTuple):
    milliseconds: float  # of the processor
    megabytes: float  # at the peak


def figures(desk: Desk) -> Iterator[Figure]:
    own, numpy, screamer = _in_turn(desk.file(FEWER), ("ours", "numpy", "screamer"))
    name = "fresh process to the first result, 100k bars (processor time)"
    limit = numpy.milliseconds + ABOVE_NUMPY
    yield Figure(name, own.milliseconds, limit, "numpy's import + 40 ms", 1.0, "ms")
    yield Figure(name, own.milliseconds, screamer.milliseconds, "screamer", 1.0, "ms")
    own, screamer = _in_turn(desk.file(MILLION), ("ours", "screamer"), rounds=3)
    yield Figure("peak memory, 1 M bars", own.megabytes, screamer.megabytes, "screamer", 0.7, "MB")
    yield _command(desk)


def _in_turn(file: str, names: Sequence[str], *, rounds: int = ROUNDS) -> list[Spent]:
    taken = [[_once(name, file) for name in names] for _ in range(rounds + 1)][1:]
    return [Spent(*map(statistics.median, zip(*column, strict=True))) for column in zip(*taken, strict=True)]


def _once(name: str, file: str) -> Spent:
    asked = {"action": "whole", "market": file, "risk": {}, "cash": market.CASH, "fee": market.FEE}
    match name:
        case "ours":
            return spent([sys.executable, str(SCRIPTS / "ours.py"), "whole", file])
        case "numpy":
            return spent([sys.executable, "-c", LOADED, file])
        case _:
            command = [str(interpreter(*SCREAMER)), str(SCRIPTS / "screamer_target.py")]
            return spent(command, told=json.dumps(asked))


def spent(command: list[str], *, told: str = "") -> Spent:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as said:
        given.write(told + "\n" if told else "")
        given.seek(0)
        process = subprocess.Popen(command, stdin=given, stdout=said, env=environment, cwd=ROOT, text=True)
        peak, ended = 0.0, 0
        while not ended:
            peak = max(peak, _high_water(process.pid))
            time.sleep(LOOK)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command}: {said.read()[-2000:]}")
    return Spent((used.ru_utime + used.ru_stime) * 1000, peak)


def _high_water(pid: int) -> float:
    """MB, of its own program: what `wait4` tells begins with the memory of whoever started it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0][1]) / 1024 if lines else 0.0


def swept(file: str, pairs: int) -> float:
    """MB that a sweep on both cores takes at its peak, above what its process had before."""
    command = [sys.executable, str(SCRIPTS / "ours.py"), "sweep", file, str(pairs)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=ROOT, text=True
    )
    assert process.stdin
    assert process.stdout
    process.stdout.readline()  # it has its data, and has run once
    tree = psutil.Process(process.pid)
    before = peak = _weight(tree)
    process.stdin.write("go\n")
    process.stdin.close()
    while process.poll() is None:
        peak = max(peak, _weight(tree))
        time.sleep(0.005)
    process.stdout.close()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return (peak - before) / 1024 / 1024


def _weight(tree: psutil.Process) -> int:
    """What is shared counts once."""
    total = 0
    try:
        for process in (tree, *tree.children(recursive=True)):
            total += process.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # one ended meanwhile: the next look has what is left
    return total


def _command(desk: Desk) -> Figure:
    """Of a file: for comparison, as reading the text is most of it."""
    bars = desk.bars(FEWER)
    data, strategy = desk.folder / "walk.csv", desk.folder / "cross.toml"
    table = np.column_stack([bars.time // 1000, *(getattr(bars, name) for name in COLUMNS[1:])])
    shape = ["%d", *["%.8f"] * 5]
    np.savetxt(data, table, delimiter=",", header=",".join(COLUMNS), comments="", fmt=shape)
    strategy.write_text(market.CROSS)
    command = [sys.executable, "-m", "infra.cli", "backtest", str(strategy), "--data", str(data), "--json"]
    reading = [sys.executable, "-c", READ, str(data)]
    taken = [(spent(command), spent(reading)) for _ in range(3)]
    own, text = (
        statistics.median(each.milliseconds for each in column) for column in zip(*taken, strict=True)
    )
    return Figure(
        "the command on a CSV, 100k bars (processor time)", own, text, "np.loadtxt of it", math.inf, "ms"
    )
