"""A function answers its first request and every other, whatever became of the event loops around it."""

import asyncio

from tests.calls import Api


def test_where_another_loop_ran_and_was_closed_a_request_is_answered(api: Api) -> None:
    assert api.get("/v1/health").status == 200
    asyncio.run(asyncio.sleep(0))  # closes its loop, and leaves none
    assert api.get("/v1/health").status == 200
