"""MiniStack with our execution environments: the program that the emulator's own Python runs.

Of ours it may import the runtime alone. MiniStack has no plug for this, so private names of it are replaced:
its version is pinned, and a name that is gone stops the start. infra/decisions/0007 says why.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from operator import attrgetter
from typing import Any

from ministack import app
from ministack.core import lambda_runtime as pool
from ministack.services import lambda_svc as service

from infra.localstack.runtime import Call, Environment, Program

IDLE = float(os.environ["LAMBDA_WARM_TTL_SECONDS"])  # MiniStack's own variable
BUILT_ON = {
    pool: (
        "Worker.invoke",
        "Worker._spawn",
        "Worker._discard_tmpdir",
        "_worker_class_for",
        "_workers",
        "_lock",
        "kill_workers",
        "execution_credentials",
    ),
    service: (
        "_execute_function_warm",
        "_execute_function_provided_warm",
        "_docker_extracted_dir",
        "_resolve_layer_zip",
        "_runtime_env_vars",
        "get_region",
    ),
}


def missing() -> Iterator[str]:
    for module, names in BUILT_ON.items():
        for name in names:
            try:
                attrgetter(name)(module)
            except AttributeError:
                yield f"{module.__name__}.{name}"


if gone := list(missing()):
    sys.exit(
        f"MiniStack {version('ministack')} has no {', '.join(gone)}, which infra/localstack/ministack.py"
        " builds on: pin the version that it was written for, or adapt it."
    )


class Worker(pool.Worker):  # type: ignore[misc]
    """An environment as MiniStack keeps it in its pool; its own way of keeping processes lies idle."""

    def __init__(self, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        super().__init__(func_name, config, code_zip)
        self._environment: Environment | None = None

    def invoke(
        self,
        event: Any,
        request_id: str,
        *,
        trace_id: str | None = None,
        invoked_function_arn: str | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        arn = invoked_function_arn or self.config["FunctionArn"]
        answer = self._made().invoke(Call(request_id, arn, json.dumps(event).encode(), trace_id))
        self.last_used = time.time()
        body = json.loads(answer.payload)
        if answer.failed:
            return {"status": "error", "error_payload": body, "error": str(body), "log": answer.log}
        return {"status": "ok", "result": body, "log": answer.log}

    def _spawn(self) -> None:
        self._made().start()

    def _discard_tmpdir(self) -> None:
        if self._environment is not None:
            self._environment.stop()

    def _made(self) -> Environment:
        if self._environment is None:
            self._environment = Environment(program(self.config, self.code_zip))
        return self._environment


def program(config: dict[str, Any], code_zip: bytes) -> Program:
    zips = (service._resolve_layer_zip(layer) for layer in config.get("Layers", ()))
    return Program(
        runtime=config["Runtime"],
        handler=config["Handler"],
        code=service._docker_extracted_dir(code_zip, "code"),
        layers=[service._docker_extracted_dir(layer, "layer") for layer in zips if layer],
        environment=environment(config),
        timeout=config["Timeout"],
    )


def environment(config: dict[str, Any]) -> dict[str, str]:
    name, region = config["FunctionName"], service.get_region()
    return {
        **service._runtime_env_vars(config),
        **pool.execution_credentials(config),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": config["Version"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }


def stop_idle() -> None:
    """MiniStack itself keeps a process of each function for ever."""
    while True:
        time.sleep(min(IDLE / 2, 10))
        with pool._lock:
            idle = []
            for entries in pool._workers.values():
                long_ago = time.time() - IDLE
                gone = [one for one in entries if not one.in_use and one.last_used < long_ago]
                entries[:] = [one for one in entries if one not in gone]
                idle += gone
        pool.kill_workers(idle)


def main() -> None:
    pool._worker_class_for = lambda config: Worker
    # The path of custom runtimes hands an error on as the runtime gave it.
    service._execute_function_warm = service._execute_function_provided_warm
    threading.Thread(target=stop_idle, daemon=True).start()
    app.main()


if __name__ == "__main__":
    main()
