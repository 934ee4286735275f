"""audit.audit_logs: written once, sealed once, and never changed or deleted, whoever asks."""

import pytest
from sqlalchemy import Connection, text

from tests.migrations.conftest import Login
from tests.migrations.test_partitions import DID, as_system

ROW = text("select seq, previous_hash, new_values::text from audit.audit_logs")


@pytest.fixture
def system(login: Login) -> Connection:
    db = as_system(login("fn_system"))
    db.execute(DID, {"at": "2031-10-01 00:00+00"})
    db.execute(text("update audit.audit_logs set seq = 1, previous_hash = 'before'"))
    db.execute(DID, {"at": "2031-10-02 00:00+00"})
    db.commit()
    return db


def test_a_row_is_sealed_once(system: Connection) -> None:
    again = text("update audit.audit_logs set seq = 2, previous_hash = 'other' where seq = 1")
    with pytest.raises(Exception, match="append-only"):
        system.execute(again)
    system.rollback()
    assert system.execute(ROW).all() == [(1, b"before", None), (None, None, None)]


@pytest.mark.parametrize("role", ["app_system", "app_owner"])
@pytest.mark.parametrize(
    "change",
    [
        "action = 'y'",
        "seq = 2, row_hash = 'y'",
        "seq = 2, new_values = '{}'",
        "seq = 2, created_at = created_at + interval '1 microsecond'",
        "seq = null, previous_hash = 'y'",
        "tenant = tenant",
    ],
)
def test_nothing_but_the_seal_is_ever_written_later(
    system: Connection, login: Login, role: str, change: str
) -> None:
    db = system if role == "app_system" else login(role)
    with pytest.raises(Exception, match=r"23001.*append-only"):
        db.execute(text(f"update audit.audit_logs set {change} where seq is null"))


def test_numbers_that_are_equal_but_not_the_same_are_a_change(system: Connection, login: Login) -> None:
    owner = login("app_owner")
    owner.execute(
        text("""
        insert into audit.audit_logs (id, created_at, event_type, event_status, severity, resource_type,
            action, tenant, row_hash, new_values)
        values (gen_random_uuid(), now(), 'auth', 'succeeded', 'info', 'user', 'x', 'auth', '', '{"a": 1.0}')
    """)
    )
    with pytest.raises(Exception, match="append-only"):
        owner.execute(
            text("""
            update audit.audit_logs set seq = 3, new_values = '{"a": 1.00}' where new_values is not null
        """)
        )


def test_no_role_deletes_a_row(system: Connection, login: Login) -> None:
    with pytest.raises(Exception, match="42501"):
        system.execute(text("delete from audit.audit_logs"))
    with pytest.raises(Exception, match="append-only"):
        login("app_owner").execute(text("delete from audit.audit_logs"))
