"""Cold starts: a fresh process, until the first answer; processor time, which the neighbours change least."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure, paired

ROUNDS = 11
PROGRAM = """
import json, sys
from importlib import import_module
class Context:
    function_name, aws_request_id, memory_limit_in_mb = "bench", "bench", 512
    invoked_function_arn = "arn"
    def get_remaining_time_in_millis(self): return 30000
handler = import_module(sys.argv[1]).handler
answer = handler(json.loads(sys.argv[2]), Context())
ok = answer.get("statusCode", 200) == 200 and not answer.get("batchItemFailures")
sys.exit(0 if ok else f"{answer}")
"""


def figures(scene: Scene) -> Iterator[Figure]:
    yield _figure(scene, "HTTP function", "functions.auth.api", "http_function", scene.me(), 1.25)
    job = "functions.auth.job_send_account_mail"
    yield _figure(scene, "queue function", job, "queue_function", scene.letter(), 1.25)


def _figure(scene: Scene, name: str, module: str, peer: str, event: dict[str, Any], goal: float) -> Figure:
    ours, bare = paired(
        lambda: _start(scene, module, event),
        lambda: _start(scene, f"tests.benchmarks.peers.{peer}", event),
        rounds=ROUNDS,
    )
    return Figure(f"cold start, {name}", ours, bare, "bare libraries", goal, "ms")


def _start(scene: Scene, module: str, event: dict[str, Any]) -> float:
    environment = {**scene.environment, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", PROGRAM, module, json.dumps(event)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{module} did not answer")
    return (used.ru_utime + used.ru_stime) * 1000
