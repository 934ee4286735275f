"""What goes on between the requests: what is due is done, in a thread of its own."""

import logging
import threading

from infra.local.stripe import settling
from infra.local.stripe.call import Call, House
from infra.local.stripe.store import Store
from infra.local.stripe.webhooks import Courier
from shared import clock

log = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0  # seconds: a clock may be set


class Background:
    def __init__(self, store: Store, house: House) -> None:
        self._store = store
        self._house = house
        self._courier = Courier(store, house)
        self._woken = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="stripe-background", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopped = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped:
            self._woken.clear()
            try:
                self._settle_due()
                self._courier.send_due()
                pause = self._until_next()
            except Exception:
                log.exception("in the background")
                pause = 1.0
            self._woken.wait(pause)

    def _settle_due(self) -> None:
        """Each with its task in one transaction: neither is done without the other."""
        is_due = True
        while is_due:
            with self._store.transaction() as records:
                now = clock.now().timestamp()
                task = records.take_task(now)
                if task:
                    settling.settle(Call(records=records, house=self._house, now=int(now)), task)
            is_due = task is not None

    def _until_next(self) -> float:
        with self._store.transaction() as records:
            due = records.next_due()
        return LONGEST_SLEEP if due is None else min(max(due - clock.now().timestamp(), 0), LONGEST_SLEEP)
