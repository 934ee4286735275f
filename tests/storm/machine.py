"""The whole platform in this process, with a hand on its wire, its queues and its clock."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from infra import discover
from infra.local.pool import Call
from infra.local.supervisor import Config, Platform
from shared.db import system, transaction
from shared.settings import settings
from tests.infra.runtime import Running, running
from tests.storm.weather import Mood, Weather
from tests.wire import Phase, Wire, WireConnection

Found = TypeVar("Found")
LIMIT = 20.0  # seconds, whatever dies on the way
PATIENCE = 2.0  # seconds
CLAIMS = timedelta(seconds=35)  # longer than a relay's claim


@dataclass(frozen=True, order=True)
class KillPoint:
    """A place in a run that can be found again: a function, which call of it, which of its messages."""

    function: str
    call: int  # from 1; of a loop 0, whose messages are counted through the run
    message: int
    phase: Phase


@dataclass
class Executioner:
    """Sees every message a function sends to the database, and kills its worker at one of them."""

    platform: Platform | None = None
    target: KillPoint | None = None
    struck: bool = False
    seen: list[KillPoint] = field(default_factory=list)
    _counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    _before: Mapping[str, int] = field(default_factory=dict)

    def begin(self, target: KillPoint | None) -> None:
        assert self.platform is not None
        self.target, self.struck, self.seen, self._counts = target, False, [], Counter()
        pools = self.platform.pools.values()
        self._before = Counter({name: n for pool in pools for name, n in pool.calls.items()})

    def __call__(self, connection: WireConnection, _: int, phase: Phase) -> None:
        call = self.platform.running.get(connection.pid) if self.platform else None
        if call is None:
            return
        point = self._point(call, phase)
        self.seen.append(point)
        if point == self.target and not self.struck:
            self.struck = True
            os.kill(connection.pid, signal.SIGKILL)
            connection.cut()

    def _point(self, call: Call, phase: Phase) -> KillPoint:
        assert self.platform is not None
        turning = call.function in self.platform.loops
        number = 0 if turning else call.number - self._before.get(call.function, 0)
        if phase == "before":
            self._counts[call.function, number] += 1
        return KillPoint(call.function, number, self._counts[call.function, number], phase)


@dataclass
class Machine:
    url: str
    mail: Path
    mood: Mood
    executioner: Executioner
    running: Running
    owner: Engine
    clock_file: Path

    def advance(self, by: timedelta) -> None:
        """Move everybody's clock: schedules that fall due run."""
        moved = float(self.clock_file.read_text()) + by.total_seconds()
        self.clock_file.write_text(str(moved))

    def drain(self) -> None:
        """Wait until nothing is on its way any more."""
        self.wait_for(lambda: self._on_its_way() == 0, "everything to arrive")

    def wait_for(self, look: Callable[[], Found], what: str) -> Found:
        """Whoever died holds its claims until they end: while we wait, the clock hurries towards that."""
        end, hurry = time.monotonic() + LIMIT, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := look():
                return found
            if time.monotonic() > hurry:
                self.advance(CLAIMS)
                hurry = time.monotonic() + PATIENCE
            time.sleep(0.02)
        raise AssertionError(f"waited in vain for {what}")

    def _on_its_way(self) -> int:
        with self.owner.connect() as connection:
            return int(connection.scalar(ON_ITS_WAY) or 0)


ON_ITS_WAY = text(
    """
    select (select count(*) from platform.outbox where published_at is null and parked_at is null)
         + (select count(*) from platform.deliveries where done_at is null)
         + (select count(*) from audit.audit_logs where seq is null)
    """
)


@contextmanager
def machine(
    folder: Path, *, urls: Mapping[str, str], owner_url: str, keys: Path, seed: int = 0
) -> Iterator[Machine]:
    """`urls` name the functions' logins; all they say to the database goes over the wire."""
    executioner, mood = Executioner(), Mood(seed)
    upstream = str(make_url(owner_url).query["unix_sock"])
    clock_file = folder / "clock"
    clock_file.write_text("0")
    os.environ["CLOCK_FILE"] = str(clock_file)  # the supervisor is this process; the fixture puts it back
    settings.cache_clear()
    with Wire(upstream, executioner) as wire:
        environment = {
            **{name: _through(url, wire.socket) for name, url in urls.items()},
            "SECRETS_DIR": str(keys),
            "MAIL_DIR": str(folder / "mail"),
            "CLOCK_FILE": str(clock_file),
            "RATE_LIMIT_FACTOR": "1000",
            "PATH": os.environ["PATH"],
        }
        config = Config(
            functions=discover.functions(),
            environment=environment,
            log_file=folder / "platform.jsonl",
            transaction=lambda: transaction("fn_system", system()),
            dispatcher=partial(Weather, mood=mood),
        )
        with running(config) as platform:
            executioner.platform = platform.platform
            owner = create_engine(owner_url, poolclass=NullPool)
            yield Machine(platform.url, folder / "mail", mood, executioner, platform, owner, clock_file)


def _through(url: str, socket: str) -> str:
    return make_url(url).update_query_dict({"unix_sock": socket}).render_as_string(hide_password=False)
