"""The embedded PostgreSQL: what it lets in, whose rights it has, and that no kill keeps it from starting again."""

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection
from sqlalchemy import create_engine, make_url, text

from infra.local import postgres
from infra.local.postgres import cluster
from infra.local.postgres.account import Account, accounts, first_able
from infra.local.postgres.private import private_folder

FAST = {"fsync": "off"}
PROGRAM = cluster.programs(18) / "postgres"
STARTS_AND_SLEEPS = """
import sys, time
from pathlib import Path
from infra.local import postgres
with postgres.start(Path(sys.argv[1]), options={"fsync": "off"}) as server:
    print(server.pid, flush=True)
    time.sleep(600)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, so that the socket fits, and open to others, as a folder of root's may be."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("fresh")
    with postgres.start(home, options=FAST):
        pass
    return home


@pytest.fixture
def home(folder: Path, fresh: Path) -> Path:
    return Path(shutil.copytree(fresh, folder / "home"))


def connect(server: postgres.Server, **given: str) -> Connection:
    url = make_url(server.url("postgres", "postgres"))
    login = {"user": "postgres", "password": url.password, "unix_sock": url.query["unix_sock"]}
    return Connection(**{**login, "database": "postgres", **given}, ssl_context=False)


def ask(server: postgres.Server, question: str) -> object:
    connection = connect(server)
    (row,) = connection.run(question)
    connection.close()
    return row[0]


def processes(home: Path) -> list[int]:
    """All of PostgreSQL that works in this home's data folder."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == home / "postgres-18":
                found.append(int(link.parent.name))
        except OSError:
            continue
    return found


def eventually(condition: Callable[[], bool], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def starts(home: Path, **given: Account) -> bool:
    with postgres.start(home, options=FAST, **given) as server:
        return ask(server, "select 1") == 1


@pytest.mark.parametrize("major", [16, 18])
def test_a_new_home_gets_a_database_with_the_settings_of_the_house(folder: Path, major: int) -> None:
    home = folder / "my home, 2"
    with postgres.start(home, major=major, options={**FAST, "work_mem": "5MB"}) as server:
        assert postgres.running(home, major=major) == server
        engine = create_engine(server.url("postgres", "postgres"))
        with engine.connect() as connection:
            assert int(connection.scalar(text("show server_version_num"))) // 10000 == major
            connection.execute(text("create extension vector"))
            shown = {
                name: connection.scalar(text(f"show {name}"))
                for name in ("jit", "max_locks_per_transaction", "work_mem", "server_encoding", "timezone")
            }
            letters = connection.scalar(text("select lower('ÉĞ') || ('Z' < 'a')::text"))
        engine.dispose()
    assert list(shown.values()) == ["off", "256", "5MB", "UTF8", "UTC"]
    assert letters == "éğtrue"
    assert sorted(path.name for path in home.iterdir()) == [
        "passwords",
        f"postgres-{major}",
        f"postgres-{major}.lock",
        f"socket-{major}",
    ]
    assert postgres.running(home, major=major) is None


def test_only_a_password_over_the_socket_lets_anybody_in(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        with pytest.raises(DatabaseError, match="28P01"):
            connect(server, password="guess")
        assert ask(server, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules") == (
            "scram-sha-256"
        )
        assert ask(server, "select left(rolpassword, 13) from pg_authid where rolcanlogin") == "SCRAM-SHA-256"
        opened = {os.readlink(link) for link in Path(f"/proc/{server.pid}/fd").iterdir()}
    listed = [Path("/proc/net", name).read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    over_tcp = {f"socket:[{line.split()[9]}]" for lines in listed for line in lines}
    assert not opened & over_tcp
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700


def test_a_role_has_one_password_for_good_however_many_ask_first(folder: Path) -> None:
    answers: list[str] = []
    asking = [
        threading.Thread(target=lambda: answers.append(postgres.password(folder, "fn_http")))
        for _ in range(8)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    (file,) = (folder / "passwords").iterdir()
    assert set(answers) == {file.read_text()}
    assert len(answers[0]) >= 32
    assert postgres.password(folder, "fn_auth") != answers[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_home_too_deep_for_a_socket_has_it_among_the_temporary_files(folder: Path, home: Path) -> None:
    deep = Path(shutil.move(home, folder / ("d" * 60)))
    with postgres.start(deep, options=FAST) as server:
        assert ask(server, "select 1") == 1
        assert server.socket.parent == Path(tempfile.gettempdir())
        assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) < 93
    with postgres.start(deep, options=FAST) as again:
        assert again.socket == server.socket
    server.socket.rmdir()
    server.socket.symlink_to(folder)
    with pytest.raises(postgres.NotStarted, match="must be a folder of user"), postgres.start(deep):
        pass
    server.socket.unlink()


def test_a_folder_that_others_made_or_may_enter_is_refused(folder: Path) -> None:
    account = next(accounts())
    assert private_folder(folder / "new", account=account).stat().st_mode & 0o777 == 0o700
    assert private_folder(folder / "new", account=account) == folder / "new"
    with pytest.raises(postgres.NotStarted):
        private_folder(folder, account=account)
    if os.geteuid() == 0:
        os.chown(folder / "new", 4242, -1)
        with pytest.raises(postgres.NotStarted):
            private_folder(folder / "new", account=account)


def test_a_half_made_data_folder_is_made_anew(folder: Path) -> None:
    (folder / "postgres-18.draft" / "data" / "base").mkdir(parents=True, mode=0o700)
    (folder / "postgres-18.draft").chmod(0o700)
    assert starts(folder)
    assert not (folder / "postgres-18.draft").exists()


def test_every_process_ends_with_a_killed_parent_and_the_next_start_succeeds(home: Path) -> None:
    command = [sys.executable, "-c", STARTS_AND_SLEEPS, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert pid in processes(home)
        assert os.getsid(pid) == pid != os.getsid(parent.pid)
        parent.kill()
    assert starts(home)  # though the old one may still be leaving
    assert eventually(lambda: not processes(home), within=2)


def test_a_program_whose_parent_is_gone_already_is_not_run(folder: Path) -> None:
    command = next(accounts()).command("touch", folder / "run")
    subprocess.run(["sh", "-c", '"$@"; true', "sh", *command], check=True)
    assert not (folder / "run").exists()
    subprocess.run(command, check=True)
    assert (folder / "run").exists()


def test_committed_rows_survive_a_kill_of_all_processes_and_no_memory_stays_behind(home: Path) -> None:
    before = Path("/proc/sysvipc/shm").read_text().count("\n")
    with postgres.start(home) as server:
        connection = connect(server)
        connection.run("create table kept as select generate_series(1, 1000) as n")
        for pid in processes(home):
            os.kill(pid, signal.SIGKILL)
        with postgres.start(home, options=FAST) as again:
            assert ask(again, "select sum(n) from kept") == 500500
    assert Path("/proc/sysvipc/shm").read_text().count("\n") == before


def test_a_backend_that_outlives_a_killed_server_does_not_stop_the_next(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        busy = connect(server)
        (pid,) = busy.run("select pg_backend_pid()")[0]
        endless = (
            "set max_parallel_workers_per_gather = 0; select count(*) from generate_series(1, 10000000000)"
        )
        asking = threading.Thread(target=lambda: pytest.raises(Exception, busy.run, endless), daemon=True)
        asking.start()
        assert eventually(
            lambda: ask(server, f"select state from pg_stat_activity where pid = {pid}") == "active", within=5
        )
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: processes(home) == [pid], within=5)
        assert starts(home)
        asking.join(5)
        assert not asking.is_alive()


@pytest.mark.parametrize("name", ["sleep", "postgres"])
def test_a_pid_that_is_somebody_elses_by_now_stops_nothing(folder: Path, home: Path, name: str) -> None:
    shutil.copy(shutil.which("sleep") or "", folder / name)
    with subprocess.Popen([folder / name, "600"]) as other:
        (home / "socket-18" / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n")
        noted = [other.pid, home / "postgres-18", 1_700_000_000, 5432, home / "socket-18", "", "1 2", "ready"]
        (home / "postgres-18" / "postmaster.pid").write_text("\n".join(map(str, noted)))
        assert starts(home)
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("clock_moved", [0, 86_400])
def test_a_living_server_is_reported_with_its_pid_and_folder(home: Path, clock_moved: int) -> None:
    with postgres.start(home, options=FAST) as server:
        file = home / "postgres-18" / "postmaster.pid"
        lines = file.read_text().splitlines()
        file.write_text("\n".join([*lines[:2], str(int(lines[2]) + clock_moved), *lines[3:]]) + "\n")
        with pytest.raises(postgres.AlreadyRunning, match=rf"{home}/postgres-18, as process {server.pid}"):
            starts(home)
        assert ask(server, "select 1") == 1


def test_of_two_that_start_a_new_home_at_once_one_runs_and_one_is_told(folder: Path) -> None:
    command = [sys.executable, "-c", STARTS_AND_SLEEPS, str(folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert eventually(lambda: any(one.poll() is not None for one in both), within=30)
    told, runs = sorted(both, key=lambda one: one.poll() is None)
    assert b"AlreadyRunning: PostgreSQL is already running" in told.communicate()[1]
    assert runs.stdout is not None
    assert int(runs.stdout.readline()) in processes(folder)
    runs.kill()
    runs.communicate()
    assert eventually(lambda: not processes(folder), within=5)


def test_a_server_that_gives_up_says_why(home: Path) -> None:
    with (
        pytest.raises(postgres.NotStarted, match='invalid value for parameter "shared_buffers": "plenty"'),
        postgres.start(home, options={"shared_buffers": "plenty"}),
    ):
        pass
    for file in (home / "postgres-18" / "pg_wal").glob("0*"):
        file.unlink()
    with pytest.raises(postgres.NotStarted, match="could not locate a valid checkpoint record"):
        starts(home)
    assert not processes(home)


def test_a_server_stops_at_once_though_a_client_is_in_a_transaction(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        connect(server).run("begin")
        asked = time.monotonic()
    assert time.monotonic() - asked < 1
    assert not processes(home)


def test_a_server_that_hears_no_signal_is_ended(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        os.kill(server.pid, signal.SIGSTOP)
        asked = time.monotonic()
    assert 2 < time.monotonic() - asked < 3
    assert eventually(lambda: not processes(home), within=2)


def test_a_forked_child_that_leaves_stops_nothing(home: Path) -> None:
    with postgres.start(home, options=FAST) as server:
        child = os.fork()
        if child == 0:
            try:
                raise SystemExit  # noqa: TRY301
            finally:
                pass
        os.waitpid(child, 0)
        assert ask(server, "select 1") == 1


@as_root
@pytest.mark.parametrize("way", ["unshare", "setpriv", "setpriv with passage"])
def test_roots_server_runs_without_roots_rights_and_opens_no_folder(
    folder: Path, home: Path, way: str
) -> None:
    account = list(accounts())[["unshare", "setpriv", "setpriv with passage"].index(way)]
    if way == "setpriv with passage":
        folder.chmod(0o700)
    before = [(path.stat().st_mode, path.stat().st_uid) for path in (home, *home.parents)]
    assert first_able([account], program=PROGRAM, folder=home) == account
    with postgres.start(home, options=FAST, account=account) as server:
        status = dict(
            line.split(":\t", 1) for line in Path(f"/proc/{server.pid}/status").read_text().splitlines()
        )
        assert ask(server, "select 1") == 1
    nobody = str(pwd.getpwnam("nobody").pw_uid)
    assert set(status["Uid"].split()) == {"0" if way == "unshare" else nobody}
    assert int(status["CapEff"], 16) == (2 if way == "setpriv with passage" else 0)  # 2: dac_override
    assert [(path.stat().st_mode, path.stat().st_uid) for path in (home, *home.parents)] == before


@as_root
def test_the_first_account_that_can_is_taken(folder: Path, home: Path) -> None:
    unknown, failing = Account(("no-such-tool",), 0), Account(("false",), 0)
    namespace, other_user, passing = accounts()
    choice = (unknown, failing, other_user, passing)
    assert first_able(accounts(), program=PROGRAM, folder=home) == namespace
    assert first_able(choice, program=PROGRAM, folder=home) == other_user
    folder.chmod(0o700)
    assert first_able(choice, program=PROGRAM, folder=home) == passing
    with pytest.raises(postgres.NotStarted, match="No unprivileged account"):
        first_able((unknown, failing, other_user), program=PROGRAM, folder=home)


@as_root
def test_data_changes_hands_with_the_account(home: Path) -> None:
    namespace, other_user, _ = accounts()
    assert all(starts(home, account=account) for account in (namespace, other_user, namespace))


@as_root
@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_account_makes_a_new_home_and_dies_with_its_parent(folder: Path, number: int) -> None:
    account = list(accounts())[number]
    child = os.fork()
    if child == 0:
        server = postgres.start(folder, options=FAST, account=account).__enter__()
        Path(folder, "ready").write_text(str(server.pid))
        signal.pause()
    assert eventually((folder / "ready").exists, within=20)
    assert processes(folder)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert eventually(lambda: not processes(folder), within=2)
    assert starts(folder, account=account)


@as_root
def test_a_user_without_rights_runs_a_server_in_a_home_of_his(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    if subprocess.run(["setpriv", f"--reuid={nobody}", "--clear-groups", PROGRAM, "--version"]).returncode:
        pytest.skip("this checkout is closed to other users")
    (folder / "home").mkdir()
    os.chown(folder / "home", nobody, -1)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setresuid(nobody, nobody, nobody)
        answers = [starts(folder / "home"), [account.rights for account in accounts()]]
        (folder / "home" / "answers.json").write_text(json.dumps(answers))
        os._exit(0)
    os.waitpid(child, 0)
    assert json.loads((folder / "home" / "answers.json").read_text()) == [True, [[]]]
