"""What goes wrong on purpose: for the next few requests, or the next few webhooks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

REQUESTS = ("timeout_before", "timeout_after", "slow", "429", "500", "500_after", "503")
WEBHOOKS = ("duplicate", "reorder", "delay", "drop")


@dataclass
class Fault:
    """`path` is how the address begins. `seconds`: how long it hangs, or how late it comes."""

    kind: str
    method: str = "POST"
    path: str = "/v1/"
    times: int = 1
    seconds: float = 0

    def hits(self, method: str, path: str) -> bool:
        return method == self.method and path.startswith(self.path)


class Faults:
    """Each is used up by what it hits.

    timeout_before: no effect, and the connection is cut. timeout_after: the effect, and no answer.
    slow: the answer comes late, its idempotency key in use meanwhile. 429, 503: turned away.
    500: begun and undone; 500_after: begun and done, and yet a 500. A key keeps both.
    duplicate: sent twice. reorder: after the next one. delay: `seconds` later. drop: never.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        if fault.kind not in (*REQUESTS, *WEBHOOKS):
            raise ValueError(fault.kind)
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def of_request(self, method: str, path: str) -> Fault | None:
        return self._take(lambda fault: fault.kind in REQUESTS and fault.hits(method, path))

    def of_webhook(self) -> Fault | None:
        return self._take(lambda fault: fault.kind in WEBHOOKS)

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            found = next((fault for fault in self._faults if fault.times > 0 and fits(fault)), None)
            if found:
                found.times -= 1
            return found
