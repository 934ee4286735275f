"""The whole platform in this process, with a hand on its wire, its queues, its clock and the bank's side."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import Engine, TextClause, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from infra import discover
from infra.local.clock import Clock
from infra.local.foreground import listen
from infra.local.pool import Call
from infra.local.processor import KEY, SIGNING, WEBHOOK
from infra.local.stripe import stripe_server
from infra.local.supervisor import Config, Platform
from shared import clock
from shared.db import driver, system, transaction
from shared.settings import settings
from tests.functions.financial.processor import Processor
from tests.infra.runtime import Running, running
from tests.storm.views import end_state
from tests.storm.weather import Mood, Weather
from tests.wire import Phase, Wire, WireConnection

Found = TypeVar("Found")
AWAY = (DBAPIError, OSError)  # the database may be what was killed
LIMIT = 120.0  # seconds, whatever dies on the way, on a machine that has much else to do
PATIENCE = 2.0  # seconds
RETRIES = (0.1, 0.3)  # seconds, of a schedule that failed: Lambda takes minutes
LOOP = 0  # the call of a loop: its messages are counted through the run
CLAIMS = timedelta(seconds=35)  # longer than a relay's claim


@dataclass(frozen=True, order=True)
class KillPoint:
    """A place in a run that can be found again: a function, which call of it, which of its messages."""

    function: str
    call: int  # from 1, or LOOP
    message: int
    phase: Phase


def kill_worker(connection: WireConnection) -> None:
    os.kill(connection.pid, signal.SIGKILL)
    connection.cut()


@dataclass
class Executioner:
    """Sees every message a function sends to the database, and strikes at one of them."""

    platform: Platform | None = None
    strike: Callable[[WireConnection], None] = kill_worker
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

    def kill_points(self) -> set[KillPoint]:
        """Of the run that was, those that every run reaches.

        A loop also looks while nothing happens, oftener on a slow machine: its first half of messages.
        The clock may call a schedule more than once: its first call.
        """
        assert self.platform is not None
        crons = {f.name for f in self.platform.functions if f.trigger.kind == "cron"}
        looks = Counter(p.function for p in self.seen if p.call == LOOP and p.phase == "before")
        return {
            point
            for point in self.seen
            if (point.call != LOOP or point.message <= looks[point.function] / 2)
            and (point.function not in crons or point.call == 1)
        }

    def __call__(self, connection: WireConnection, _: int, phase: Phase) -> None:
        call = self.platform.running.get(connection.pid) if self.platform else None
        if call is None:
            return
        point = self._point(call, phase)
        self.seen.append(point)
        if point == self.target and not self.struck:
            self.struck = True
            self.strike(connection)

    def _point(self, call: Call, phase: Phase) -> KillPoint:
        assert self.platform is not None
        turning = call.function in self.platform.loops
        number = LOOP if turning else call.number - self._before.get(call.function, 0)
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
    processor: Processor

    def advance(self, by: timedelta) -> None:
        """Move everybody's clock."""
        aside = self.clock_file.with_suffix(".new")
        aside.write_text(str(float(self.clock_file.read_text()) + by.total_seconds()))
        aside.rename(self.clock_file)

    def sleep(self, by: timedelta) -> None:
        """As `advance`, until every schedule has run. At least a day, or the nightly ones may not be due."""
        crons = sum(f.trigger.kind == "cron" for f in self.running.platform.functions)
        since = clock.now() + by  # looked at before: a quick schedule may have run before we are asked again
        self.advance(by)
        self.wait_for(lambda: self._asked(RAN, since=since) == crons, "the schedules to run")

    def drain(self) -> None:
        """Wait until nothing is on its way any more."""
        self.wait_for(self._is_still, "everything to arrive")

    def wait_for(self, look: Callable[[], Found | None], what: str) -> Found:
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

    def _is_still(self) -> bool:
        """What a webhook has left behind meanwhile is seen by the second look."""
        return self._asked(ON_ITS_WAY) == 0 and self._is_told() and self._asked(ON_ITS_WAY) == 0

    def _is_told(self) -> bool:
        """Whether every webhook was taken."""
        with suppress(TimeoutError):
            self.processor.server.wait_until_told(seconds=0)
            return True
        return False

    def _asked(self, question: TextClause, **names: object) -> int:
        try:
            with self.owner.connect() as connection:
                return int(connection.scalar(question, names) or 0)
        except AWAY:
            return -1

    def end_state(self, *, tag: str) -> dict[str, str]:
        """Once nothing is on its way any more. What is left of the processor's bad luck hits nobody."""
        self.drain()
        self.processor.server.faults.clear()

        def looked() -> dict[str, str] | None:
            try:
                return end_state(self.owner, self.processor, tag=tag)
            except AWAY:
                return None

        return self.wait_for(looked, "the database to answer")


ON_ITS_WAY = text(
    """
    select (select count(*) from platform.outbox where published_at is null and parked_at is null)
         + (select count(*) from platform.deliveries where done_at is null)
         + (select count(*) from audit.audit_logs where seq is null)
    """
)


RAN = text(
    """
    select count(distinct name) from platform.scheduled_runs where status = 'done' and finished_at >= :since
    """
)


@contextmanager
def machine(folder: Path, *, urls: Mapping[str, str], owner_url: str, keys: Path) -> Iterator[Machine]:
    """`urls` name the functions' logins; all they say to the database goes over the wire."""
    executioner, mood = Executioner(), Mood(seed=0)
    clock_file = folder / "clock"
    clock_file.write_text("0")
    with (
        _clock(clock_file),
        Wire(str(make_url(owner_url).query["unix_sock"]), executioner) as wire,
        listen(0) as door,
        _processor(folder, keys, platform_url="http://{}:{}".format(*door.getsockname())) as processor,
    ):
        environment = {
            **{name: _through(url, wire.socket) for name, url in urls.items()},
            "SECRETS_DIR": str(folder / "secrets"),
            "STRIPE_URL": processor.server.url,
            "MAIL_DIR": str(folder / "mail"),
            "CLOCK_FILE": str(clock_file),
            "RATE_LIMIT_FACTOR": "1000",
            "PATH": os.environ["PATH"],
        }
        with running(_config(folder, environment, mood), door) as platform:
            executioner.platform = platform.platform
            with _looking(owner_url) as owner:
                yield Machine(
                    platform.url, folder / "mail", mood, executioner, platform, owner, clock_file, processor
                )


@contextmanager
def _looking(url: str) -> Iterator[Engine]:
    """On one connection, where a login would be most of a look: hundreds are had of each run."""
    engine = create_engine("postgresql+pg8000://", creator=lambda: driver.connect(url), pool_size=1)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _clock(file: Path) -> Iterator[None]:
    """Of this process as well: the supervisor and the processor are in it."""
    os.environ["CLOCK_FILE"] = str(file)
    settings.cache_clear()
    try:
        yield
    finally:
        del os.environ["CLOCK_FILE"]
        settings.cache_clear()


@contextmanager
def _processor(folder: Path, keys: Path, *, platform_url: str) -> Iterator[Processor]:
    """Banks answer at once: so nothing of theirs is on its way when its webhooks are told."""
    made = {KEY: f"sk_test_{token_hex(12)}", SIGNING: f"whsec_{token_hex(12)}"}
    secrets = shutil.copytree(keys, folder / "secrets")
    for name, secret in made.items():
        (secrets / name).write_text(secret)
    webhooks = [(platform_url + WEBHOOK, made[SIGNING])]
    with (
        stripe_server(folder / "stripe", key=made[KEY], webhooks=webhooks, settle_after=0) as server,
        Processor.of(server, key=made[KEY], webhook_secret=made[SIGNING]) as processor,
    ):
        yield processor


def _config(folder: Path, environment: Mapping[str, str], mood: Mood) -> Config:
    return Config(
        functions=discover.functions(),
        environment=environment,
        log_file=folder / "platform.jsonl",
        transaction=lambda: transaction("fn_system", system()),
        clock=partial(Clock, pauses=RETRIES),
        dispatcher=partial(Weather, mood=mood),
    )


def _through(url: str, socket: str) -> str:
    return make_url(url).update_query_dict({"unix_sock": socket}).render_as_string(hide_password=False)
