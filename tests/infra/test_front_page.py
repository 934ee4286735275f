"""The front page: what runs, what comes next and what waits, in words that are renewed while one looks."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import CheckConstraint, insert, update

from functions.financial.tables import Payment
from functions.platform.tables import DeadLetter, Delivery, outbox, scheduled_runs
from infra.local import demo
from infra.local.pages.cells import SPACE, duration, megabytes, number
from infra.local.pages.memory import descendants, weight
from infra.local.pages.words import WORDS
from shared import clock
from shared.db import system, transaction
from shared.ids import new_id
from shared.words import Language
from tests.conftest import Database
from tests.functions.auth import make as accounts
from tests.functions.financial import make
from tests.infra.site import Site, Tags, serving

CRON = """
def tick(event, context):
    pass

handler = Handler(Trigger(kind="cron", schedule="rate(1 hour)"), tick)
"""
LISTENER = """
handler = Handler(Trigger(kind="event", topic="tests.Moved", consumer="tests-hears-moves"), lambda *_: None)
"""
UNDERTAKER = """
handler = Handler(Trigger(kind="dead_letters", consumer="tests-dead-letters"), lambda *_: None)
"""
FILES = {"tests/cron_tidy.py": CRON, "tests/on_moved.py": LISTENER, "tests/on_dead_letters.py": UNDERTAKER}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("front")) as site:
        yield site


@pytest.fixture
def owner(site: Site) -> Iterator[httpx.Client]:
    with site.owner() as client:
        yield client


@pytest.fixture
def over_a_database(tmp_path: Path, database: Database) -> Iterator[httpx.Client]:
    own = {"transaction": lambda: transaction("fn_system", system())}
    with serving(tmp_path, FILES, **own) as site, site.owner() as client:
        yield client


def test_the_front_page_shows_what_runs_and_the_demo_account(owner: httpx.Client) -> None:
    page = owner.get("/").text
    for shown in ("tests-api", "/v1/tests", "HTTP workers", "0 of 2", demo.EMAIL, "an &lt;open&gt; secret"):
        assert shown in page
    assert {"/docs", "/mailbox", "/tour"} == set(Tags(page).addresses("a"))


def test_the_page_and_its_script_speak_of_the_same_texts(owner: httpx.Client) -> None:
    named = re.findall(r'data-cell="([^"]+)"', owner.get("/").text)
    assert sorted(named) == sorted(owner.get("/status").json()["cells"])


def test_calls_are_counted_and_processes_weighed(owner: httpx.Client) -> None:
    before = owner.get("/status").json()["cells"]
    owner.get("/v1/tests/hello")
    after = owner.get("/status").json()["cells"]
    assert int(after["tests-api.calls"]) == int(before["tests-api.calls"]) + 1
    assert int(after["calls"]) == int(before["calls"]) + 1
    assert int(after["processes"]) >= 6  # the supervisor, its fork parent and their four workers
    weights = [after[f"{name}.memory"] for name in ("supervisor", "nursery", "http", "jobs")]
    assert all(int(weight.removesuffix("MB")) > 0 for weight in weights)


def test_the_page_is_there_when_the_database_is_not(owner: httpx.Client) -> None:
    seen = owner.get("/status").json()
    assert (seen["tone"], seen["cells"]["state"]) == ("silent", "The database does not answer")
    assert (seen["cells"]["dead-letters"], seen["cells"]["lag"]) == ("–", "–")


def test_what_a_process_starts_and_what_that_starts_is_its_family() -> None:
    command = ["sh", "-c", "sleep 60 & echo $!; wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout
        grandchild = int(shell.stdout.readline())
        family = set(descendants(os.getpid()))
        os.kill(grandchild, signal.SIGKILL)
    assert {shell.pid, grandchild} <= family
    assert (list(descendants(grandchild)), weight(grandchild)) == ([], 0)


def row(table: Any, **values: Any) -> None:
    with transaction("fn_system", system()) as db:
        db.execute(insert(table).values(**values))


def ran(status: str, *, at: datetime) -> None:
    row(scheduled_runs, name="tests.cron_tidy", due_at=at, started_at=at, finished_at=at, status=status)


def test_all_is_well_over_an_empty_database(over_a_database: httpx.Client) -> None:
    seen = over_a_database.get("/status").json()
    assert (seen["tone"], seen["cells"]["state"]) == ("well", "Everything runs")
    figures = {name: seen["cells"][name] for name in ("waiting", "dead-letters", "lag")}
    assert figures == {"waiting": "0", "dead-letters": "0", "lag": f"0{SPACE}s"}
    assert (seen["cells"]["tests-on-moved.depth"], seen["cells"]["tests-on-moved.oldest"]) == ("0", "–")


def test_the_demo_account_s_money_is_shown(over_a_database: httpx.Client) -> None:
    assert over_a_database.get("/status").json()["cells"]["wallets"] == "No money yet: the tour deposits some"
    demo_id = accounts.account(accounts.Account(demo.EMAIL, demo.USERNAME))
    with transaction("fn_system", system()) as db:
        make.wallet(db, demo_id, "USD", balance=25)
        make.wallet(db, demo_id, "EUR", balance=3)
    assert over_a_database.get("/status").json()["cells"]["wallets"] == "3.00 EUR · 25.00 USD"


def test_who_comes_back_from_paying_is_told_of_that_deposit(over_a_database: httpx.Client) -> None:
    owner_id = accounts.account()
    with transaction("fn_system", system()) as db:
        payment_id = make.payment(db, owner_id, 50, status="processing")
    asked = {"deposit": str(payment_id)}

    def told(**headers: str) -> str:
        return str(over_a_database.get("/status", params=asked, headers=headers).json()["cells"]["deposit"])

    assert told() == "The deposit of 50.00 USD is on its way."
    assert told() in over_a_database.get("/", params=asked).text
    with transaction("fn_system", system()) as db:
        db.execute(update(Payment).values(status="succeeded"))
    assert told() == "The deposit of 50.00 USD has arrived."
    assert told(**{"accept-language": "es"}) == "El depósito de 50.00 USD ha llegado."


@pytest.mark.parametrize("asked", ["", "0", "x" * 40, "00000000-0000-7000-8000-000000000000"])
def test_of_a_deposit_that_is_not_there_nothing_is_said(over_a_database: httpx.Client, asked: str) -> None:
    answer = over_a_database.get("/status", params={"deposit": asked})
    assert (answer.status_code, answer.json()["cells"]["deposit"]) == (200, "")
    assert over_a_database.get("/", params={"deposit": asked}).status_code == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_status_of_a_deposit_has_its_sentence(language: Language) -> None:
    statuses = re.search(r"status in \((.*?)\)", _checks(Payment.__table__))
    assert statuses
    known = re.findall(r"'(\w+)'", statuses[1])
    assert known
    assert all("{}" in WORDS[language][f"deposit-{status}"] for status in known)


def _checks(table: Any) -> str:
    return " ".join(str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint))


def test_a_schedule_shows_its_last_and_its_next_run(over_a_database: httpx.Client) -> None:
    assert over_a_database.get("/status").json()["cells"]["tests-cron-tidy.last"] == "never"
    ran("done", at=clock.now() - timedelta(hours=3, minutes=1))
    cells = over_a_database.get("/status").json()["cells"]
    assert cells["tests-cron-tidy.last"] == f"3{SPACE}h ago"
    assert re.fullmatch(rf"now|in \d+{SPACE}(min|s)", cells["tests-cron-tidy.next"])


def test_a_schedule_that_failed_is_told(over_a_database: httpx.Client) -> None:
    ran("failed", at=clock.now() - timedelta(minutes=5, seconds=10))
    seen = over_a_database.get("/status").json()
    assert (seen["tone"], seen["cells"]["tests-cron-tidy.last"]) == ("failed", f"failed 5{SPACE}min ago")


def test_a_queue_shows_what_waits_in_it(over_a_database: httpx.Client) -> None:
    now = clock.now()
    for minutes in (1, 7):
        times = {"created_at": now - timedelta(minutes=minutes, seconds=5), "visible_at": now + HOUR}
        ids = {"id": new_id(), "outbox_id": new_id()}
        row(Delivery, consumer="tests-hears-moves", message={}, **ids, **times)
    cells = over_a_database.get("/status").json()["cells"]
    assert (cells["tests-on-moved.depth"], cells["tests-on-moved.oldest"]) == ("2", f"7{SPACE}min")
    assert cells["waiting"] == "2"


def test_a_message_given_up_on_is_the_first_thing_one_sees(over_a_database: httpx.Client) -> None:
    dead = {"id": new_id(), "consumer": "tests-hears-moves", "event_id": new_id(), "payload": {}}
    row(DeadLetter, attempts=5, failed_at=clock.now(), **dead)
    seen = over_a_database.get("/status").json()
    assert (seen["tone"], seen["cells"]["dead-letters"]) == ("dead", "1")
    assert 'data-tone="dead"' in over_a_database.get("/").text


def test_the_relays_lag_is_the_age_of_what_is_unsent(over_a_database: httpx.Client) -> None:
    unsent = {"id": new_id(), "event_id": new_id(), "topic": "tests.Moved", "payload": {}}
    row(outbox, created_at=clock.now() - timedelta(seconds=95), **unsent)
    seen = over_a_database.get("/status").json()
    assert (seen["tone"], seen["cells"]["lag"]) == ("well", f"95{SPACE}s")


def test_what_the_relay_cannot_send_is_told(over_a_database: httpx.Client) -> None:
    now = clock.now()
    row(
        outbox,
        **{"id": new_id(), "event_id": new_id(), "topic": "tests.Moved", "payload": {}},
        created_at=now,
        parked_at=now,
    )
    assert over_a_database.get("/status").json()["tone"] == "parked"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 s"), (0.9, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (172_800, "2 d")],
)
def test_a_duration_is_told_in_the_greatest_unit_of_which_there_are_two(seconds: float, said: str) -> None:
    assert duration(seconds) == said.replace(" ", SPACE)


def test_numbers_read_the_same_in_every_language() -> None:
    assert number(1_234_567) == f"1{SPACE}234{SPACE}567"
    assert (megabytes(0), megabytes(1_499_999_999)) == ("–", f"1{SPACE}500{SPACE}MB")
