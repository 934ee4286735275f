"""What a scenario has in its hands: a client that does not give up, a mailbox, and time."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import httpx

from tests.storm.machine import LIMIT, Machine

GATEWAY_FAILED = (502, 503, 504)


@dataclass(frozen=True)
class World:
    """`tag` makes a run's names its own; the views take it out again."""

    machine: Machine
    tag: str

    def name(self, person: str) -> str:
        return f"{person}{self.tag}"

    def email(self, person: str) -> str:
        return f"{self.name(person)}@example.com"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        done_already: Sequence[int] = (),
    ) -> Any:
        """Ask until there is an answer. A try whose answer was lost may have worked: what the next one then
        says is in `done_already`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        end, tries = time.monotonic() + LIMIT, 0
        while time.monotonic() < end:
            tries += 1
            answer = _sent(method, self.machine.url + path, body, headers)
            if answer is None:
                time.sleep(0.05)
            elif answer.is_success:
                return answer.json() if answer.content else None
            elif tries > 1 and answer.status_code in done_already:
                return None
            else:
                raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        raise AssertionError(f"{method} {path}: no answer")

    def mailed_token(self, person: str, subject: str) -> str:
        def link() -> str:
            for file in sorted(self.machine.mail.glob("*.eml")):
                letter = message_from_bytes(file.read_bytes(), policy=policy.default)
                if letter["To"] == self.email(person) and letter["Subject"] == subject:
                    return str(letter.get_content().split("#")[1].split()[0])
            return ""

        return self.machine.wait_for(link, f"the letter '{subject}' for {person}")

    def sleep(self, by: timedelta) -> None:
        self.machine.sleep(by)


def _sent(method: str, url: str, body: Any, headers: dict[str, str]) -> httpx.Response | None:
    content = json.dumps(body) if body is not None else None
    sent = headers | {"Content-Type": "application/json"}
    try:
        answer = httpx.request(method, url, content=content, headers=sent, timeout=30)
    except httpx.TransportError:
        return None
    return None if answer.status_code in GATEWAY_FAILED else answer
