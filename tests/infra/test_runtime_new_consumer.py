"""A consumer is its file with its last line: nothing else is written anywhere for it to be delivered to."""

from dataclasses import replace
from pathlib import Path

import httpx
from sqlalchemy import text

from infra import discover
from shared.db import system, transaction
from tests.conftest import Database
from tests.infra.runtime import config, eventually, running

CONSUMER = """
from pathlib import Path

from sqlalchemy.orm import Session

from functions.auth.events import UserRegistered
from shared.queue import on


def handle(event: UserRegistered, db: Session) -> None:
    Path(os.environ["GREETED"]).write_text(str(event.user_id))


handler = on(UserRegistered, handle, consumer="greetings-on-user-registered", system=True)
"""


def test_a_file_in_a_tree_hears_the_event_it_names(database: Database, tmp_path: Path) -> None:
    greeted = tmp_path / "greeted"
    alone = config(
        tmp_path,
        {"greetings/on_user_registered.py": CONSUMER},
        environment={**database.environment, "GREETED": str(greeted)},
        transaction=lambda: transaction("fn_system", system()),
    )
    with running(replace(alone, functions=discover.functions() + alone.functions)) as platform:
        body = {"email": "ada@example.com", "username": "ada", "password": "a long enough phrase"}
        answer = httpx.post(f"{platform.url}/v1/auth/register", json=body)
        assert answer.status_code == 202, answer.text
        user_id = eventually(lambda: greeted.exists() and greeted.read_text())
    with transaction("fn_system", system()) as db:
        assert str(db.scalar(text("select id from auth.users where username = 'ada'"))) == user_id
