"""The one way out: what domains published and enqueued is claimed, sent and marked, each in its own step."""

from functions.platform import operations, transports
from shared import clock
from shared.loop import loop
from shared.settings import settings
from shared.steps import Steps


def handle(steps: Steps) -> bool:
    """Killed between two steps, it sends some rows twice: their consumers take each once."""
    rows = steps(operations.claim, now=clock.now())
    if rows and settings().event_bus:
        outcome = transports.send(rows)
        steps(operations.settle, rows, outcome=outcome, now=clock.now())
    elif rows:
        steps(operations.deliver, rows, routes=settings().local_routes, now=clock.now())
    return bool(rows)


handler = loop(handle, pause=0.1)
