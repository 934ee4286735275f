"""The live texts of the front page, by name: the page is built with them, its script puts in newer ones."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from functions.platform.queries import Queue, Schedule
from infra.local.pages.sight import Deposit, Sight
from infra.local.pages.words import WORDS
from shared.words import Language

UNKNOWN = "–"
UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))  # the same words in all our languages
QUEUED = ("event", "job")
SPACE = "\N{NARROW NO-BREAK SPACE}"

Cells = Iterator[tuple[str, str]]


def tone(sight: Sight) -> str:
    """The gravest of what is wrong, as a word of WORDS."""
    status = sight.status
    if status is None:
        return "silent"
    if status.dead_letters:
        return "dead"
    if status.outbox.parked:
        return "parked"
    if any(schedule.last_status == "failed" for schedule in status.schedules):
        return "failed"
    return "well"


def cells(sight: Sight, language: Language) -> dict[str, str]:
    words = WORDS[language]
    status = sight.status
    names = [function.name for function in sight.functions]
    return dict(
        [
            ("state", words[tone(sight)]),
            ("letters", number(sight.letters)),
            ("wallets", " · ".join(map(str, sight.wallets)) or words["no-money"]),
            ("deposit", _deposit(sight.deposit, words)),
            *_figures(sight),
            *_processes(sight, words),
            *((f"{name}.calls", number(sight.calls.get(name, 0))) for name in names),
            *_schedules(sight, status.schedules if status else (), words),
            *_queues(sight, status.queues if status else None),
        ]
    )


def _deposit(deposit: Deposit | None, words: dict[str, str]) -> str:
    return words[f"deposit-{deposit.status}"].format(deposit.amount) if deposit else ""


def _figures(sight: Sight) -> Cells:
    status = sight.status
    yield "memory", megabytes(sum(process.memory for process in sight.processes))
    yield "processes", number(sum(process.size for process in sight.processes))
    yield "calls", number(sum(sight.calls.values()))
    yield "waiting", number(sum(queue.depth for queue in status.queues)) if status else UNKNOWN
    yield "dead-letters", number(status.dead_letters) if status else UNKNOWN
    yield "lag", duration(status.outbox.lag_seconds) if status else UNKNOWN


def _processes(sight: Sight, words: dict[str, str]) -> Cells:
    for process in sight.processes:
        yield f"{process.name}.memory", megabytes(process.memory)
        if process.busy is not None and process.restarts is not None:
            yield f"{process.name}.busy", words["busy-of"].format(process.busy, process.size)
            yield f"{process.name}.restarts", number(process.restarts)


def _schedules(sight: Sight, runs: Sequence[Schedule], words: dict[str, str]) -> Cells:
    last = {run.name.replace(".", "-").replace("_", "-"): run for run in runs}
    for function in sight.functions:
        if function.trigger.kind == "cron":
            yield f"{function.name}.last", _last(last.get(function.name), sight.now, words)
            yield f"{function.name}.next", _next(sight.next_runs.get(function.name), sight.now, words)


def _last(run: Schedule | None, now: datetime, words: dict[str, str]) -> str:
    if run is None:
        return words["never"]
    ago = "failed-ago" if run.last_status == "failed" else "ago"
    return words[ago].format(duration((now - (run.last_finished_at or run.last_due_at)).total_seconds()))


def _next(due: datetime | None, now: datetime, words: dict[str, str]) -> str:
    if due is None:
        return UNKNOWN
    left = (due - now).total_seconds()
    return words["in"].format(duration(left)) if left >= 1 else words["now"]


def _queues(sight: Sight, queues: Sequence[Queue] | None) -> Cells:
    """A queue that the database does not mention is empty."""
    found = {queue.consumer: queue for queue in queues or ()}
    for function in sight.functions:
        if function.trigger.kind in QUEUED:
            queue = found.get(function.trigger.consumer)
            empty = UNKNOWN if queues is None else "0"
            yield f"{function.name}.depth", number(queue.depth) if queue else empty
            yield f"{function.name}.oldest", duration(queue.lag_seconds) if queue else UNKNOWN


def number(value: int) -> str:
    """12 345, which reads the same everywhere."""
    return f"{value:,}".replace(",", SPACE)


def megabytes(size: int) -> str:
    return f"{number(round(size / 1e6))}{SPACE}MB" if size else UNKNOWN


def duration(seconds: float) -> str:
    """In the greatest unit of which there are two, or else in seconds."""
    whole = max(0, int(seconds))
    length, unit = next(((length, unit) for length, unit in UNITS if whole >= 2 * length), UNITS[-1])
    return f"{whole // length}{SPACE}{unit}"
