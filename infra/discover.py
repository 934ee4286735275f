"""Every function there is, read off the code: the file's name says what wakes it, its last line the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from shared.handler import Handler, Trigger

ROOT = Path(__file__).resolve().parent.parent / "functions"
PREFIXES = ("on_", "job_", "cron_", "loop_")


@dataclass(frozen=True)
class Function:
    name: str  # auth-on-user-registered
    module: str  # functions.auth.on_user_registered
    handler: Handler

    @property
    def trigger(self) -> Trigger:
        return self.handler.trigger


def entry_files(root: Path = ROOT) -> Iterator[Path]:
    for path in sorted(root.glob("*/*.py")):
        if path.stem == "api" or path.stem.endswith("_api") or path.stem.startswith(PREFIXES):
            yield path


def functions(root: Path = ROOT) -> tuple[Function, ...]:
    """Import every entry file. Safe anywhere: importing reads no environment and opens nothing."""
    return tuple(map(function, entry_files(root)))


def function(path: Path) -> Function:
    domain, stem = path.parent.name, path.stem
    module = f"{path.parent.parent.name}.{domain}.{stem}"
    return Function(f"{domain}-{stem}".replace("_", "-"), module, import_module(module).handler)


def owner() -> Function:
    """The one with the rights of who owns the tables. Nothing wakes it: a deployment calls it."""
    module = "infra.migrations.function"
    return Function("migrations", module, import_module(module).handler)


def schedules(functions: Iterable[Function]) -> dict[str, str]:
    """By the name that a run is recorded under: platform.cron_make_partitions."""
    timed = (function for function in functions if function.trigger.schedule)
    return {function.module.removeprefix("functions."): function.trigger.schedule for function in timed}
