"""What a server is like that was started, and how it stops."""

import fcntl
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest
from pg8000.exceptions import DatabaseError, InterfaceError
from sqlalchemy import create_engine, text

from infra.local import postgres
from infra.local.postgres import cluster
from tests.infra.postgres.watch import (
    FAST,
    ask,
    connect,
    eventually,
    parent_of_a_server,
    processes,
    said,
    starts,
)


@pytest.mark.parametrize(("major", "provider"), [(16, "c"), (18, "b")])
def test_a_new_home_gets_a_database_with_the_settings_of_the_house(
    folder: Path, major: int, provider: str
) -> None:
    home = folder / "my home, 2+2 & 100%"
    names = ("jit", "max_locks_per_transaction", "work_mem", "server_encoding", "timezone")
    with postgres.start(home, major=major, options={**FAST, "work_mem": "5MB"}) as server:
        assert postgres.running(home, major=major) == server
        engine = create_engine(server.url("postgres", "postgres"))
        with engine.connect() as connection:
            connection.execute(text("create extension vector"))
            version = connection.scalar(text("show server_version_num"))
            shown = [connection.scalar(text(f"show {name}")) for name in names]
            used = connection.scalar(
                text("select datlocprovider from pg_database where datname = 'template0'")
            )
            letters = connection.scalar(text("select lower('ÉĞ') || ('Z' < 'a')"))
        engine.dispose()
    assert int(version) // 10_000 == major
    assert shown == ["off", "256", "5MB", "UTF8", "UTC"]
    assert used == provider
    assert letters == "éğtrue"
    assert {path.name for path in home.iterdir()} == {
        "passwords",
        f"postgres-{major}",
        f"postgres-{major}.lock",
    }
    assert postgres.running(home, major=major) is None


def test_only_a_password_over_the_socket_lets_anybody_in(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        assert "password authentication failed" in refusal(server, PGPASSWORD="guess")
        assert "no password supplied" in refusal(server)
        methods = ask(server, "select array_agg(distinct auth_method) from pg_hba_file_rules")
        stored = ask(server, "select rolpassword from pg_authid where rolcanlogin")
        opened = {os.readlink(link) for link in Path(f"/proc/{server.pid}/fd").iterdir()}
    assert methods == ["scram-sha-256"]
    assert stored.startswith("SCRAM-SHA-256$")
    listed = [Path("/proc/net", name).read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    assert not opened & {f"socket:[{line.split()[9]}]" for lines in listed for line in lines}


def test_the_log_is_kept_for_a_week_and_holds_no_statement(home: Path) -> None:
    with postgres.start(home, options=FAST) as server, pytest.raises(DatabaseError):
        ask(server, "create role postgres password 'xyzzy'")
    (log,) = (home / "postgres-18" / "log").glob("postgres-???.log")
    assert 'role "postgres" already exists' in log.read_text()
    assert "xyzzy" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_half_made_data_folder_is_made_anew(folder: Path) -> None:
    (folder / "postgres-18.draft").mkdir(mode=0o700)
    (folder / "postgres-18.draft" / "data").mkdir()
    (folder / "postgres-18.draft" / "data" / "PG_VERSION").write_text("18")
    assert starts(folder)
    assert not (folder / "postgres-18.draft").exists()


def test_a_server_that_gives_up_says_why(spare: Path) -> None:
    with (
        pytest.raises(postgres.NotStarted, match='invalid value for parameter "shared_buffers": "plenty"'),
        postgres.start(spare, options={"shared_buffers": "plenty"}),
    ):
        pass
    for file in (spare / "postgres-18" / "pg_wal").glob("0*"):
        file.unlink()
    with pytest.raises(postgres.NotStarted, match="could not locate a valid checkpoint record"):
        starts(spare)
    assert not processes(spare)


def test_of_two_that_start_a_new_home_at_once_one_runs_and_one_is_told(folder: Path) -> None:
    with parent_of_a_server(folder) as one, parent_of_a_server(folder) as other:
        assert eventually(lambda: one.poll() is not None or other.poll() is not None, within=60)
        told, runs = (other, one) if one.poll() is None else (one, other)
        assert f"AlreadyRunning: PostgreSQL is already running on {folder}" in told.communicate()[1]
        assert int(said(runs)) in processes(folder)
    assert eventually(lambda: not processes(folder), within=60)


def test_a_server_that_does_not_answer_yet_or_any_more_is_not_running(home: Path) -> None:
    file = home / "postgres-18" / "postmaster.pid"
    with postgres.start(home, options=FAST) as server:
        assert postgres.running(home) == server
        for status in ("starting", "stopping"):
            file.write_text(file.read_text().replace("ready", status))
            assert postgres.running(home) is None
            file.write_text(file.read_text().replace(status, "ready"))


def test_the_folder_of_the_socket_stays_for_a_server_that_is_starting(home: Path) -> None:
    with (home / "postgres-18.lock").open("w") as turn:
        with postgres.start(home, options=FAST) as server:
            fcntl.flock(turn, fcntl.LOCK_EX)
        assert server.socket.is_dir()
    assert starts(home)
    assert not server.socket.exists()


def test_a_server_stops_at_once_though_a_client_is_in_a_transaction(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        client = connect(server)
        client.run("begin")
        asked = time.monotonic()
    assert time.monotonic() - asked < 2
    assert not processes(home)
    with pytest.raises(InterfaceError):
        client.close()


def test_a_server_that_hears_no_signal_is_ended(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        os.kill(server.pid, signal.SIGSTOP)
        asked = time.monotonic()
    assert time.monotonic() - asked > 2
    assert eventually(lambda: not processes(home), within=60)


def test_a_forked_child_that_leaves_the_block_stops_nothing(home: Path) -> None:
    server_of = postgres.start(home, options=FAST)
    with server_of as server:
        child = os.fork()
        if child == 0:
            server_of.__exit__(None, None, None)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert ask(server, "select 1") == 1


def test_a_lost_password_is_named_as_the_reason(spare: Path) -> None:
    (spare / "passwords" / "postgres").unlink()
    with pytest.raises(DatabaseError, match='password authentication failed for user "postgres"'):
        starts(spare)
    assert not processes(spare)


def refusal(server: postgres.Server, **environment: str) -> str:
    """What psql is told."""
    command = [
        str(cluster.programs(18) / "psql"),
        "-w",
        "-h",
        str(server.socket),
        "-U",
        "postgres",
        "-c",
        "select 1",
    ]
    return subprocess.run(command, env=environment, capture_output=True, text=True).stderr
