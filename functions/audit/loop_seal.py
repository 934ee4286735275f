"""The chain of the audit log: each second, new rows are numbered and bound to those before them."""

from functions.audit import operations
from shared import clock
from shared.loop import loop
from shared.steps import Steps


def handle(steps: Steps) -> bool:
    """More than one turn's rows: the next turn follows at once; a few rows wait for the next second."""
    return steps(operations.seal_rows, now=clock.now()) == operations.BATCH


handler = loop(handle, pause=1)
