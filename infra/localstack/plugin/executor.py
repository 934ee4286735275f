"""What LocalStack asks to run a function: here a process, where its own executor wants Docker."""

from collections.abc import Iterator
from typing import Any

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from infra.localstack.runtime import Call, Environment, Program

HERE = "127.0.0.1"


class ProcessExecutor(RuntimeExecutor):  # type: ignore[misc]
    """LocalStack makes one for each call that runs at the same time, and keeps it while it is wanted."""

    _environment: Environment | None = None

    def start(self, env_vars: dict[str, object]) -> None:
        self._environment = Environment(_program(self.function_version, env_vars))

    def stop(self) -> None:
        if self._environment is not None:
            self._environment.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        assert self._environment is not None
        call = Call(
            payload["invoke-id"],
            payload["invoked-function-arn"],
            payload["payload"].encode(),
            payload["trace-id"],
        )
        answer = self._environment.invoke(call)
        return InvocationResult(call.request_id, answer.payload, answer.failed, answer.log)

    def get_address(self) -> str:
        return HERE

    def get_endpoint_from_executor(self) -> str:
        return HERE

    def get_runtime_endpoint(self) -> str:
        return HERE

    def get_logs(self) -> str:
        return ""  # each answer brings its own

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        for code in _codes(function_version):
            code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.destroy_cached()


class ProcessPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]
    name = "process"

    def load(self, *args: object, **kwargs: object) -> type[ProcessExecutor]:
        return ProcessExecutor


def _program(version: FunctionVersion, environment: dict[str, object]) -> Program:
    for code in _codes(version):
        code.prepare_for_execution()
    folder, *layers = (str(code.get_unzipped_code_location()) for code in _codes(version))
    return Program(
        runtime=version.config.runtime,
        handler=version.config.handler,
        code=folder,
        layers=layers,
        environment={name: str(value) for name, value in environment.items()},
        timeout=version.config.timeout,
    )


def _codes(version: FunctionVersion) -> Iterator[Any]:
    yield version.config.code
    yield from (layer.code for layer in version.config.layers)
