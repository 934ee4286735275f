"""What a scenario has in its hands: a client that does not give up, a mailbox, and time."""

import json
import time
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

    def call(self, method: str, path: str, body: Any = None, *, token: str = "") -> Any:
        """Ask until there is an answer, whatever dies on the way."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            answer = _sent(method, self.machine.url + path, body, headers)
            if answer is None:
                time.sleep(0.05)
            elif answer.is_success:
                return answer.json() if answer.content else None
            else:
                raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        raise AssertionError(f"{method} {path}: no answer")

    def follow(self, person: str, letter: str, path: str, **body: str) -> None:
        """Follow the link in a letter. Whoever asked twice has two, and only the newest may still be good."""
        lost: set[str] = set()  # links whose answer never came: they may have worked

        def is_done() -> bool:
            for token in self._mailed_tokens(person, letter):
                answer = _sent("POST", self.machine.url + path, {"token": token, **body}, {})
                if answer is None:
                    lost.add(token)
                    return False
                if answer.is_success or token in lost:
                    return True
                assert answer.json()["code"] == "bad_link", answer.text
            return False

        self.machine.wait_for(is_done, f"a link in '{letter}' for {person}")

    def _mailed_tokens(self, person: str, subject: str) -> list[str]:
        """Newest first."""
        files = sorted(self.machine.mail.glob("*.eml"), reverse=True)
        letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        wanted = [one for one in letters if one["To"] == self.email(person) and one["Subject"] == subject]
        return [str(one.get_content()).split("#")[1].split()[0] for one in wanted]

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
