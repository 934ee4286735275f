"""What a verifier says of a log that somebody with the owner's rights has changed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from typer.testing import CliRunner

from functions.audit import queries
from functions.audit.cli import app
from functions.audit.rules import LATE
from shared import clock
from shared.audit import HASHED, row_hash
from shared.db import house, system, transaction
from shared.ids import new_id
from tests.conftest import Database
from tests.functions.audit import make

LOGS = "audit.audit_logs"
HEADS = "audit.chain_heads"
ADAS = f"tenant = '{make.ADA}'"
COPIED = ", ".join(name for name in HASHED if name not in ("id", "created_at"))


@pytest.fixture
def chain(database: Database) -> Database:
    """Three sealed rows of Ada's, one of Bob's."""
    make.recorded(3)
    make.recorded(1, tenant=make.BOB)
    make.sealed()
    assert make.verify().faults == []
    return database


def copy_of_row(seq: int, *, age: timedelta = timedelta(0)) -> dict[str, object]:
    """A new row that claims the same, correctly hashed."""
    with transaction("fn_system", system()) as db:
        query = select(*(house.audit_logs.c[name] for name in HASHED))
        found = db.execute(query.where(house.audit_logs.c.seq == seq, text(ADAS))).mappings().one()
        row = dict(found) | {"id": new_id(), "created_at": clock.now() - age}
    return row | {"row_hash": row_hash(row)}


def told() -> list[tuple[str, str, int | None]]:
    return [(fault.verdict, fault.tenant, fault.seq) for fault in make.verify().faults]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (f"update {LOGS} set new_values = '{{}}' where seq = 2", ("edited", 2)),
        (f"update {LOGS} set user_id = null where seq = 3", ("edited", 3)),
        (f"update {LOGS} set request_id = '' where seq = 1 and {ADAS}", ("edited", 1)),
        (f"update {LOGS} set row_hash = '\\x00' where seq = 3", ("edited", 3)),
        (f"delete from {LOGS} where seq = 1 and {ADAS}", ("deleted", 2)),
        (f"delete from {LOGS} where seq = 2", ("deleted", 3)),
        (f"delete from {LOGS} where seq = 3", ("deleted", 3)),
        (f"delete from {LOGS} where {ADAS}", ("deleted", 3)),
        (f"delete from {HEADS} where {ADAS}", ("deleted", 3)),
        (f"update {HEADS} set seq = 2 where {ADAS}", ("inserted", 3)),
        (f"update {HEADS} set last_hash = '\\x00' where {ADAS}", ("forked", 3)),
        (f"update {LOGS} set previous_hash = null where seq = 2", ("forked", 2)),
        (f"update {LOGS} set seq = 2 where seq = 3", ("forked", 2)),
    ],
)
def test_a_tampered_row_has_its_verdict(chain: Database, statement: str, fault: tuple[str, int]) -> None:
    make.tamper(chain, [statement])
    faults = told()
    assert faults[0] == (fault[0], str(make.ADA), fault[1])
    assert {tenant for _, tenant, _ in faults} == {str(make.ADA)}


def test_an_edit_that_makes_the_rows_own_hash_anew_is_told_by_the_next_row(chain: Database) -> None:
    with transaction("fn_system", system()) as db:
        where = (house.audit_logs.c.seq == 2, text(ADAS))
        row = dict(db.execute(select(house.audit_logs).where(*where)).mappings().one()) | {"action": "x"}
    make.tamper(chain, [f"update {LOGS} set action = 'x', row_hash = :row where seq = 2"], row=row_hash(row))
    assert told() == [("forked", str(make.ADA), 3)]


def test_a_number_given_twice_is_a_fork(chain: Database) -> None:
    row = copy_of_row(2)
    columns = f"insert into {LOGS} (id, created_at, {COPIED}, row_hash, seq, previous_hash)"
    copied = f"select :id, :created_at, {COPIED}, :row_hash, seq, previous_hash from {LOGS} where seq = 2"
    make.tamper(chain, [f"{columns} {copied}"], **row)
    assert told() == [("forked", str(make.ADA), 2)]


def test_a_row_that_was_not_there_when_the_sealer_passed_is_an_insertion(chain: Database) -> None:
    row = copy_of_row(2, age=LATE * 3)
    with transaction("fn_system", system()) as db:
        db.execute(insert(house.audit_logs).values(row))
    assert told() == [("inserted", str(make.ADA), None)]


def test_an_old_row_that_the_sealer_took_for_new_is_an_insertion(chain: Database) -> None:
    row = copy_of_row(2, age=timedelta(days=2))
    with transaction("fn_system", system()) as db:
        db.execute(insert(house.audit_logs).values(row))
    make.sealed()
    assert told() == [("inserted", str(make.ADA), 4)]


def test_a_row_that_waits_for_a_dead_sealer_is_no_insertion(chain: Database) -> None:
    make.recorded(1)
    with transaction("fn_system", system()) as db:
        report = queries.verify(db, now=clock.now() + LATE * 2)
    assert [fault.verdict for fault in report.faults] == ["unsealed"]


def test_a_walk_in_many_pages_sees_every_row(chain: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for page in range(1, 6):
        monkeypatch.setattr(queries, "PAGE", page)
        report = make.verify()
        assert (report.chains, report.rows, report.faults) == (2, 4, [])
    make.tamper(chain, [f"update {LOGS} set seq = 2 where seq = 3"])
    found = []
    for page in range(1, 6):
        monkeypatch.setattr(queries, "PAGE", page)
        found.append(told())
    assert found == [found[0]] * 5


def test_the_sealer_may_work_while_a_verifier_reads(chain: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    with transaction("fn_system", system()) as db:
        rows = queries._links(db)
        first = next(rows)
        make.recorded(2)
        make.sealed()
        assert (first.seq, first.head.seq if first.head else 0) == (1, 3)
        report = queries.verify(db, now=clock.now(), watch=lambda _: [first, *rows])
    assert (report.rows, report.faults) == (6, [])


def test_the_command_ends_with_1_where_there_is_a_fault(chain: Database) -> None:
    sound = CliRunner().invoke(app, ["audit", "verify"])
    assert (sound.exit_code, sound.stdout) == (0, "No fault in 4 rows of 2 chains.\n")
    make.tamper(chain, [f"delete from {LOGS} where seq = 2"])
    broken = CliRunner().invoke(app, ["audit", "verify", "--json"])
    report = json.loads(broken.stdout)
    assert (broken.exit_code, report["rows"]) == (1, 3)
    assert [(fault["verdict"], fault["seq"]) for fault in report["faults"]] == [("deleted", 3)]
    shown = CliRunner().invoke(app, ["audit", "verify"])
    assert (shown.exit_code, "1 fault" in shown.stdout, "deleted" in shown.stdout) == (1, True, True)
