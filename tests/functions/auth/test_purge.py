"""What has had its time leaves, by each table's own rule; what is still needed stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from functions.auth import cron_purge_expired
from functions.auth.operations import purge
from functions.auth.tables import (
    ApiKey,
    AuthLog,
    EmailVerification,
    LoginAttempt,
    PasswordReset,
    Rows,
    Session,
    User,
    UserKey,
)
from shared import clock as clocks
from shared.db import system, transaction
from shared.ids import new_id
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import make, stored
from tests.functions.auth.make import ADA

DAY = timedelta(days=1)
KEPT = {  # days after a column of its own
    EmailVerification: (1, "expires_at"),
    PasswordReset: (1, "expires_at"),
    LoginAttempt: (1, "window_started_at"),
    Session: (30, "expires_at"),
    AuthLog: (365, "created_at"),
}


def row(table: type[Rows], owner: UUID) -> dict[str, Any]:
    now, token = clocks.now(), new_id().bytes
    times = dict.fromkeys(
        ("created_at", "updated_at", "last_used_at", "expires_at", "window_started_at"), now
    )
    values = {"id": new_id(), "user_id": owner, "token_hash": token, "event": "signed_in", "success": True}
    values |= {"subject_hash": token, "address_prefix": "203.0.113.7", "failed": 1}
    return {name: value for name, value in (values | times).items() if name in table.__table__.columns}


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.__tablename__)
def test_a_row_stays_for_the_days_its_table_says_and_no_longer(database: Database, table: type[Rows]) -> None:
    owner = make.account()
    days, column = KEPT[table]
    due, moment = clocks.now() - days * DAY, timedelta(minutes=1)
    with transaction("fn_system", system()) as db:
        for at in (due - moment, due + moment):
            db.execute(insert(table).values(row(table, owner) | {column: at}))
    stored.run(cron_purge_expired.handle)
    assert [getattr(left, column) for left in stored.rows(table)] == [due + moment]


def test_every_table_has_a_rule_or_stays_for_good() -> None:
    ruled = {name for name, table in Rows.metadata.tables.items() if table.info["retention"]}
    assert ruled == {f"auth.{table.__tablename__}" for table in KEPT}
    assert set(Rows.metadata.tables) - ruled == {
        f"auth.{table.__tablename__}" for table in (User, UserKey, ApiKey)
    }


def test_an_account_in_use_never_lapses(signed_in: Api) -> None:
    signed_in.post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read"]})
    stored.change(User, updated_at=clocks.now() - 400 * DAY)
    stored.run(cron_purge_expired.handle)
    assert [len(stored.rows(table)) for table in (User, UserKey, ApiKey, Session)] == [1, 1, 1, 1]
    assert signed_in.get("/v1/auth/me").status == 200


def test_registrations_lapse_however_many_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "BATCH", 2)
    for number in range(5):
        make.account(make.Account(f"{number}@example.com", f"number_{number}"), status="pending")
    stored.change(User, updated_at=clocks.now() - DAY)
    make.account(ADA, status="pending")
    stored.run(cron_purge_expired.handle)
    assert [user.username for user in stored.rows(User)] == [ADA.username]
    assert len(stored.rows(UserKey)) == 1
