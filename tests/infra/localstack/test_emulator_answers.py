"""What a function's caller gets from a local AWS, whichever emulator it is, is what AWS would give."""

import time
from uuid import UUID

import pytest

from infra import pythons
from infra.localstack.emulator import Emulator
from tests.infra.localstack.functions import RUNTIME, Functions


def test_a_function_answers_with_its_layer_and_its_context(emulator_functions: Functions) -> None:
    answer = emulator_functions.call(says="hé", number=1.5)
    body = answer.body
    assert (answer.error, body["heard"], body["layer"]) == (
        None,
        {"says": "hé", "number": 1.5},
        "from the layer",
    )
    assert body["arn"].startswith("arn:aws:lambda:us-east-1:000000000000:function:does")
    assert 1_500 < body["left"] <= 2_000
    assert str(UUID(body["id"])) == body["id"]


@pytest.mark.parametrize("version", sorted({pythons.for_functions()[0], pythons.running()}))
def test_the_runtime_names_the_python(emulator_functions: Functions, version: str) -> None:
    name = f"runs_on_{version.replace('.', '_')}"
    source = "import sys\ndef handler(event, context): return '{}.{}'.format(*sys.version_info)\n"
    emulator_functions.make(name, {f"{name}.py": source}, runtime=f"python{version}")
    assert emulator_functions.call(name).body == version


def test_a_runtime_that_is_not_here_is_named(emulator_functions: Functions) -> None:
    emulator_functions.make("old", {"old.py": "def handler(event, context): pass\n"}, runtime="python3.9")
    answer = emulator_functions.call("old")
    assert (answer.error, answer.body["errorType"]) == ("Unhandled", "Runtime.InvalidRuntime")
    assert answer.body["errorMessage"].startswith("python3.9 does not run here, python3.")


def test_what_a_function_writes_is_in_the_log_of_its_call(emulator_functions: Functions) -> None:
    emulator_functions.call()
    spoken, silent = emulator_functions.call(does="speaks"), emulator_functions.call()
    assert spoken.body is None
    assert spoken.log.count("a line of its own\n") == 1
    assert "a line of its own" not in silent.log


def test_what_is_raised_keeps_its_type_and_place_and_the_process(emulator_functions: Functions) -> None:
    before = emulator_functions.call().body["pid"]
    answer = emulator_functions.call(does="raises")
    assert answer.error == "Unhandled"
    assert (answer.body["errorType"], answer.body["errorMessage"]) == ("LookupError", "no such thing")
    assert 'raise LookupError("no such thing")' in answer.body["stackTrace"][-1]
    assert "[ERROR] LookupError: no such thing\nTraceback" in answer.log
    assert emulator_functions.call().body["pid"] == before


@pytest.mark.parametrize(
    ("does", "reason"),
    [("ends", "exit status 3"), ("crashes", "signal: segmentation fault")],
)
def test_a_process_that_dies_is_told_of_and_followed_by_another(
    emulator_functions: Functions, does: str, reason: str
) -> None:
    answer = emulator_functions.call(does=does)
    assert answer.error == "Unhandled"
    assert answer.body["errorType"] == "Runtime.ExitError"
    assert answer.body["errorMessage"].startswith("RequestId: ")
    assert answer.body["errorMessage"].endswith(f" Error: Runtime exited with error: {reason}")
    assert emulator_functions.call().error is None


def test_an_answer_that_is_no_json_is_the_functions_fault(emulator_functions: Functions) -> None:
    assert emulator_functions.call(does="gives_a_set").body["errorType"] == "Runtime.MarshalError"


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("import nowhere\n", "Runtime.ImportModuleError", "No module named 'nowhere'"),
        ("", "Runtime.HandlerNotFound", "Handler 'handler' missing on module"),
        ("import os\nos._exit(4)\n", "Runtime.ExitError", "Runtime exited with error: exit status 4"),
    ],
)
def test_code_that_does_not_start_says_why_at_each_call(
    emulator_functions: Functions, source: str, error_type: str, message: str
) -> None:
    name = error_type.replace(".", "_")
    emulator_functions.make(name, {f"{name}.py": source})
    for _ in range(2):
        answer = emulator_functions.call(name)
        assert (answer.error, answer.body["errorType"]) == ("Unhandled", error_type)
        assert message in answer.body["errorMessage"]


def test_an_answer_above_six_megabytes_is_refused_and_the_process_kept(
    emulator_functions: Functions,
) -> None:
    before = emulator_functions.call().body["pid"]
    assert len(emulator_functions.call(does="gives", bytes=6_000_000).body) == 6_000_000
    answer = emulator_functions.call(does="gives", bytes=6_300_000)
    assert answer.error == "Unhandled"
    assert answer.body == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert emulator_functions.call().body["pid"] == before


def test_a_function_sees_lambdas_variables_and_its_own_and_none_of_the_machines(
    emulator: Emulator, emulator_functions: Functions
) -> None:
    shown = emulator_functions.call(does="shows_itself").body
    seen = shown["environment"]
    assert (seen["OWN"], seen["AWS_ENDPOINT_URL"]) == ("value", emulator.url)
    assert (seen["AWS_EXECUTION_ENV"], seen["AWS_REGION"]) == (f"AWS_Lambda_{RUNTIME}", "us-east-1")
    assert (seen["AWS_LAMBDA_FUNCTION_NAME"], seen["_HANDLER"]) == ("does", "does.handler")
    assert seen["TMPDIR"].startswith(str(emulator.folder))
    assert not {"PYTEST_CURRENT_TEST", "BIND_HOST", "AUTH", "GATEWAY_LISTEN"} & seen.keys()
    assert not [place for place in shown["path"] if f"environments/{emulator.name}-" in place]
    assert shown["path"][0] == seen["LAMBDA_TASK_ROOT"]


def test_a_warm_call_of_a_silent_function_waits_for_nothing(emulator_functions: Functions) -> None:
    """Neither for a delayed acknowledgement (40 ms) nor for a line that may still come (50 ms)."""
    emulator_functions.call()
    spent = []
    for _ in range(20):
        begun = time.perf_counter()
        emulator_functions.call()
        spent.append(time.perf_counter() - begun)
    assert min(spent) < 0.03
