"""Continuous work: each loop function has a process, and is called again whenever its call has ended."""

import asyncio
import logging

from infra.local.pool import CallFailed, Pool

log = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0  # seconds


async def keep_turning(function: str, pool: Pool) -> None:
    failures = 0
    while True:
        try:
            await pool.invoke(function, {})
            failures = 0
        except CallFailed as error:
            failures += 1
            log.warning("%s: %s", function, error)
            if failures > 1:  # a first death is made good at once
                await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**failures))
