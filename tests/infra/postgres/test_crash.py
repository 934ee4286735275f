"""No kill, of the server or of its parent, leaves a process behind or keeps the next one from starting."""

import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from pg8000.exceptions import InterfaceError
from pg8000.native import Connection

from infra.local import postgres
from infra.local.postgres.account import accounts
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


def test_every_process_ends_with_a_killed_parent_and_the_next_start_succeeds(home: Path) -> None:
    with parent_of_a_server(home) as parent:
        pid = int(said(parent))
        assert pid in processes(home)
        assert os.getsid(pid) == pid
    assert starts(home)  # though the old one may still be leaving
    assert not processes(home)


def test_a_program_whose_parent_is_gone_already_is_not_run(folder: Path) -> None:
    command = next(accounts()).command("touch", folder / "run")
    subprocess.run(["sh", "-c", '"$@"; true', "sh", *command], check=True)
    assert not (folder / "run").exists()
    subprocess.run(command, check=True)
    assert (folder / "run").exists()


def test_committed_rows_survive_a_kill_of_all_processes_and_no_memory_stays_behind(home: Path) -> None:
    with postgres.start(home) as server:
        with connect(server) as connection:
            connection.run("create table kept as select generate_series(1, 1000) as n")
        (segment,) = memory_of(server.pid)
        # The postmaster first: at the death of another it makes its memory anew, and a kill in the midst of
        # that leaves PostgreSQL a segment that it does not know for its own.
        for pid in sorted(processes(home), key=lambda pid: pid != server.pid):
            with suppress(ProcessLookupError):  # the others follow it by themselves
                os.kill(pid, signal.SIGKILL)
        with postgres.start(home, options=FAST) as again:
            assert ask(again, "select sum(n) from kept") == 500_500
            assert memory_of(server.pid) == []
            assert len(memory_of(again.pid)) == 1
    assert memory_of(again.pid) == []
    assert segment


def test_a_backend_that_outlives_a_killed_server_does_not_stop_the_next(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        busy = connect(server)
        busy.run("set max_parallel_workers_per_gather = 0")
        backend = busy.run("select pg_backend_pid()")[0][0]
        asking = threading.Thread(target=asks_for_ever, args=[busy])
        asking.start()
        active = f"select state = 'active' from pg_stat_activity where pid = {backend}"
        assert eventually(lambda: bool(ask(server, active)), within=60)
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: backend in processes(home) and len(processes(home)) <= 2, within=60)
        assert starts(home)
    asking.join(5)
    assert not asking.is_alive()


@pytest.mark.parametrize(("name", "age"), [("sleep", 0), ("postgres", 86_400)])
def test_a_pid_that_is_somebody_elses_by_now_stops_nothing(
    folder: Path, home: Path, name: str, age: int
) -> None:
    shutil.copy(str(shutil.which("sleep")), folder / name)
    other = subprocess.Popen([folder / name, "60"])
    started = int(time.time()) - age
    noted = [other.pid, home / "postgres-18", started, 5432, home / "socket-18", "", "1 2", "ready"]
    (home / "postgres-18" / "postmaster.pid").write_text("\n".join(map(str, noted)))
    (home / "socket-18").mkdir(mode=0o700, exist_ok=True)
    (home / "socket-18" / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n")
    try:
        assert starts(home)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_pid_file_that_a_power_cut_emptied_stops_nothing(home: Path) -> None:
    (home / "postgres-18" / "postmaster.pid").touch()
    assert starts(home)


@pytest.mark.parametrize("clock_moved", [0, 86_400])
def test_a_living_server_is_reported_with_its_pid_and_folder(home: Path, clock_moved: int) -> None:
    with postgres.start(home, options=FAST) as server:
        file = home / "postgres-18" / "postmaster.pid"
        lines = file.read_text().splitlines()
        lines[2] = str(int(lines[2]) + clock_moved)
        file.write_text("\n".join(lines) + "\n")
        with pytest.raises(postgres.AlreadyRunning, match=f"{home}/postgres-18, as process {server.pid}"):
            starts(home)
        assert ask(server, "select 1") == 1


def asks_for_ever(client: Connection) -> None:
    with pytest.raises(InterfaceError), client:
        client.run("select count(*) from generate_series(1, 1000000000000)")


def memory_of(pid: int) -> list[str]:
    """The shared memory segments that a process made, dead or alive."""
    rows = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[4] == str(pid)]
