"""Cold starts: what a fresh process spends until a function has answered for the first time."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from infra.discover import ROOT, Function
from infra.local.proxy import request_event

ROUNDS = 5
# A loop has time for as many turns as are said; without an event, importing the handler is all.
PROGRAM = """
import json, sys
from importlib import import_module
handler, event, turns = import_module(sys.argv[1]).handler, json.loads(sys.argv[2]), int(sys.argv[3])
left = iter([30_000] * turns)
class Context:
    function_name, aws_request_id, memory_limit_in_mb, invoked_function_arn = "cold", "cold", 512, "arn"
    def get_remaining_time_in_millis(self): return next(left, 0)
answer = (handler(event, Context()) if event is not None else None) or {}
status = answer.get("statusCode", 200)
sys.exit(f"{answer}" if status == 401 or status >= 500 or answer.get("batchItemFailures") else 0)
"""


class Unanswered(RuntimeError):
    """The module that did not answer."""


def cold_start(function: Function) -> float:
    """Milliseconds, in the median, until an answer that needs no database."""
    return statistics.median(spent(function.module, first_event(function)) for _ in range(ROUNDS))


def first_event(function: Function) -> Mapping[str, Any] | None:
    """An unknown address, an empty batch, a loop without time for a turn; a schedule is only imported."""
    match function.trigger.kind:
        case "http":
            return get("/-")
        case "event" | "job" | "dead_letters":
            return {"Records": []}
        case "loop":
            return {}
    return None


def get(path: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """API Gateway's event for a GET."""
    sent = {"host": "127.0.0.1", **(headers or {})}
    scope = {
        "raw_path": path.encode(),
        "method": "GET",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("203.0.113.7", 50_000),
        "server": ("127.0.0.1", 8000),
        "http_version": "1.1",
    }
    return request_event(scope, b"", prefix="", request_id="cold", now=datetime.now(UTC))


def spent(
    module: str,
    event: Mapping[str, Any] | None,
    environment: Mapping[str, str] | None = None,
    *,
    turns: int = 0,
) -> float:
    """Milliseconds of processor time of a process, its start included: what neighbours change least."""
    command = [sys.executable, "-c", PROGRAM, module, json.dumps(event), str(turns)]
    given = {"PATH": os.environ["PATH"], **(environment or {})}
    process = subprocess.Popen(command, cwd=ROOT.parent, env=given, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Unanswered(f"{module} did not answer")
    return (used.ru_utime + used.ru_stime) * 1000
