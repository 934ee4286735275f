"""The history of the schema: it leads to what the tables say, back again, and never queues behind a lock."""

import shutil
from pathlib import Path
from time import monotonic

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, Table, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

import infra.migrations
from infra import database as operations
from infra.local.postgres import Server
from infra.migrations.whole import joined, whole
from tests.migrations import catalogue
from tests.migrations.conftest import Login

REVISIONS = [
    *("0001_platform", "0002_audit", "0003_auth", "0004_idempotency", "0005_ledger", "0006_wallets"),
    *("0007_payments", "0008_people", "0009_posting", "0010_quotes", "0011_owners"),
]


def test_the_tables_and_the_migrated_database_agree(server: Server, database: str) -> None:
    with operations.alembic(server.url("app_owner", database)) as config:
        command.check(config)


def test_they_agree_in_what_alembic_does_not_compare(server: Server, database: str, login: Login) -> None:
    owner = login("app_owner")
    migrated = catalogue.shape(owner)
    owner.rollback()
    operations.downgrade(server.url("app_owner", database), "base")
    tables = whole()
    for schema in sorted({str(table.schema) for table in tables.sorted_tables}):
        owner.execute(CreateSchema(schema))
    tables.create_all(owner)
    assert catalogue.shape(owner) == migrated
    owner.rollback()


def test_every_revision_leaves_no_trace_when_it_is_undone(
    server: Server, database: str, login: Login
) -> None:
    url, owner = server.url("app_owner", database), login("app_owner")

    def now_at(revision: str) -> set[str]:
        assert owner.scalar(text("select max(version_num) from public.alembic_version")) == revision
        found = catalogue.everything(owner)
        owner.rollback()
        return found

    head = now_at(REVISIONS[-1])
    operations.downgrade(url, "base")
    empty = catalogue.everything(owner)
    owner.rollback()
    ways_up = []
    for revision in REVISIONS:
        operations.migrate(url, revision)
        ways_up.append(now_at(revision))
    assert ways_up[-1] == head
    for revision, way_up in zip(REVISIONS[-2::-1], ways_up[-2::-1], strict=True):
        operations.downgrade(url, revision)
        assert now_at(revision) == way_up
    operations.downgrade(url, "base")
    assert catalogue.everything(owner) == empty


def test_there_is_one_head(server: Server, database: str) -> None:
    with operations.alembic(server.url("app_owner", database)) as config:
        history = ScriptDirectory.from_config(config)
        assert [script.revision for script in history.walk_revisions()][::-1] == REVISIONS
        assert history.get_heads() == REVISIONS[-1:]


def test_a_revision_that_fails_is_undone_and_those_before_it_stay(
    server: Server, database: str, login: Login
) -> None:
    url, owner = server.url("app_owner", database), login("app_owner")
    operations.downgrade(url, "base")
    owner.execute(text("create schema audit create table chain_heads ()"))
    owner.commit()
    with pytest.raises(DBAPIError, match="already exists"):
        operations.migrate(url)
    assert owner.scalars(text("select version_num from public.alembic_version")).all() == ["0001_platform"]
    assert owner.scalar(text("select to_regclass('platform.outbox')")) == "platform.outbox"
    assert owner.scalar(text("select to_regclass('audit.audit_logs')")) is None


@pytest.mark.parametrize("server", [18], indirect=True)
def test_a_revision_that_waits_4_seconds_for_a_lock_fails_and_makes_nobody_wait_longer(
    server: Server, database: str, login: Login
) -> None:
    reader = login("app_owner")
    reader.execute(text("select count(*) from financial.payouts"))
    started = monotonic()
    with pytest.raises(DBAPIError, match="55P03"):
        operations.downgrade(server.url("app_owner", database), "0006_wallets")
    assert 3.9 < monotonic() - started < 20
    assert reader.scalar(text("select version_num from public.alembic_version")) == "0007_payments"


def test_a_statement_of_a_revision_may_take_5_seconds(server: Server, database: str) -> None:
    with operations.alembic(server.url("app_owner", database)) as config:
        command.current(config)
        connection = config.attributes["connection"]
        assert connection.scalar(text("show statement_timeout")) == "5s"


def test_a_column_s_mark_becomes_a_key_that_keeps_its_parent() -> None:
    people, things = MetaData(schema="people"), MetaData(schema="things")
    Table("users", people, Column("id", Uuid, primary_key=True))
    Table("books", things, Column("owner_id", Uuid, info={"references": "people.users.id"}))
    (key,) = joined(people, things).tables["things.books"].foreign_key_constraints
    assert (key.column_keys, key.elements[0].target_fullname) == (["owner_id"], "people.users.id")
    assert (key.name, key.ondelete) == ("books_owner_id_fkey", "RESTRICT")
    assert not things.tables["things.books"].foreign_key_constraints


def test_a_draft_is_the_next_revision_and_says_what_the_database_lacks(
    server: Server, database: str, login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(Path(infra.migrations.__file__).parent, tmp_path / "migrations")
    monkeypatch.setattr(operations, "HISTORY", str(copy))
    owner = login("app_owner")
    owner.execute(text("alter table auth.users drop column mfa_last_step"))
    owner.commit()
    operations.draft(server.url("app_owner", database), "second_factor")
    operations.migrate(server.url("app_owner", database))
    assert owner.scalar(text("select version_num from public.alembic_version")) == "0012_second_factor"
    with operations.alembic(server.url("app_owner", database)) as config:
        command.check(config)
