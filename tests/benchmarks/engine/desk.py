"""Peers at work, each in a process of its own, and the data that they and ours are given."""

import json
import os
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from infra.localstack import environments
from shared.engine.bars import Bars
from tests.benchmarks.engine import market
from tests.benchmarks.engine.limits import Limits
from tests.benchmarks.engine.signals import crosses

SCRIPTS = Path(__file__).parents[1] / "peers" / "engine"
# Of dependency groups: screamer's fast versions want a newer Python than ours.
PEERS, SCREAMER = ("peers", "3.11"), ("screamer", "3.13")


def interpreter(group: str, python: str) -> Path:
    """One that is made, or one that is named, as in PYTHON_OF_PEERS."""
    given = os.environ.get(f"PYTHON_OF_{group.upper()}")
    return Path(given) if given else environments.ready(group, python)


class Answer(NamedTuple):
    milliseconds: float
    value: Any


class Peer:
    def __init__(self, script: str, environment: tuple[str, str] = PEERS) -> None:
        command = [str(interpreter(*environment)), str(SCRIPTS / f"{script}.py")]
        self._name = script
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - backtesting.py shows its progress there
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True
        )

    def ask(self, action: str, file: str, **given: Any) -> Answer:
        assert self._process.stdin
        assert self._process.stdout
        costs = {"cash": market.CASH, "fee": market.FEE}
        self._process.stdin.write(json.dumps({"action": action, "market": file, **costs, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._said.seek(0)
            raise RuntimeError(f"{self._name} ended:\n{self._said.read()[-2000:]}")
        answer = json.loads(line)
        return Answer(answer["seconds"][-1] * 1000, answer["answer"])

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
        self._said.close()


class Desk:
    """Each part is made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._peers: dict[str, Peer] = {}
        self._files: dict[int, str] = {}
        self._bars: dict[int, Bars] = {}

    def __enter__(self) -> "Desk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for peer in self._peers.values():
            peer.end()

    def peer(self, script: str, environment: tuple[str, str] = PEERS) -> Peer:
        if script not in self._peers:
            self._peers[script] = Peer(script, environment)
        return self._peers[script]

    def bars(self, count: int) -> Bars:
        if count not in self._bars:
            self._bars[count] = market.walk(count)
        return self._bars[count]

    def file(self, count: int) -> str:
        """With the signals of the averages' crosses."""
        if count not in self._files:
            bars = self.bars(count)
            entries, exits = crosses(bars.close, 20, 50)
            self._files[count] = market.saved(bars, self.folder, f"walk{count}", entries=entries, exits=exits)
        return self._files[count]

    @cached_property
    def limits(self) -> Limits:
        return Limits(self.folder)
