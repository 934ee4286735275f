"""The supervisor's one thread for the database, so that the event loop never waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypeVar

from sqlalchemy.orm import Session

Found = TypeVar("Found")
Transaction = Callable[[], AbstractContextManager[Session]]


class Database:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._thread = ThreadPoolExecutor(1, "database")

    async def run(self, work: Callable[[Session], Found]) -> Found:
        """Do this in one transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._committed, work)

    def stop(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _committed(self, work: Callable[[Session], Found]) -> Found:
        with self._transaction() as db:
            return work(db)
