"""The record over HTTP: who may read it, and what it says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from functions.audit import cron_purge_expired, queries
from shared import audit
from shared.db import house, system, transaction
from shared.ids import new_id
from shared.permissions import Role
from tests.calls import Api
from tests.conftest import Database
from tests.functions import staff
from tests.functions.audit import make

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MISSING = "01900000-0000-7000-8000-000000000000"


def suspected(db: Session, *, review: bool) -> None:
    facts = {"tries": 5}
    audit.security_event(
        db, code="garden.lamp_stolen", user_id=make.ADA, address="203.0.113.9", review=review, facts=facts
    )


def test_the_record_is_for_staff(api: Api, database: Database) -> None:
    routes: dict[tuple[str, str], set[str]] = {
        ("GET", "/v1/audit/logs?tenant=auth"): {"compliance", "admin"},
        ("GET", "/v1/audit/security-events"): {"compliance", "admin"},
        ("GET", "/v1/audit/request-logs"): {"support", "compliance", "admin"},
        ("POST", f"/v1/audit/security-events/{MISSING}/review"): {"compliance", "admin"},
    }
    roles: list[Role] = ["user", "support", "compliance", "admin"]
    people = {role: staff.signed_in(api, database, role) for role in roles}
    for (method, path), allowed in routes.items():
        assert api.send(method, path).status == 401
        welcome = 404 if method == "POST" else 200
        answers = {role: person.send(method, path).status for role, person in people.items()}
        assert answers == {role: welcome if role in allowed else 403 for role in roles}


def test_a_tenants_changes_are_read_newest_first_with_their_numbers(api: Api, database: Database) -> None:
    admin = staff.signed_in(api, database, "admin")
    make.recorded(3)
    make.recorded(1, tenant=make.BOB)
    make.sealed()
    first = admin.get(f"/v1/audit/logs?tenant={make.ADA}&limit=2").json()
    second = admin.get(f"/v1/audit/logs?tenant={make.ADA}&limit=2&cursor={first['next_cursor']}").json()
    rows = first["items"] + second["items"]
    assert [(row["seq"], row["resource_id"]) for row in rows] == [(3, "3"), (2, "2"), (1, "1")]
    assert rows[0] | {"id": "", "created_at": ""} == {
        "id": "",
        "created_at": "",
        "tenant": str(make.ADA),
        "seq": 3,
        "action": "garden.lamp_lit",
        "event_status": "succeeded",
        "user_id": str(make.ADA),
        "resource_type": "lamp",
        "resource_id": "3",
        "old_values": None,
        "new_values": {"light": "dim", "lamp": 3},
        "request_id": None,
    }
    assert admin.get("/v1/audit/logs").status == 422
    assert admin.get("/v1/audit/logs?tenant=%00").status == 422


def test_a_suspicion_is_reviewed_once_and_the_reviewer_is_named(api: Api, database: Database) -> None:
    admin = staff.signed_in(api, database, "admin")
    for review in (True, False):
        make.steps()(suspected, review=review)
    path = "/v1/audit/security-events"
    (waiting,) = admin.get(f"{path}?requires_review=true").json()["items"]
    assert (waiting["event_code"], waiting["ip_address"]) == ("garden.lamp_stolen", "203.0.113.9")
    assert (waiting["user_id"], waiting["raw_data"]) == (str(make.ADA), {"tries": 5})
    answers = [admin.post(f"{path}/{waiting['id']}/review") for _ in range(2)]
    assert [(answer.status, answer.json()["requires_review"]) for answer in answers] == [(200, False)] * 2
    assert admin.get(f"{path}?requires_review=true").json()["items"] == []
    assert len(admin.get(path).json()["items"]) == 2
    (log,) = admin.get("/v1/audit/logs?tenant=audit").json()["items"]
    me = admin.get("/v1/auth/me").json()["id"]
    assert (log["user_id"], log["resource_id"]) == (me, waiting["id"])
    assert (log["old_values"], log["new_values"]) == ({"requires_review": True}, {"requires_review": False})


def test_staff_see_what_one_user_asked_for(api: Api, database: Database) -> None:
    support = staff.signed_in(api, database, "support")
    me = support.get("/v1/auth/me").json()["id"]
    found = support.get(f"/v1/audit/request-logs?user_id={me}").json()["items"]
    assert [(row["method"], row["endpoint"], row["status_code"]) for row in found] == [
        ("GET", "/v1/auth/me", 200)
    ]
    everybody = support.get("/v1/audit/request-logs").json()["items"]
    assert {row["user_id"] for row in everybody} == {me, None}


def log_request(db: Session, *, at: datetime, key_id: UUID | None = None) -> None:
    row: dict[str, Any] = {"id": new_id(), "created_at": at, "endpoint": "/", "method": "GET"}
    row |= {"status_code": 200, "response_time_ms": 1, "api_key_id": key_id}
    db.execute(insert(house.api_request_logs).values(row))


def test_the_last_use_of_each_key_is_read_off_the_requests(db: Session) -> None:
    one, other = make.ADA, make.BOB
    for minutes, key_id in ((9, one), (3, one), (5, None), (7, other), (11, other)):
        log_request(db, at=NOON - timedelta(minutes=minutes), key_id=key_id)
    assert queries.key_uses(db, since=NOON - timedelta(minutes=7)) == [
        (one, NOON - timedelta(minutes=3)),
        (other, NOON - timedelta(minutes=7)),
    ]


def test_a_month_of_requests_leaves_whole_when_its_last_day_is_old_enough(database: Database) -> None:
    def months_left(now: datetime) -> list[datetime]:
        with transaction("fn_system", system()) as db:
            cron_purge_expired.handle(now, db)
            return list(db.scalars(select(house.api_request_logs.c.created_at)))

    now = datetime.now(UTC)
    with transaction("fn_system", system()) as db:
        log_request(db, at=now)
        make.record(db)
    month = (now.replace(day=1) + timedelta(days=31)).replace(day=1, hour=0)  # the next one begins
    assert months_left(month + timedelta(days=89)) == [now]
    assert months_left(month + timedelta(days=91)) == []
    assert make.chain() == [(None, "1")]
