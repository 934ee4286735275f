"""A copy of the product with a domain more, whose files are all that anybody wrote of it."""

import shutil
from pathlib import Path

from infra import bundle, pythons
from infra.discover import ROOT

PROJECT = ROOT.parent
COPIED = ("functions", "infra", "shared")

HEARD = '''
"""Tells that it heard of a new account."""

from sqlalchemy.orm import Session

from functions.auth.events import UserRegistered
from shared.alarm import alarm
from shared.queue import on


def handle(event: UserRegistered, db: Session) -> None:
    alarm(db, source="probe.heard", event_type="heard", details={"user_id": str(event.user_id)})


handler = on(UserRegistered, handle, consumer="probe-heard", system=True)
'''

POISONED = '''
"""Cannot bear any account, until there is an antidote."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from functions.auth.events import UserRegistered
from shared.alarm import alarm
from shared.queue import on

ANTIDOTE = text("select count(*) from audit.system_events where event_type = 'antidote'")


def handle(event: UserRegistered, db: Session) -> None:
    if not db.scalar(ANTIDOTE):
        raise ValueError("poison")
    alarm(db, source="probe.poisoned", event_type="cured", details={"user_id": str(event.user_id)})


handler = on(UserRegistered, handle, consumer="probe-poisoned", system=True, timeout=2, attempts=1)
'''

# Its first call ends as the file's name says, after a note of it was committed.
UNLUCKY = '''
"""Has bad luck at its first try."""

import os
import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from functions.auth.events import UserRegistered
from shared.alarm import alarm
from shared.db import system, transaction
from shared.queue import on

TRIED = text("select count(*) from audit.system_events where source = 'probe.{name}'")


def handle(event: UserRegistered, db: Session) -> None:
    with transaction("fn_system", system()) as own:
        tried = own.scalar(TRIED)
        alarm(own, source="probe.{name}", event_type="tried", details={{"before": tried}})
    if not tried:
        {bad_luck}
    alarm(db, source="probe.{name}.done", event_type="done", details={{"user_id": str(event.user_id)}})


handler = on(UserRegistered, handle, consumer="probe-{name}", system=True, timeout=2)
'''

NAPS = '''
"""Sleeps until others do, and says in which process."""

import os
import time
from pathlib import Path

from pydantic import BaseModel

from shared.http import Router, http, public

router = Router(prefix="/v1/naps", tags=["probe"])


class NapOut(BaseModel):
    process: int


@router.get("", response_model=NapOut, dependencies=[public()])
def nap(bed: str, until: int) -> NapOut:
    """So many leave a file in the folder that is their bed."""
    Path(bed, str(os.getpid())).touch()
    end = time.monotonic() + 20
    while len(os.listdir(bed)) < until and time.monotonic() < end:
        time.sleep(0.05)
    return NapOut(process=os.getpid())


handler = http(router)
'''

TICKS = '''
"""Tells that its time had come."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.alarm import alarm
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    alarm(db, source="probe.tick", event_type="tick", details={"due_at": now.isoformat()})


handler = cron("rate(1 minute)", handle, catch_up="last")
'''

FILES = {
    "__init__.py": "",
    "on_heard.py": HEARD,
    "on_poisoned.py": POISONED,
    "on_dies.py": UNLUCKY.format(name="dies", bad_luck="os._exit(3)"),
    "on_sleeps.py": UNLUCKY.format(name="sleeps", bad_luck="time.sleep(60)"),
    "naps_api.py": NAPS,
    "cron_tick.py": TICKS,
}


def with_probe(tree: Path) -> Path:
    """Layers are the same for both: they are not built again."""
    for name in COPIED:
        shutil.copytree(PROJECT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tree)
    (tree / "layers").mkdir()
    for file in (PROJECT / "layers").glob("*.txt"):
        shutil.copy(file, tree / "layers")
    version, _ = pythons.for_functions()
    for group in bundle.layers():
        bundle.layer(group, python=version, architecture=bundle.this_machine())
        (tree / "layers" / group).symlink_to(PROJECT / "layers" / group)
    for name, text in FILES.items():
        path = tree / "functions" / "probe" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tree
