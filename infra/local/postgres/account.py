"""With whose rights PostgreSQL runs: it refuses to be root, so root's server gives rights up."""

import os
import pwd
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.postgres.errors import NotStarted

# The signal of a parent's death is asked for after the parent may have died: then the parent is another one.
EXEC_IF_PARENT_LIVES = '[ "$PPID" = "$0" ] && exec "$@"'


@dataclass(frozen=True)
class Account:
    rights: tuple[str, ...]  # the words before a command that give it these rights
    uid: int  # who owns its files, as this process sees them

    def command(self, *program: str | Path) -> list[str]:
        """The program, told to stop (SIGINT) when the thread that started it ends, be it by SIGKILL."""
        tied = ("setpriv", "--pdeathsig=INT", "sh", "-c", EXEC_IF_PARENT_LIVES, str(os.getpid()))
        return [*self.rights, *tied, *map(str, program)]

    def can_run(self, program: Path, *, folder: Path) -> bool:
        words = ("sh", "-c", 'cd "$1" && exec "$0" --version', str(program), str(folder))
        try:
            return subprocess.run([*self.rights, *words], capture_output=True).returncode == 0
        except FileNotFoundError:  # this machine has no such tool
            return False

    def own(self, folder: Path) -> None:
        """Hand it a folder of ours with all that is in it, which another account may have made."""
        if folder.stat().st_uid != self.uid:
            for path in (*folder.rglob("*"), folder):  # last, so that a kill meanwhile is made good
                os.chown(path, self.uid, -1, follow_symlinks=False)


def environment() -> dict[str, str]:
    """Nothing of ours: no secret, and no PG… or LC_… variable that PostgreSQL would obey."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def accounts() -> Iterator[Account]:
    """What there is to choose from, best first."""
    if os.geteuid() != 0:
        yield Account((), os.geteuid())
        return
    nobody = pwd.getpwnam("nobody")  # initdb insists on a user that has a name
    uid, gid = nobody.pw_uid, nobody.pw_gid
    yield Account(("unshare", "--user", f"--map-user={uid}"), 0)
    other_user = ("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    yield Account(other_user, uid)
    # Where a folder above ours is closed to others: it stays so, and the server may pass, as root may.
    # Without the bit, access(2), by which initdb looks for its programs, would ignore that capability.
    passage = ("--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    yield Account((*other_user, *passage), uid)


def first_able(choice: Iterable[Account], *, program: Path, folder: Path) -> Account:
    for account in choice:
        if account.can_run(program, folder=folder):
            return account
    raise NotStarted(f"No unprivileged account may run {program} and enter {folder}")
