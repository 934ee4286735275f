"""`astrolabe functions` and `astrolabe layers`: what there is to deploy, for a person and for a program."""

import json
import os
import subprocess
import sys

import pytest

from infra import bundle, cold, discover, pythons
from infra.discover import Function
from infra.overview import wakes
from shared.handler import Trigger

FUNCTIONS = {function.name: function for function in (*discover.functions(), discover.owner())}
FIRST_OF_ITS_KIND = {function.trigger.kind: function for function in reversed(FUNCTIONS.values())}


def astrolabe(*words: str, code: int = 0) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "infra.cli", *words],
        env={**os.environ, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    return ended.stderr if code else ended.stdout


def test_the_command_is_called_as_it_is_typed() -> None:
    assert "Usage: astrolabe backtest " in astrolabe("backtest", code=2)


def test_a_program_is_told_of_every_function_what_wakes_it_and_what_it_takes() -> None:
    facts = {fact["name"]: fact for fact in json.loads(astrolabe("functions", "--json"))}
    assert facts.keys() == FUNCTIONS.keys()
    rights = facts["auth-api"].pop("rights")
    assert facts["auth-api"] == {
        "name": "auth-api",
        "trigger": "http",
        "wakes": "/v1/auth",
        "memory_mb": 1769,
        "timeout_s": 29,
        "layer": "base",
    }
    assert "database as fn_auth" in rights


def test_a_person_is_shown_a_table() -> None:
    lines = [line.split() for line in astrolabe("functions").splitlines()]
    at = next(number for number, words in enumerate(lines) if words[:1] == ["audit-cron-verify-chains"])
    assert " ".join(lines[at]) == "audit-cron-verify-chains cron: cron(0 3 * * ? *) 512 900 base"
    assert " ".join(lines[at + 1]) == "database as fn_system"


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (Trigger(kind="http", paths=("/v1/a", "/b")), "/v1/a /b"),
        (Trigger(kind="event", topic="auth.UserRegistered", consumer="c"), "auth.UserRegistered"),
        (Trigger(kind="job", consumer="auth-job-send"), "queue auth-job-send"),
        (Trigger(kind="loop"), "each minute, for one"),
        (Trigger(kind="dead_letters", consumer="c"), "every dead letter"),
        (Trigger(kind="call"), "whoever deploys"),
    ],
)
def test_what_wakes_a_function_is_said_in_its_own_words(trigger: Trigger, words: str) -> None:
    assert wakes(trigger) == words


def test_layers_are_built_and_weighed() -> None:
    facts = {fact["layer"]: fact for fact in json.loads(astrolabe("layers", "--json"))}
    assert facts.keys() == bundle.layers().keys()
    base = facts["base"]
    assert (base["python"], base["architecture"]) == (pythons.running(), bundle.this_machine())
    assert 0 < base["zipped"] < base["unzipped"] < facts["migrations"]["unzipped"] < base["limit"]


def test_a_layer_for_a_python_that_is_not_here_is_a_sentence() -> None:
    said = astrolabe("layers", "--python", "3.99", code=2)
    assert said.startswith("Python 3.99 is needed to compile for it, and none was found here.")


@pytest.mark.parametrize("function", FIRST_OF_ITS_KIND.values(), ids=FIRST_OF_ITS_KIND)
def test_a_function_of_each_kind_starts_without_a_database_and_is_timed(function: Function) -> None:
    assert 100 < cold.spent(function.module, cold.first_event(function)) < 20_000


def test_a_function_that_does_not_answer_is_not_timed() -> None:
    unknown = FUNCTIONS["audit-cron-purge-expired"].module
    with pytest.raises(cold.Unanswered, match=f"{unknown} did not answer"):
        cold.spent(unknown, {})


@pytest.mark.soak
def test_every_function_is_timed_in_a_process_of_its_own() -> None:
    facts = json.loads(astrolabe("functions", "--json", "--cold"))
    assert [fact["name"] for fact in facts if not 100 < fact["cold_start_ms"] < 20_000] == []
