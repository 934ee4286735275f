"""One program after another in the same process."""

import asyncio
import gc
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from infra.localstack.engine import Resource, evaluate


def refuse(resource: Resource) -> tuple[str, Mapping[str, Any]]:
    raise ValueError(f"{resource.name} is refused")


def exported(program: Callable[[], None]) -> Mapping[str, Any]:
    return evaluate(program, stack="test", config={}, create=refuse, look_up=lambda _, inputs: inputs)


def test_what_a_refused_program_left_behind_is_not_waited_for_by_the_next() -> None:
    tasks = []

    async def broken() -> str:
        raise ValueError("of no interest any more")

    async def late() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            failed: pulumi.Output[str] = pulumi.Output.from_input(broken())
            failed.apply(str)

    def refused() -> None:
        tasks.append(asyncio.get_running_loop().create_task(late()))
        aws.sqs.Queue("jobs", name="jobs")

    def whole() -> None:
        pulumi.export("answer", pulumi.Output.from_input(42).apply(str))

    with pytest.raises(ValueError, match="jobs is refused"):
        exported(refused)
    assert exported(whole) == {"answer": "42"}


def test_the_collector_rests_while_a_program_runs_and_no_longer() -> None:
    def refused() -> None:
        assert not gc.isenabled()
        raise ValueError("this is refused")

    with pytest.raises(ValueError, match="this is refused"):
        exported(refused)
    assert gc.isenabled()


def test_a_refusal_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> None:
        jobs = aws.sqs.Queue("jobs", name="jobs")
        aws.sqs.Queue("dead", name=jobs.name.apply(lambda name: f"{name}-dead"))

    with pytest.raises(ValueError, match="jobs is refused"):
        exported(refused)
    gc.collect()  # which is when asyncio tells of errors that nobody asked for
    assert [record.getMessage() for record in caplog.records] == []
