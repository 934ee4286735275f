"""The edge of continuous work: a process on one machine, in AWS a function that each minute runs for one."""

import time
from collections.abc import Callable
from typing import Any

from shared import log
from shared.db import system, transaction
from shared.handler import Context, Event, Handler, Trigger
from shared.steps import Steps

MARGIN = 2_000  # ms before the end of a call in which no new turn begins


def loop(handle: Callable[[Steps], bool], *, pause: float, **needs: Any) -> Handler:
    """`handle` does one turn and tells whether there was work: if so the next turn follows at once."""

    def run(_: Event, context: Context) -> None:
        steps = Steps(lambda: transaction("fn_system", system()))
        with log.call(context.function_name, request_id=context.aws_request_id):
            while context.get_remaining_time_in_millis() > MARGIN:
                if not handle(steps):
                    time.sleep(pause)

    return Handler(Trigger(kind="loop", timeout=60, concurrency=1, system=True, **needs), run)
