"""What wakes a function stands in its file's name and on its last line, and the two agree."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest

from infra.bundle.closure import reached
from infra.discover import Function, entry_files, functions
from shared.events import Event, Job, Message
from shared.handler import Trigger
from tests.architecture.sources import ROOT, Source, graph, sources

FUNCTIONS = functions()
KINDS = {"on": {"event", "dead_letters"}, "job": {"job"}, "cron": {"cron"}, "loop": {"loop"}}
# Consumers that work for nobody in particular, and so may touch everybody's rows.
WORK_FOR_NOBODY = {
    *("platform-on-dead-letters", "financial-job-update-rates", "financial-job-process-stripe-event"),
    "financial-job-fetch-stripe-events",
    # What the processor says decides about people's money, which they cannot write.
    *("financial-job-refresh-payment", "financial-job-send-payout", "financial-job-send-refund"),
}
HEAVY = ("boto3", "ccxt", "numpy", "pandas", "onnxruntime", "stripe")


def by_name(function: Function) -> str:
    return function.name


def of_kind(*kinds: str) -> list[Function]:
    return [function for function in FUNCTIONS if function.trigger.kind in kinds]


def expected_kinds(stem: str) -> set[str]:
    return {"http"} if stem == "api" or stem.endswith("_api") else KINDS[stem.partition("_")[0]]


@pytest.mark.parametrize("function", FUNCTIONS, ids=by_name)
def test_a_file_s_name_says_what_wakes_it(function: Function) -> None:
    assert function.trigger.kind in expected_kinds(function.module.rpartition(".")[2])


def ends_in_handler(source: Source) -> bool:
    return any(ast.unparse(line).startswith("handler = ") for line in source.tree.body[-1:])


def test_every_entry_file_ends_in_its_handler_and_no_other_file_has_one() -> None:
    with_handler = {s.path for s in sources("functions") if ends_in_handler(s)}
    assert with_handler == {path.relative_to(ROOT) for path in entry_files()}


@pytest.mark.parametrize("function", of_kind("job"), ids=by_name)
def test_a_job_s_queue_is_named_for_the_file_that_works_it_off(function: Function) -> None:
    assert function.trigger.consumer == function.name


def test_no_two_functions_share_a_queue() -> None:
    queues = Counter(function.trigger.consumer for function in of_kind("event", "job", "dead_letters"))
    assert [name for name, times in queues.items() if times > 1] == []


def spelled_consumers(source: Source) -> list[bool]:
    """Of each `on(…)`: is its consumer a text, and not made from anything?"""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    heard = [call for call in calls if ast.unparse(call.func) == "on"]
    names = [keyword.value for call in heard for keyword in call.keywords if keyword.arg == "consumer"]
    return [isinstance(name, ast.Constant) for name in names]


def test_a_consumer_s_name_is_spelled_since_what_is_in_flight_carries_it() -> None:
    spelled = [found for source in sources("functions") for found in spelled_consumers(source)]
    assert spelled == [True] * len(of_kind("event"))
    made_up = Source(ROOT, "handler = on(UserDeleted, handle, consumer=__name__)")
    assert spelled_consumers(made_up) == [False]


def test_only_these_consumers_work_for_nobody_in_particular() -> None:
    consumers = of_kind("event", "job", "dead_letters")
    assert {function.name for function in consumers if function.trigger.system} == WORK_FOR_NOBODY


def messages() -> dict[str, type[Message]]:
    """By their topic: what domains tell each other and ask of themselves."""
    for path in [*(ROOT / "functions").glob("*/events.py"), *(ROOT / "functions").glob("*/jobs.py")]:
        import_module(f"functions.{path.parent.name}.{path.stem}")
    return {message.topic: message for kind in (Event, Job) for message in kind.__subclasses__()}


def topic(trigger: Trigger) -> str:
    return trigger.topic or f"queue:{trigger.consumer}"


@pytest.mark.parametrize("function", of_kind("event", "job"), ids=by_name)
def test_every_message_heard_is_one_that_is_sent_and_names_the_user_it_is_worked_off_as(
    function: Function,
) -> None:
    fields = messages()[topic(function.trigger)].model_fields
    assert function.trigger.system or fields["user_id"].annotation is UUID


def shared(paths: Iterable[str]) -> list[str]:
    """Where one lies below another, the longer one is meant: so every gateway chooses."""
    return [path for path, times in Counter(paths).items() if times > 1]


def test_no_path_is_answered_by_two_functions() -> None:
    paths = [path for function in of_kind("http") for path in function.trigger.paths]
    assert len(paths) >= len(of_kind("http"))
    assert shared(paths) == []
    assert shared(["/v1/auth", "/v1/auth/me", "/v1/auth"]) == ["/v1/auth"]


@pytest.mark.parametrize("function", FUNCTIONS, ids=by_name)
def test_nobody_imports_an_entry_file(function: Function) -> None:
    assert graph().find_modules_that_directly_import(function.module) == set()


def test_the_import_graph_sees_an_import() -> None:
    assert "functions.auth.api" in graph().find_modules_that_directly_import("functions.auth.queries")
    assert "shared.db.driver" in reached("functions.auth.cron_purge_expired", of=graph())


IMPORT_ALL = """
import sys
from importlib import import_module

def refuse(event, arguments):
    assert event not in ("socket.connect", "socket.bind", "subprocess.Popen"), (event, arguments)

sys.addaudithook(refuse)
heavy, *modules = sys.argv[1:]
for name in modules:
    import_module(name)
    weighs = sys.modules.keys() & set(heavy.split())
    assert not weighs, f"{name} imports {weighs}"
"""


def import_bare(modules: Iterable[str], heavy: Iterable[str], *, folder: Path = ROOT) -> str:
    """Import them as after `env -i`; what went wrong, if something did."""
    command = [sys.executable, "-c", IMPORT_ALL, " ".join(heavy), *modules]
    ended = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)
    return ended.stderr


def test_importing_reads_no_environment_opens_nothing_and_loads_nothing_heavy() -> None:
    assert import_bare([function.module for function in FUNCTIONS], HEAVY) == ""


def test_what_waits_for_no_person_s_request_loads_nothing_of_http() -> None:
    waiting = [function.module for function in FUNCTIONS if function.trigger.kind != "http"]
    assert import_bare(waiting, ["fastapi", "starlette", "mangum", "shared.http", *HEAVY]) == ""


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("import boto3", "imports {'boto3'}"),
        ("import os; os.environ['HOME']", "KeyError: 'HOME'"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket.connect"),
    ],
)
def test_such_an_import_is_found_out(line: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "guilty.py").write_text(line)
    assert fault in import_bare(["guilty"], HEAVY, folder=tmp_path)
